import { z } from 'zod';
import { AccountId, ConversationId, EpochMs, UserId } from './ids.ts';
import { EraseReport } from './erase-report.ts';
import { Link } from './link.ts';
import { Absence, MachineRules, NotificationLevel } from './machine.ts';
import { Upload } from './media.ts';
import { Business, Message } from './model.ts';
import { Session } from './session.ts';
import { placeMessages } from './thread-order.ts';

/**
 * The stretch of the thread a window looks at, in thread order. It grows where the window asks for more, and lets go at its
 * other end what is far out of sight.
 */
export const Thread = z
  .object({
    conversationId: ConversationId.nullable(),
    messages: z.array(Message).readonly(),
    /**
     * What lies above the first message: `more` (ask `showOlder`), `loading`, `beginning` (nothing), or `unreachable`
     * (older messages exist on the service, which cannot be asked now).
     */
    older: z.enum(['more', 'loading', 'beginning', 'unreachable']),
    /** True if newer messages are stored below the last one shown: ask `showNewer`, or `showLatest`. */
    newer: z.boolean(),
    /**
     * Where the service has messages that this device is still fetching: directly above the first message received at or
     * after each of these times.
     */
    gaps: z.array(EpochMs).readonly(),
  })
  .readonly();
export type Thread = z.infer<typeof Thread>;

export const Typing = z.object({ name: z.string().nullable(), avatarUrl: z.string().nullable() }).readonly();
export type Typing = z.infer<typeof Typing>;

export const Appearance = z.object({ theme: z.enum(['system', 'light', 'dark']) }).readonly();
export type Appearance = z.infer<typeof Appearance>;

/** How a person writes, on this device. */
export const Writing = z
  .object({
    /** So long a message can be taken back before it is sent. */
    undoSeconds: z.int().min(0).max(10),
    /** Enter sends and Shift+Enter makes a new line; if not, Ctrl+Enter sends. */
    enterSends: z.boolean(),
    /** Words that no dictionary of the app knows are underlined. */
    spelling: z.boolean(),
  })
  .readonly();
export type Writing = z.infer<typeof Writing>;

/** How the operating system's notifications tell of messages, on this device. */
export const NotificationChoice = z
  .object({
    level: NotificationLevel,
    sound: z.boolean(),
  })
  .readonly();
export type NotificationChoice = z.infer<typeof NotificationChoice>;

/** How the app stands on the desktop. */
export const DesktopChoice = z
  .object({
    /** Closing the window leaves the app in the tray, where there is one. */
    closeToTray: z.boolean(),
    /** The app starts without its window, where there is a tray to open it from. */
    startHidden: z.boolean(),
    /** The operating system starts the app, without its window, when the person logs in. */
    startAtLogin: z.boolean(),
    /** How large everything in the window is, in percent of its usual size. */
    zoom: z.int().min(50).max(300),
  })
  .readonly();
export type DesktopChoice = z.infer<typeof DesktopChoice>;

/** The sizes that the keys go through. */
export const zoomSteps: readonly DesktopChoice['zoom'][] = [
  50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300,
];

/** A message that was asked for from outside the window: bring it into sight. `nth` tells one asking from the next. */
export const Summons = z.object({ key: z.string(), nth: z.int().positive() }).readonly();
export type Summons = z.infer<typeof Summons>;

/** An own message that can still be taken back; it is sent at `until`, by this device's clock. */
export const Held = z.object({ key: z.string(), until: EpochMs }).readonly();
export type Held = z.infer<typeof Held>;

/** Something that happened and that the person should know, until dismissed. */
export const Notice = z
  .enum([
    /** The settings file was unreadable; it was set aside and defaults are in use. */
    'settingsSetAside',
    /** The cached history was unreadable; it was set aside and is being fetched again. */
    'historySetAside',
    /** The stored session was refused by the service; this device is anonymous again. */
    'sessionEnded',
    /** This userId was used without proof. */
    'notVerified',
    /** Signed out: this device is anonymous again. */
    'signedOut',
    /** Nobody was there: signed out. */
    'signedOutIdle',
    /** The organization's policy cannot be read: the strictest rules are in force. */
    'policyUnreadable',
    /** A sign-in link came that nobody here asked for, or came too late. */
    'staleLink',
  ])
  .readonly();
export type Notice = z.infer<typeof Notice>;

/** A person this computer remembers. */
export const AccountCard = z
  .object({
    account: AccountId,
    userId: UserId,
    name: z.string().nullable(),
    verified: z.boolean(),
    passcode: z.boolean(),
    /** As it was when they left. */
    unread: z.int().nonnegative(),
    lastUsedAt: EpochMs,
    /** Whether this is the person of the session under way, or of the one that is locked. */
    current: z.boolean(),
  })
  .readonly();
