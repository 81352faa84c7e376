import type { Result } from '../../contract/failure.ts';
import type { AccountId, Epoch } from '../../contract/ids.ts';
import type { EraseReport } from '../../contract/erase-report.ts';
import type { Session } from '../../contract/session.ts';
import type { AccountCard, BringQuestion } from '../../contract/view.ts';
import type { AccountHistory, Change, Committed, OpenedHistory } from './history.ts';
import type { FeedEvent, KnownSpeaker, Speaker, UserBundle } from './service.ts';
import type { Signal } from './signal.ts';

/**
 * One session from its first to its last moment. Everything asynchronous that belongs to a person runs through a scope;
 * once it has ended, its history refuses and its signal is aborted, so whatever returns late finds a shut door.
 */
export interface SessionScope {
  readonly epoch: Epoch;
  readonly account: AccountId;
  readonly signal: Signal;
  readonly history: ScopedHistory;
  /** Credentials as of now. */
  speaker(): Speaker;
  /** The app user behind this session, if the service already knows one. */
  knownSpeaker(): KnownSpeaker | null;
  /** The same, creating the app user if there is none. However many callers race, one user is created. */
  ensureUser(): Promise<Result<KnownSpeaker>>;
}

/** The history of one session: refuses with `sessionOver` once the session has ended, also for answers under way. */
export interface ScopedHistory extends Omit<AccountHistory, 'close'> {
  commit(change: Change): Promise<Result<Committed>>;
  /** Hear every commit of this session, in order, after it is durable. */
  onCommitted(listener: (committed: Committed) => void): void;
}

/** What a session begins with. */
export interface Opening {
  readonly session: Session;
  readonly scope: SessionScope;
  readonly opened: Omit<OpenedHistory, 'history'>;
  readonly passcode: boolean;
}

/** What follows the sessions: the view and the sync. Called by `identity`, never the other way round. */
export interface SessionFollower {
  /** A session begins. `opened` is drawn before anything is fetched. */
  enter(opening: Opening): void;
  /** It is over: forget it and draw nothing of it any more. Its signal is already aborted. */
  leave(): void;
  /** The same session, described anew (a name, a proof lost). */
  describe(session: Session): void;
  /** Nobody's thread is open, and whoever was seen is not coming back: what has drawn them must forget. */
  gone(): void;
  /** Whether the session under way has a passcode, anew. */
  passcode(has: boolean): void;
  /** Whom this computer remembers, anew, last used first. */
  remembered(cards: readonly AccountCard[]): void;
  /** A sign-in waits for an answer; null: it does no more. */
  ask(question: BringQuestion | null): void;
  /** What an erasure came to. */
  erased(report: EraseReport): void;
  /** The service has heard of the erasure of this moment. */
  told(at: EraseReport['at']): void;
}

/** What sync tells identity. */
export interface SessionEvents {
  /** The service refuses this session's credential for good. */
  credentialRefused(scope: SessionScope, reason: 'expired' | 'invalid' | 'jwtRequired' | 'otherUser'): void;
  /** This app user was merged into another one elsewhere. */
  moved(
    scope: SessionScope,
    to: Pick<Extract<FeedEvent, { kind: 'moved' }>, 'appUserId' | 'sessionToken'>,
  ): void;
  /** A fresh description of the user arrived. */
  described(scope: SessionScope, bundle: UserBundle): void;
}
