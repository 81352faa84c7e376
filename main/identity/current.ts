import { fail, ok, type Failure, type Result } from '../../contract/failure.ts';
import { type AccountId, Epoch } from '../../contract/ids.ts';
import type { Profile } from '../../contract/model.ts';
import type { Persistence, Session } from '../../contract/session.ts';
import type { AccountHistory, OpenedHistory } from '../ports/history.ts';
import type { Credential, KnownSpeaker } from '../ports/service.ts';
import type { SessionScope } from '../ports/session-scope.ts';
import type { AccountRecord, RememberedAccount, Seal } from './accounts.ts';
import { emptyShown, readShown } from './openings.ts';
import type { Parts } from './parts.ts';
import { LiveScope } from './scope.ts';
import { sessionOf } from './session.ts';
import { syncedToOf } from './transition.ts';

/** How long an unwritten record waits before the keychain is tried again. */
export const keychainRetryMs = 60_000;

/** The session under way: one account, opened. */
export interface Live {
  readonly scope: LiveScope;
  readonly account: AccountId;
  readonly history: AccountHistory;
  readonly persistence: Persistence;
  record: AccountRecord;
  seal: Seal | null;
  /** What was said of the person and the service has not heard yet; as `untoldProfile` in the history. */
  untoldProfile: Profile;
}

/** The account that is locked: who it is, and nothing that opens it. */
export interface Locked {
  readonly account: AccountId;
  readonly isAnonymous: boolean;
  /** Messages not sent, as they were counted when it was locked. */
  readonly unsent: number;
  /**
   * What the keychain has not taken yet, or null. Kept although it opens everything: without it they might come back under
   * another name.
   */
  readonly unwritten: RememberedAccount | null;
}

/** Who this device speaks as at this moment. One session at a time, each under an epoch of its own. */
export class Current {
  readonly #parts: Parts;
  #live: Live | null = null;
  #locked: Locked | null = null;
  #epoch = 0;
  #session: Session = { kind: 'starting', epoch: Epoch.parse(0) };

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get session(): Session {
    return this.#session;
  }

  get live(): Live | null {
    return this.#live;
  }

  get locked(): Locked | null {
    return this.#locked;
  }

  /** The account of the session under way, or of the one that is locked. */
  get account(): AccountId | null {
    return this.#live?.account ?? this.#locked?.account ?? null;
  }

  /** The session of this scope, if it is the one under way. */
  liveOf(scope: SessionScope): Live | null {
    return this.#live !== null && this.#live.scope === scope && !scope.signal.aborted ? this.#live : null;
  }