export type AccountCard = z.infer<typeof AccountCard>;

/** Asked before a sign-in goes on: does the anonymous conversation here come along, or is it left and erased? */
export const BringQuestion = z
  .object({
    userId: UserId,
    name: z.string().nullable(),
    /** Unsent messages of the anonymous conversation. */
    unsent: z.int().nonnegative(),
  })
  .readonly();
export type BringQuestion = z.infer<typeof BringQuestion>;

/** "Still there?": what is done at `at` if nobody answers. */
export const StillThere = z.object({ then: Absence, at: EpochMs }).readonly();
export type StillThere = z.infer<typeof StillThere>;

/** Everything a window draws. */
export const View = z
  .object({
    revision: z.int().nonnegative(),
    session: Session,
    link: Link,
    business: Business,
    /** Whether the configured service offers userId + password sign-in. */
    passwordSignIn: z.boolean(),
    /** Whether it offers sign-in in the browser. */
    browserSignIn: z.boolean(),
    thread: Thread,
    unreadCount: z.int().nonnegative(),
    /** The first unread message, where the thread was opened at it because newer ones go on below; a key. */
    unreadFrom: z.string().nullable(),
    typing: Typing.nullable(),
    /** Messages of this device the service has not accepted yet, failed ones not counted. */
    waiting: z.int().nonnegative(),
    /** What was being written when the app was last closed, for this account. */
    draft: z.string(),
    appearance: Appearance,
    writing: Writing,
    notifications: NotificationChoice,
    desktop: DesktopChoice,
    /** Whether this desktop shows the icons of a tray. */
    tray: z.boolean(),
    summons: Summons.nullable(),
    /** In the order in which they will be sent. */
    held: z.array(Held).readonly(),
    /** Files on their way, the one under way first. */
    uploads: z.array(Upload).readonly(),
    notices: z.array(Notice).readonly(),
    /** Whom this computer remembers, last used first. Empty while the keychain gives no answer. */
    accounts: z.array(AccountCard).readonly(),
    machine: MachineRules,
    /** Whether the session under way has a passcode. */
    passcode: z.boolean(),
    question: BringQuestion.nullable(),
    stillThere: StillThere.nullable(),
    /** How often the desktop was locked in this run: after each time nobody is at the window before it is used again. */
    desktopLocks: z.int().nonnegative(),
    /** What the last erasure came to, until dismissed. */
    erased: EraseReport.nullable(),
  })
  .readonly();
export type View = z.infer<typeof View>;

export const ThreadChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('replace'), thread: Thread }).readonly(),
  z
    .object({
      kind: z.literal('update'),
      upsert: z.array(Message).readonly(),
      /** Keys. Removed before `upsert` is applied. */
      remove: z.array(z.string()).readonly(),
      older: Thread.unwrap().shape.older,
      newer: z.boolean(),
      gaps: Thread.unwrap().shape.gaps,
      conversationId: ConversationId.nullable(),
    })
    .readonly(),
]);
export type ThreadChange = z.infer<typeof ThreadChange>;

const Rest = View.unwrap().omit({ revision: true, thread: true }).partial().readonly();

/** The next change of a view. Fields that are absent stay as they are. */
export const ViewPatch = z
  .object({ revision: z.int().positive(), set: Rest, thread: ThreadChange.optional() })
  .readonly();
export type ViewPatch = z.infer<typeof ViewPatch>;

/**
 * Advance `view` by the next patch in line.
 *
 * @returns the same view for a patch already applied; `null` on a gap, after which the caller must fetch a fresh view.
 */
export function applyPatch(view: View, patch: ViewPatch): View | null {
  if (patch.revision <= view.revision) return view;
  if (patch.revision !== view.revision + 1) return null;
  const thread = patch.thread === undefined ? view.thread : applyThreadChange(view.thread, patch.thread);
  return { ...view, ...(patch.set as Partial<View>), thread, revision: patch.revision };
}

function applyThreadChange(thread: Thread, change: ThreadChange): Thread {
  if (change.kind === 'replace') return change.thread;
  const gone = new Set(change.remove);
  const kept =
    gone.size === 0 ? thread.messages : thread.messages.filter((message) => !gone.has(message.key));
  return {
    conversationId: change.conversationId,
    messages: placeMessages(kept, change.upsert),
    older: change.older,
    newer: change.newer,
    gaps: change.gaps,
  };
}
