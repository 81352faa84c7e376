import { z } from 'zod';
import type { RequestName } from './channels.ts';
import type { Result } from './failure.ts';
import { DeviceProfile } from './device-profile.ts';
import { EraseReport } from './erase-report.ts';
import { FormAnswer, maxFields } from './forms.ts';
import { AccountId, ActionId, AppId, ClientMessageId, Epoch, EpochMs, MessageId, UserId } from './ids.ts';
import { MachineChoices } from './machine.ts';
import { MediaShown } from './media.ts';
import { Metadata, Profile } from './model.ts';
import { Cursor, HistorySize } from './history.ts';
import { MatchCount, SearchPage, SearchTerms } from './search.ts';
import { Session } from './session.ts';
import { Appearance, DesktopChoice, Notice, NotificationChoice, View, Writing } from './view.ts';

const none = z.undefined();
/** A JWT as handed over by the customer's system. Bounded, because it is parsed before it is believed. */
const Jwt = z.string().min(1).max(16_384);

/** What a person unlocks with. Its least length is main's to judge, so that a short one gets its own sentence. */
const Passcode = z.string().min(1).max(256);

/** What becomes of an anonymous conversation at a sign-in; `ask`: only if the person has one already (`View.question`). */
const Anonymous = z.enum(['bring', 'leave', 'ask']);

/** How a session is begun. */
const entering = {
  /** Remember this person on this computer; absent, what the machine's rules say. */
  remember: z.boolean().optional(),
  /** Absent: `bring`. */
  anonymous: Anonymous.optional(),
};

/** Whether the person chose a file, in the system's own dialog. */
const Saved = z.object({ saved: z.boolean() }).readonly();

/** A message, and which of its items (null: itself). */
const mediaPlace = {
  epoch: Epoch,
  key: z.string().max(64),
  item: z.int().min(0).max(100).nullable(),
};

/** What a link may ask the operating system to open. */
export const OpenableUrl = z.string().max(2048);

/**
 * One line per request: what goes in and what comes out. Requests that touch the thread carry the epoch of the session
 * they were made for and are refused once it is over.
 */