  enter(account: RememberedAccount, opened: OpenedHistory, persistence: Persistence): Result<Session> {
    const { follower, notify, log } = this.#parts;
    const live: Live = {
      account: account.id,
      record: account.record,
      seal: account.seal,
      history: opened.history,
      persistence,
      untoldProfile: opened.facts.untoldProfile,
      scope: this.#newScope(account.id, opened.history, () => live),
    };
    this.#live = live;
    this.#locked = null;
    this.#session = sessionOf(live.record, live.scope.epoch, persistence);
    follower.enter({ session: this.#session, scope: live.scope, opened, passcode: live.seal !== null });
    if (opened.setAside) notify('historySetAside');
    log.info('identity.entered', { epoch: live.scope.epoch, kind: this.#session.kind, persistence });
    this.refreshCards();
    return ok(this.#session);
  }

  /** The same account under a new epoch: everything in flight for the old one dies, the history stays open. */
  async reenter(live: Live): Promise<Result<Session>> {
    if (this.#live === live) this.end(live);
    const read = await readShown(live.history);
    // Nothing to show is no reason to show nothing at all: sync brings it back.
    const shown = read.ok ? read.value : emptyShown;
    const opened = { ...shown, history: live.history, setAside: false };
    const entered = this.enter(
      { id: live.account, record: live.record, seal: live.seal },
      opened,
      live.persistence,
    );
    if (this.#live !== null) this.#live.untoldProfile = live.untoldProfile;
    return entered;
  }

  /** Shut every door of this session. Its history stays open until it is closed. */
  end(live: Live): void {
    live.scope.end();
    this.#live = null;
    this.#session = { kind: 'starting', epoch: live.scope.epoch };
    this.#parts.follower.leave();
  }

  /** A state without a thread. */
  show(session: Session, locked: Locked | null = null): Result<Session> {
    this.#session = session;
    this.#locked = locked;
    this.#parts.follower.describe(session);
    this.refreshCards();
    return ok(session);
  }

  /** What became known of the locked account after it was shown as locked. */
  know(locked: Pick<Locked, 'unsent'> | Pick<Locked, 'unwritten'>): void {
    if (this.#locked !== null) this.#locked = { ...this.#locked, ...locked };
  }

  /** Try once more what the keychain did not take of the locked account. */
  async settleLocked(): Promise<void> {
    const { account = null, unwritten = null } = this.#locked ?? {};
    if (unwritten === null || !(await this.put(unwritten))) return;
    if (this.#locked?.account === account) this.know({ unwritten: null });
  }

  /** The same session, as its record is now. */
  describe(live: Live): void {
    this.#session = sessionOf(live.record, live.scope.epoch, live.persistence);
    this.#parts.follower.describe(this.#session);
    this.refreshCards();
  }

  /** Draw the list of accounts anew, as soon as the keychain has told. */
  refreshCards(): void {
    const { accounts, follower } = this.#parts;
    void accounts.cards(this.account).then((cards) => {
      // Whoever is current was said when it was asked for; whatever came since has asked again.
      follower.remembered(cards.map((card) => ({ ...card, current: card.account === this.account })));
    });
  }

  /** Change the record in memory at once, and in the keychain as soon as it takes it. */
  async save(live: Live, changed: AccountRecord): Promise<void> {
    const { log, clock } = this.#parts;
    const { account, seal } = live;
    const record = { ...changed, lastUsedAt: clock.now() };
    live.record = record;
    if (live.persistence === 'memory' || (await this.put({ id: account, record, seal }))) return;
    log.warn('identity.recordUnwritten');
    // Who this is must outlast this run, even if the proof does not fit into the keychain.
    if (record.credential?.kind === 'jwt') {
      const unproven = { ...record, credential: null, refreshToken: null, refused: 'jwtRequired' as const };
      await this.put({ id: account, record: unproven, seal });
    }
    clock.after(keychainRetryMs, () => {
      const now = this.#live;
      if (now !== null && now.account === account) void this.save(now, now.record);
    });
  }

  /**
   * Write an account's item. Nothing is written any more for one that is being erased: its key would come back.
   *
   * @returns false if the keychain did not take it
   */
  async put(account: RememberedAccount): Promise<boolean> {
    if (!this.#parts.device.accounts().includes(account.id)) return true;
    return (await this.#parts.accounts.write(account)).ok;
  }

  /** Write down how things were when somebody remembered left. Their history is closed. */
  async stamp({ account, persistence, record, seal }: Live, unread: number): Promise<void> {
    if (persistence === 'memory' || record.userId === null || !record.remember) return;
    const { clock, log } = this.#parts;
    const left = { ...record, unread, lastUsedAt: clock.now() };
    if (!(await this.put({ id: account, record: left, seal }))) log.warn('identity.recordUnwritten');
  }

  nextEpoch(): Epoch {
    this.#epoch += 1;
    return Epoch.parse(this.#epoch);
  }

  #newScope(account: AccountId, history: AccountHistory, live: () => Live): LiveScope {
    return new LiveScope({
      epoch: this.nextEpoch(),
      account,
      history,
      record: () => live().record,
      createUser: (scope) => this.#createUser(live(), scope),
    });
  }

  /** The first message makes the person known to the service. */
  async #createUser(live: Live, scope: LiveScope): Promise<Result<KnownSpeaker>> {
    const profile = live.untoldProfile;
    const created = await this.#parts.service.createUser(scope.speaker(), profile, scope.signal);
    if (!created.ok) return created;
    if (scope.signal.aborted) return fail({ kind: 'sessionOver' });
    const { appUserId, sessionToken } = created.value;
    const given: Credential | null = sessionToken === null ? null : { kind: 'session', sessionToken };
    const credential = live.record.credential ?? given;
    if (credential === null) return fail({ kind: 'malformed', where: 'createUser' });
    // Said while the service was being told the rest.
    const late = live.untoldProfile === profile ? {} : live.untoldProfile;
    live.untoldProfile = late;
    await this.save(live, { ...live.record, appUserId, credential });
    const { conversationId, messages, hasOlder } = created.value;
    const syncedTo = syncedToOf(created.value);
    const facts = { conversationId, syncedTo, reachedBeginning: !hasOlder, untoldProfile: late };
    const committed = await scope.history.commit({ confirm: messages, facts });
    return committed.ok ? scope.ensureUser() : committed;
  }
}

export function failureReason(failure: Failure): string {
  return failure.kind === 'storage' ? failure.reason : failure.kind;
}
