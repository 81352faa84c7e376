// Names only and no imports, so that the sandboxed preload bundles without zod.

/** Every request a window may make of main. */
export const requestNames = [
  'getView',
  'login',
  'signIn',
  'beginBrowserSignIn',
  'answerQuestion',
  'switchAccount',
  'forgetAccount',
  'logout',
  'lock',
  'unlock',
  'setPasscode',
  'usePassphrase',
  'stay',
  'setMachine',
  'saveUnsent',
  'saveEraseReport',
  'dismissEraseReport',
  'copyText',
  'configure',
  'retryKeychain',
  'useWithoutSaving',
  'tryNow',
  'sendMessage',
  'retryMessage',
  'retryAll',
  'editMessage',
  'discardMessage',
  'saveDraft',
  'markAllAsRead',
  'startTyping',
  'stopTyping',
  'triggerPostback',
  'updateUser',
  'showOlder',
  'showNewer',
  'showLatest',
  'showMessage',
  'search',
  'historySize',
  'exportHistory',
  'setWriting',
  'setAppearance',
  'dismissNotice',
  'openLink',
] as const;
export type RequestName = (typeof requestNames)[number];

/** The one channel on which main speaks first: a `ViewPatch`. */
export const viewPatchChannel = 'onethread:view-patch';
export const requestChannel = (name: RequestName): string => `onethread:${name}`;