export const requests = {
  getView: { input: none, output: View },
  login: { input: z.strictObject({ userId: UserId, jwt: Jwt.optional(), ...entering }), output: Session },
  /** userId + password at the business's own sign-in endpoint. */
  signIn: {
    input: z.strictObject({ userId: UserId, password: z.string().min(1).max(1024), ...entering }),
    output: Session,
  },
  /** Sign in on the business's own page, in the browser; the answer comes back as a link to the app. */
  beginBrowserSignIn: { input: z.strictObject({ remember: z.boolean().optional() }), output: none },
  /** Answer `View.question`: the sign-in goes on, or nothing has happened. */
  answerQuestion: {
    input: z.strictObject({ answer: z.enum(['bring', 'leave', 'cancel']) }),
    output: Session,
  },
  /** To a person this computer remembers, from the cache: no network is needed. */
  switchAccount: {
    input: z.strictObject({
      account: AccountId,
      passcode: Passcode.optional(),
      anonymous: Anonymous.optional(),
    }),
    output: Session,
  },
  /** Erase a remembered person who is not here now. */
  forgetAccount: { input: z.strictObject({ account: AccountId }), output: EraseReport },
  logout: { input: none, output: EraseReport },
  lock: { input: none, output: Session },
  unlock: { input: z.strictObject({ passcode: Passcode }), output: Session },
  /** Null takes the passcode away. `current` is needed where there is one. */
  setPasscode: {
    input: z.strictObject({ epoch: Epoch, passcode: Passcode.nullable(), current: Passcode.optional() }),
    output: none,
  },
  /** Keep keys under a passphrase where there is no keychain: the first one is chosen, later ones must fit. */
  usePassphrase: { input: z.strictObject({ passphrase: z.string().min(1).max(1024) }), output: Session },
  /** "Still there?" Yes. */
  stay: { input: none, output: none },
  setMachine: { input: MachineChoices.unwrap().strict(), output: none },
  /** Write the messages that were not sent into a file of the person's choice. */
  saveUnsent: { input: z.strictObject({ epoch: Epoch }), output: Saved },
  saveEraseReport: { input: none, output: Saved },
  dismissEraseReport: { input: none, output: none },
  /** Put a text of the conversation into the clipboard; main remembers that it is ours. */
  copyText: { input: z.strictObject({ epoch: Epoch, text: z.string().max(1_000_000) }), output: none },
  configure: { input: z.strictObject({ configUrl: z.url().max(2048), appId: AppId }), output: none },
  retryKeychain: { input: none, output: Session },
  useWithoutSaving: { input: none, output: Session },
  tryNow: { input: none, output: none },
  sendMessage: {
    // Trimming and length are main's to judge, so that a text that is too long gets its own sentence.
    input: z.strictObject({
      epoch: Epoch,
      clientMessageId: ClientMessageId,
      text: z.string().min(1).max(100_000),
      payload: z.string().max(4096).optional(),
      metadata: Metadata.optional(),
    }),
    output: none,
  },
  /**
   * One file, as a message of its own: kept on the disk first, then carried beside the texts, which do not wait for it.
   * `discardMessage` cancels it.
   */
  sendFile: {
    input: z.strictObject({
      epoch: Epoch,
      clientMessageId: ClientMessageId,
      name: z.string().min(1).max(255),
      mediaType: z.string().max(127),
      // Size is main's to judge, so that a file that is too large gets its own sentence.
      bytes: z.instanceof(Uint8Array),
      altText: z.string().max(2_000).nullable(),
    }),
    output: none,
  },
  /**
   * The answer to a form, once for each form and person, on whatever device and however often it is sent. `alreadySent` if
   * one is known here.
   */
  sendForm: {
    input: z.strictObject({
      epoch: Epoch,
      form: MessageId,
      answers: z.array(FormAnswer).min(1).max(maxFields).readonly(),
    }),
    output: none,
  },
  retryMessage: { input: z.strictObject({ epoch: Epoch, key: z.string().max(64) }), output: none },
  /** Every message that failed, in its place. */
  retryAll: { input: z.strictObject({ epoch: Epoch }), output: none },
  /** Another text for a message that was not sent yet; one that failed is taken up again. Else `alreadySent`. */
  editMessage: {
    input: z.strictObject({ epoch: Epoch, key: z.string().max(64), text: z.string().min(1).max(100_000) }),
    output: none,
  },
  /** Forget a message that was not sent; `alreadySent` if that cannot be said of it any more. */
  discardMessage: { input: z.strictObject({ epoch: Epoch, key: z.string().max(64) }), output: none },
  saveDraft: { input: z.strictObject({ epoch: Epoch, text: z.string().max(100_000) }), output: none },
  /** Those of some words that are not spelled right, as far as the app can tell. */
  misspelled: {
    input: z.strictObject({ words: z.array(z.string().max(100_000)).max(100_000).readonly() }),
    output: z.array(z.string()).readonly(),
  },
  markAllAsRead: { input: z.strictObject({ epoch: Epoch }), output: none },
  startTyping: { input: z.strictObject({ epoch: Epoch }), output: none },
  stopTyping: { input: z.strictObject({ epoch: Epoch }), output: none },
  triggerPostback: { input: z.strictObject({ epoch: Epoch, actionId: ActionId }), output: none },
  updateUser: { input: z.strictObject({ epoch: Epoch, profile: Profile.unwrap().strict() }), output: none },
  /** As the service has it, or as it will be told. */
  profile: { input: z.strictObject({ epoch: Epoch }), output: Profile },
  deviceProfile: { input: z.strictObject({ epoch: Epoch }), output: DeviceProfile },
  showOlder: { input: z.strictObject({ epoch: Epoch }), output: none },
  showNewer: { input: z.strictObject({ epoch: Epoch }), output: none },
  showLatest: { input: z.strictObject({ epoch: Epoch }), output: none },
  /**
   * Look at the stretch around a message, or around the first one received at a time or after it (the last one if there is
   * none). Only what is stored here can be looked at. Of a message that is only quoted, its id is all that is known.
   */
  showMessage: {
    input: z.strictObject({ epoch: Epoch, at: z.union([Cursor, EpochMs, MessageId]) }),
    output: z.object({ key: z.string().nullable() }).readonly(),
  },
  /**
   * Media of a message that is stored here, or of one of its items: from this device, else fetched. What rests with a host
   * that is not the service's is fetched with `consent` only (`media`, `foreign`).
   */
  showMedia: { input: z.strictObject({ ...mediaPlace, consent: z.boolean() }), output: MediaShown },
  /** Save it as a file of the person's choice. */
  saveMedia: { input: z.strictObject({ ...mediaPlace, consent: z.boolean() }), output: Saved },
  /** In what is stored here. @see SearchPage */
  search: {
    input: z.strictObject({ epoch: Epoch, terms: SearchTerms, before: Cursor.nullable() }),
    output: SearchPage,
  },
  /** To be asked when the first page is there: counting takes longer than finding what is shown. */
  countMatches: { input: z.strictObject({ epoch: Epoch, terms: SearchTerms }), output: MatchCount },
  historySize: { input: z.strictObject({ epoch: Epoch }), output: HistorySize },
  /** Write what is stored here, received from `since` until before `until`, into a plain file of the person's choice. */
  exportHistory: {
    input: z.strictObject({
      epoch: Epoch,
      since: EpochMs.nullable(),
      until: EpochMs.nullable(),
      format: z.enum(['text', 'html', 'json']),
    }),
    output: Saved,
  },
  setWriting: { input: Writing.unwrap().strict(), output: none },
  setNotifications: { input: NotificationChoice.unwrap().strict(), output: none },
  setDesktop: { input: DesktopChoice.unwrap().strict(), output: none },
  setAppearance: { input: Appearance.unwrap().strict(), output: none },
  dismissNotice: { input: z.strictObject({ notice: Notice }), output: none },
  openLink: { input: z.strictObject({ url: OpenableUrl }), output: none },
} as const satisfies Record<RequestName, { input: z.ZodType; output: z.ZodType }>;

export type Input<N extends RequestName> = z.infer<(typeof requests)[N]['input']>;
export type Output<N extends RequestName> = z.infer<(typeof requests)[N]['output']>;

export type Handlers = {
  readonly [N in RequestName]: (input: Input<N>) => Promise<Result<Output<N>>>;
};
