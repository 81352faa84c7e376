import type { DeviceProfile } from '../../contract/device-profile.ts';
import { fail, ok, type Result } from '../../contract/failure.ts';
import type { Epoch } from '../../contract/ids.ts';
import type { Handlers, Input } from '../../contract/requests.ts';
import type { MachineChoices } from '../../contract/machine.ts';
import type { Appearance, DesktopChoice, NotificationChoice, Writing } from '../../contract/view.ts';
import type { Archives, ConversationRoom, MediaRoom, Sessions } from '../ports/messenger.ts';
import type { SaveFile } from '../ports/save-file.ts';
import type { ViewKeeper } from './view-keeper.ts';

/** What each request does: a list of one-liners. Requests about the thread are refused once their session is over. */
export function createHandlers(deps: {
  readonly sessions: Sessions;
  readonly view: ViewKeeper;
  /** The conversation of the session under way. */
  readonly conversation: () => ConversationRoom | null;
  /** What is stored of it. */
  readonly archive: () => Archives | null;
  /** Pictures, sounds and files of it. */
  readonly media: () => MediaRoom | null;
  /** "Still there?" Yes. */
  readonly stay: () => void;
  readonly chooseMachine: (choices: MachineChoices) => Result<void>;
  readonly saveFile: SaveFile;
  readonly copyText: (text: string) => void;
  readonly deviceProfile: () => Result<DeviceProfile>;
  readonly misspelled: (words: readonly string[]) => Promise<readonly string[]>;
  readonly configure: (address: Input<'configure'>) => Promise<Result<void>>;
  readonly setAppearance: (appearance: Appearance) => Result<void>;
  readonly setWriting: (writing: Writing) => Result<void>;
  readonly setNotifications: (choice: NotificationChoice) => Result<void>;
  readonly setDesktop: (choice: DesktopChoice) => Result<void>;
  readonly openLink: (url: string) => Promise<Result<void>>;
}): Handlers {
  const { sessions, view } = deps;

  const inSession = async <T>(
    { epoch }: { readonly epoch: Epoch },
    act: () => Promise<Result<T>> | Result<T>,
  ): Promise<Result<T>> => (epoch === sessions.session.epoch ? act() : fail({ kind: 'sessionOver' }));

  const inConversation = (
    of: { readonly epoch: Epoch },
    act: (room: ConversationRoom) => Promise<Result<void>> | Result<void>,
  ): Promise<Result<undefined>> =>
    inSession(of, async () => {
      const room = deps.conversation();
      return room === null ? fail({ kind: 'sessionOver' }) : nothing(await act(room));
    });

  const inArchive = <T>(
    of: { readonly epoch: Epoch },
    act: (archive: Archives) => Promise<Result<T>>,
  ): Promise<Result<T>> =>
    inSession(of, async () => {
      const archive = deps.archive();
      return archive === null ? fail({ kind: 'sessionOver' }) : act(archive);
    });

  const inMedia = <T>(
    of: { readonly epoch: Epoch },
    act: (media: MediaRoom) => Promise<Result<T>>,
  ): Promise<Result<T>> =>
    inSession(of, async () => {
      const media = deps.media();
      return media === null ? fail({ kind: 'sessionOver' }) : act(media);
    });

  return {
    getView: async () => ok(view.view),
    login: (input) => sessions.login(input),
    signIn: (input) => sessions.signIn(input),
    beginBrowserSignIn: async (input) => nothing(await sessions.beginBrowserSignIn(input)),
    answerQuestion: ({ answer }) => sessions.answerQuestion(answer),
    switchAccount: (input) => sessions.switchAccount(input),
    forgetAccount: ({ account }) => sessions.forgetAccount(account),
    logout: () => sessions.logout(),
    lock: () => sessions.lock(),
    unlock: ({ passcode }) => sessions.unlock(passcode),
    setPasscode: (input) => inSession(input, async () => nothing(await sessions.setPasscode(input))),
    usePassphrase: ({ passphrase }) => sessions.usePassphrase(passphrase),
    stay: async () => done(deps.stay),
    setMachine: async (choices) => nothing(deps.chooseMachine(choices)),
    saveUnsent: (input) => inArchive(input, (archive) => archive.saveUnsent()),
    saveEraseReport: async () => {
      const { erased } = view.view;
      if (erased === null) return fail({ kind: 'sessionOver' });
      return deps.saveFile('erase-report.json', [ok(`${JSON.stringify(erased, null, 2)}\n`)]);
    },
    dismissEraseReport: async () => done(() => view.setErased(null)),
    copyText: (input) => inConversation(input, () => done(() => deps.copyText(input.text))),
    configure: async (address) => nothing(await deps.configure(address)),
    retryKeychain: () => sessions.retryKeychain(),
    useWithoutSaving: () => sessions.useWithoutSaving(),
    tryNow: async () => done(() => deps.conversation()?.tryNow()),
    sendMessage: (input) => inConversation(input, (room) => room.send(input)),
    sendFile: (input) => inConversation(input, (room) => room.sendFile(input)),
    sendForm: (input) => inConversation(input, (room) => room.sendForm(input)),
    retryMessage: (input) => inConversation(input, (room) => room.retry(input.key)),
    retryAll: (input) => inConversation(input, (room) => room.retryAll()),
    editMessage: (input) => inConversation(input, (room) => room.edit(input.key, input.text)),
    discardMessage: (input) => inConversation(input, (room) => room.discard(input.key)),
    saveDraft: (input) => inConversation(input, (room) => room.saveDraft(input.text)),
    misspelled: async ({ words }) => ok(await deps.misspelled(words)),
    markAllAsRead: (input) => inConversation(input, (room) => room.markAllAsRead()),
    startTyping: (input) => inConversation(input, (room) => room.typing(true)),
    stopTyping: (input) => inConversation(input, (room) => room.typing(false)),
    triggerPostback: (input) => inConversation(input, (room) => room.triggerPostback(input.actionId)),
    updateUser: (input) => inConversation(input, () => sessions.updateUser(input.profile)),
    profile: (input) => inSession(input, () => sessions.profile()),
    deviceProfile: (input) => inSession(input, () => deps.deviceProfile()),
    showOlder: (input) => inConversation(input, () => view.showOlder()),
    showNewer: (input) => inConversation(input, () => view.showNewer()),
    showLatest: (input) => inConversation(input, () => view.showLatest()),
    showMessage: (input) => inSession(input, () => view.showMessage(input.at)),
    showMedia: (input) => inMedia(input, (media) => media.show(input)),
    saveMedia: (input) => inMedia(input, (media) => media.save(input)),
    search: (input) => inArchive(input, (archive) => archive.search(input)),
    countMatches: (input) => inArchive(input, (archive) => archive.countMatches(input.terms)),
    historySize: (input) => inArchive(input, (archive) => archive.size()),
    exportHistory: (input) => inArchive(input, (archive) => archive.export(input)),
    setWriting: async (writing) => nothing(deps.setWriting(writing)),
    setNotifications: async (choice) => nothing(deps.setNotifications(choice)),
    setDesktop: async (choice) => nothing(deps.setDesktop(choice)),
    setAppearance: async (appearance) => nothing(deps.setAppearance(appearance)),
    dismissNotice: async ({ notice }) => done(() => view.dismiss(notice)),
    openLink: async ({ url }) => nothing(await deps.openLink(url)),
  };
}

/** A request that answers with nothing answers with `undefined`, which is what its schema promises. */
function nothing(result: Result<void>): Result<undefined> {
  return result.ok ? ok(undefined) : result;
}

function done(act: () => void): Result<undefined> {
  act();
  return ok(undefined);
}
