import { z } from 'zod';
import type { RequestName } from './channels.ts';
import type { Result } from './failure.ts';
import { ActionId, AppId, ClientMessageId, Epoch, UserId } from './ids.ts';
import { Metadata, Profile } from './model.ts';
import { Session } from './session.ts';
import { Appearance, Notice, View } from './view.ts';

const none = z.undefined();
/** A JWT as handed over by the customer's system. Bounded, because it is parsed before it is believed. */
const Jwt = z.string().min(1).max(16_384);

/** What a logout took off this device. Counts only: a report holds no content. */
export const EraseReport = z
  .object({
    /** Files removed and their bytes. */
    files: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    unsentMessages: z.int().nonnegative(),
    /** Files that were still there when looked for again. */
    remaining: z.int().nonnegative(),
    /** False while the keychain is locked: the key item is then removed at the next unlock; its files are gone already. */
    keyRemoved: z.boolean(),
  })
  .readonly();
export type EraseReport = z.infer<typeof EraseReport>;

/** What a link may ask the operating system to open. */
export const OpenableUrl = z.string().max(2048);

/**
 * One line per request: what goes in and what comes out. Requests that touch the thread carry the epoch of the session
 * they were made for and are refused once it is over.
 */
export const requests = {
  getView: { input: none, output: View },
  login: { input: z.strictObject({ userId: UserId, jwt: Jwt.optional() }), output: Session },
  /** userId + password at the business's own sign-in endpoint. */
  signIn: {
    input: z.strictObject({ userId: UserId, password: z.string().min(1).max(1024) }),
    output: Session,
  },
  logout: { input: none, output: EraseReport },
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
  retryMessage: { input: z.strictObject({ epoch: Epoch, key: z.string().max(64) }), output: none },
  discardMessage: { input: z.strictObject({ epoch: Epoch, key: z.string().max(64) }), output: none },
  saveDraft: { input: z.strictObject({ epoch: Epoch, text: z.string().max(100_000) }), output: none },
  markAllAsRead: { input: z.strictObject({ epoch: Epoch }), output: none },
  startTyping: { input: z.strictObject({ epoch: Epoch }), output: none },
  stopTyping: { input: z.strictObject({ epoch: Epoch }), output: none },
  triggerPostback: { input: z.strictObject({ epoch: Epoch, actionId: ActionId }), output: none },
  updateUser: { input: z.strictObject({ epoch: Epoch, profile: Profile.unwrap().strict() }), output: none },
  showOlder: { input: z.strictObject({ epoch: Epoch }), output: none },
  showLatest: { input: z.strictObject({ epoch: Epoch }), output: none },
  setAppearance: { input: Appearance.unwrap().strict(), output: none },
  dismissNotice: { input: z.strictObject({ notice: Notice }), output: none },
  openLink: { input: z.strictObject({ url: OpenableUrl }), output: none },
} as const satisfies Record<RequestName, { input: z.ZodType; output: z.ZodType }>;

export type Input<N extends RequestName> = z.infer<(typeof requests)[N]['input']>;
export type Output<N extends RequestName> = z.infer<(typeof requests)[N]['output']>;

export type Handlers = {
  readonly [N in RequestName]: (input: Input<N>) => Promise<Result<Output<N>>>;
};
