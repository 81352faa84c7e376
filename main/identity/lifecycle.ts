import { fail, ok, type Failure, type Result } from '../../contract/failure.ts';
import { type AccountId, Epoch } from '../../contract/ids.ts';
import type { Profile } from '../../contract/model.ts';
import type { EraseReport } from '../../contract/erase-report.ts';
import type { Input } from '../../contract/requests.ts';
import type { KeychainTrouble, Persistence, Session } from '../../contract/session.ts';
import type { Notice } from '../../contract/view.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceState } from '../ports/device-state.ts';
import type { AccountHistory, Histories, OpenedHistory } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { Sessions } from '../ports/messenger.ts';
import type { Credential, KnownSpeaker, Service, UserBundle } from '../ports/service.ts';
import type { SessionEvents, SessionFollower, SessionScope } from '../ports/session-scope.ts';
import type { Signal } from '../ports/signal.ts';
import { type AccountRecord, type Accounts, type RememberedAccount } from './accounts.ts';
import { type Eraser, nothingErased } from './erase.ts';
import { emptyShown, Openings, readShown } from './openings.ts';
import { knownSpeakerOf, LiveScope } from './scope.ts';
import { SerialQueue, type Stops } from './serial-queue.ts';
import { sessionOf } from './session.ts';
import { carry, proofOf, rebaseOn, recordAfter, syncedToOf, unknownThread } from './transition.ts';

/** How long an unwritten record waits before the keychain is tried again. */
const keychainRetryMs = 60_000;
/** How long a session rests after a refusal that turned out to be none. */
const refusalRestMs = 5_000;

/** The session under way: one account, opened. */
interface Live {
  readonly scope: LiveScope;
  readonly account: AccountId;
  readonly history: AccountHistory;
  readonly persistence: Persistence;
  record: AccountRecord;
  /** What was said about the person before the service knew them. */
  pendingProfile: Profile;
}

interface Deps {
  readonly accounts: Accounts;
  readonly device: DeviceState;
  readonly eraser: Eraser;
  readonly histories: Histories;
  readonly service: Service;
  readonly clock: Clock;
  readonly log: Log;
  readonly follower: SessionFollower;
  readonly notify: (notice: Notice) => void;
}

/**
 * Who this device speaks as, from boot to quit. Login, logout and switch run one at a time, each a transaction: the new
 * session is proven with the service, its key is in the keychain and its history open before anything of the old one is
 * touched; then the old epoch ends and the new one begins. A failure leaves the old session as it was.
 */
export class Lifecycle implements Sessions, SessionEvents {
  readonly #deps: Deps;
  readonly #openings: Openings;
  readonly #queue = new SerialQueue();
  #live: Live | null = null;
  #epoch = 0;
  #session: Session = { kind: 'starting', epoch: Epoch.parse(0) };

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#openings = new Openings(deps);
  }

  get session(): Session {
    return this.#session;
  }

  /** Open what was open when the app was last closed. Asks nothing of the network and creates nobody on the service. */
  boot(): Promise<Result<Session>> {
    return this.#queue.duty(() => this.#open());
  }

  login(how: Input<'login'>): Promise<Result<Session>> {
    return this.#queue.wish((stops) => this.#login(how, stops));
  }

  signIn({ userId, password, ...entering }: Input<'signIn'>): Promise<Result<Session>> {
    return this.#queue.wish(async (stops) => {
      const proof = { kind: 'password', userId, password } as const;
      const signedIn = await this.#deps.service.signIn(proof, stops.superseded);
      if (stops.superseded.aborted) return fail({ kind: 'superseded' });
      if (!signedIn.ok) return signedIn;
      return this.#login({ userId: signedIn.value.userId, jwt: signedIn.value.jwt, ...entering }, stops);
    });
  }

  async beginBrowserSignIn(): Promise<Result<void>> {
    return fail({ kind: 'unavailable' });
  }

  async answerQuestion(): Promise<Result<Session>> {
    return fail({ kind: 'sessionOver' });
  }

  async switchAccount(): Promise<Result<Session>> {
    return fail({ kind: 'sessionOver' });
  }

  async forgetAccount(): Promise<Result<EraseReport>> {
    return fail({ kind: 'sessionOver' });
  }

  async lock(): Promise<Result<Session>> {
    return fail({ kind: 'passcodeNeeded' });
  }

  async unlock(): Promise<Result<Session>> {
    return fail({ kind: 'sessionOver' });
  }

  async setPasscode(): Promise<Result<void>> {
    return fail({ kind: 'sessionOver' });
  }

  usePassphrase(): Promise<Result<Session>> {
    return this.retryKeychain();
  }

  /** Signs out whoever is here at this moment, whatever is entered or left until it is done. */
  logout(): Promise<Result<EraseReport>> {
    const { device } = this.#deps;
    const account = this.#live?.account ?? device.active();
    // From now on a kill or a quit ends in the erasure too.
    if (account !== null && this.#isOnDisk(account)) device.beginErase(account);
    return this.#queue.command(() => this.#logout(account), { erases: true });
  }

  retryKeychain(): Promise<Result<Session>> {
    return this.#queue.duty(async () => {
      if (this.#session.kind !== 'keychainTrouble') return ok(this.#session);
      return this.#open();
    });
  }

  useWithoutSaving(): Promise<Result<Session>> {
    return this.#queue.wish(async () => {
      if (this.#session.kind !== 'keychainTrouble') return ok(this.#session);
      return this.#enterInMemory(this.#deps.accounts.draw());
    });
  }

  async updateUser(profile: Profile): Promise<Result<void>> {
    const live = this.#live;
    if (live === null) return fail({ kind: 'sessionOver' });
    const known = live.scope.knownSpeaker();
    if (known !== null) return this.#deps.service.updateUser(known, profile, live.scope.signal);
    const properties = { ...live.pendingProfile.properties, ...profile.properties };
    live.pendingProfile = { ...live.pendingProfile, ...profile, properties };
    return ok();
  }

  /** End the session in an orderly way, keeping everything. */
  async quit(): Promise<void> {
    await this.#queue.command(async () => ok(await this.#close()), { erases: false });
  }

  // What sync tells us ---------------------------------------------------------------------------------------------

  credentialRefused(scope: SessionScope, reason: 'expired' | 'invalid' | 'jwtRequired' | 'otherUser'): void {
    void this.#queue.duty(async (stops): Promise<Result<unknown>> => {
      const live = this.#liveOf(scope);
      if (live === null) return ok();
      const known = knownSpeakerOf(live.record);
      // One stray answer must take neither a history nor a session: only a second refusal counts.
      const asked =
        known === null
          ? fail({ kind: 'signedOut', reason })
          : await this.#deps.service.user(known, stops.superseded);
      const refused = !asked.ok && asked.failure.kind === 'signedOut' ? asked.failure.reason : null;
      const anonymous = live.record.userId === null;
      if (refused === null || (anonymous && known === null)) return this.#rest(live);
      if (anonymous) return this.#replaceAnonymous(live);
      const told = refused === 'expired' || refused === 'jwtRequired' ? refused : 'revoked';
      await this.#save(live, { ...live.record, refused: told });
      this.#describe(live);
      return ok();
    });
  }

  moved(scope: SessionScope, to: Parameters<SessionEvents['moved']>[1]): void {
    void this.#queue.duty(async (stops): Promise<Result<unknown>> => {
      const live = this.#liveOf(scope);
      if (live === null || to.sessionToken === null) return ok();
      const credential: Credential = { kind: 'session', sessionToken: to.sessionToken };
      const known = {
        ...live.scope.speaker(),
        appUserId: to.appUserId,
        credential,
      };
      const bundle = await this.#deps.service.user(known, stops.superseded);
      // Whether the token was good or not, sync meets the truth with its next request.
      if (!bundle.ok || bundle.value.userId !== live.record.userId) return ok();
      this.#end(live);
      await this.#save(live, { ...live.record, appUserId: bundle.value.appUserId, credential });
      await live.history.commit(rebaseOn(bundle.value));
      return this.#reenter(live);
    });
  }

  described(scope: SessionScope, bundle: UserBundle): void {
    const live = this.#liveOf(scope);
    if (live === null || bundle.name === live.record.name) return;
    live.record = { ...live.record, name: bundle.name };
    this.#describe(live);
  }

  // Boot -------------------------------------------------------------------------------------------------------------

  async #open(): Promise<Result<Session>> {
    const { device, accounts, eraser } = this.#deps;
    if (!device.configured) return this.#show({ kind: 'unconfigured', epoch: this.#nextEpoch() });
    if (device.erasing().length > 0) await eraser.finish();
    const active = device.active();
    if (active === null) return this.#enterNewAnonymous();
    const answer = await accounts.read(active);
    if (answer.kind === 'found') return this.#enterRemembered({ id: active, record: answer.record });
    return this.#keychainTrouble(answer.kind, true);
  }

  async #enterRemembered(account: RememberedAccount): Promise<Result<Session>> {
    const opened = await this.#openings.remembered(account);
    if (opened.ok) return this.#enter(account, opened.value, 'disk');
    this.#deps.log.error('identity.historyUnavailable', { reason: failureReason(opened.failure) });
    return this.#enterInMemory(account);
  }

  /** A fresh anonymous person: new key, new client id, nobody on the service. */
  async #enterNewAnonymous(): Promise<Result<Session>> {
    const account = this.#deps.accounts.draw();
    const opened = await this.#openings.create(account);
    if (opened.ok && this.#deps.device.activate(account.id))
      return this.#enter(account, opened.value, 'disk');
    if (!opened.ok && opened.failure.kind === 'keychain') {
      return this.#keychainTrouble(opened.failure.trouble, false);
    }
    if (opened.ok) await opened.value.history.close();
    // A disk that takes nothing is no reason not to talk.
    return this.#enterInMemory(account);
  }

  async #enterInMemory(account: RememberedAccount): Promise<Result<Session>> {
    const opened = await this.#openings.inMemory();
    if (opened.ok) return this.#enter(account, opened.value, 'memory');
    return this.#keychainTrouble('unavailable', this.#deps.device.active() !== null);
  }

  #keychainTrouble(trouble: KeychainTrouble, remembered: boolean): Result<Session> {
    this.#deps.log.warn('identity.keychainTrouble', { trouble, remembered });
    return this.#show({
      kind: 'keychainTrouble',
      epoch: this.#nextEpoch(),
      trouble,
      remembered,
      passphrase: 'none',
    });
  }

  // Login ------------------------------------------------------------------------------------------------------------

  async #login({ userId, jwt }: Input<'login'>, stops: Stops): Promise<Result<Session>> {
    const { service, accounts, device, notify } = this.#deps;
    if (!device.configured) return fail({ kind: 'unconfigured' });
    const current = this.#live;
    const found = current?.persistence === 'memory' ? ok(null) : await accounts.find(userId);
    if (!found.ok) return found;
    const own = current?.record.userId === userId ? current : null;
    const anonymous = current !== null && current.record.userId === null ? current : null;
    const bring = anonymous === null ? null : proofOf(anonymous.record);
    const base = own ?? found.value ?? anonymous ?? accounts.draw();
    const credential: Credential | null = jwt === undefined ? null : { kind: 'jwt', jwt };

    // What is brought along the service may have moved already when a newer wish arrives: that is seen through.
    const stop = bring === null ? stops.superseded : stops.erased;
    const proven = await service.login({ clientId: base.record.clientId, userId, credential }, bring, stop);
    if (stop.aborted) return fail({ kind: 'superseded' });
    if (!proven.ok) return proven;
    const record = recordAfter(base.record, userId, credential, proven.value);
    if (record === null) return fail({ kind: 'malformed', where: 'login' });

    const entered = await this.#become(record, proven.value, {
      own,
      remembered: found.value,
      anonymous,
      bring,
      stop,
    });
    if (entered.ok && jwt === undefined) notify('notVerified');
    return entered;
  }

  #become(
    record: AccountRecord,
    bundle: UserBundle | null,
    from: {
      readonly own: Live | null;
      readonly remembered: RememberedAccount | null;
      readonly anonymous: Live | null;
      readonly bring: object | null;
      readonly stop: Signal;
    },
  ): Promise<Result<Session>> {
    const { own, remembered, anonymous, bring, stop } = from;
    if (own !== null) return this.#refresh(own, record);
    if (remembered === null && anonymous !== null) return this.#promote(anonymous, record, bundle);
    // A cache is good as it is, unless something was brought into the middle of the thread.
    const rebase = remembered !== null && bring === null ? null : bundle;
    const id = remembered?.id ?? this.#deps.accounts.draw().id;
    return this.#switchTo({ id, record }, rebase, { isNew: remembered === null, leaving: anonymous, stop });
  }

  /** The same person again, with a new proof. */
  async #refresh(live: Live, record: AccountRecord): Promise<Result<Session>> {
    const wasRefused = live.record.refused !== null;
    const moved = live.record.appUserId !== null && live.record.appUserId !== record.appUserId;
    if (wasRefused || moved) this.#end(live);
    await this.#save(live, record);
    if (moved) await live.history.commit({ dropConfirmed: true, facts: unknownThread });
    if (wasRefused || moved) return this.#reenter(live);
    this.#describe(live);
    return ok(this.#session);
  }

  /** The anonymous person here gets a userId: same account, same history, from now on synced. */
  async #promote(live: Live, record: AccountRecord, bundle: UserBundle | null): Promise<Result<Session>> {
    const isSame = bundle === null || bundle.appUserId === live.record.appUserId;
    // First of all, so that nothing still under way for the stranger is taken for this person's.
    this.#end(live);
    await this.#save(live, record);
    if (!isSame) {
      // If this fails, the next catch-up meets another conversation and does the same.
      const rebased = await live.history.commit(rebaseOn(bundle));
      if (!rebased.ok) this.#deps.log.warn('identity.notRebased', { reason: failureReason(rebased.failure) });
    }
    return this.#reenter(live);
  }

  /**
   * Leave the session under way for another account.
   *
   * @param rebase the thread as the service has it, in place of what is stored; null to keep that
   * @param how.leaving an anonymous person whose unsent words go along, and who is then erased
   */
  async #switchTo(
    next: RememberedAccount,
    rebase: UserBundle | null,
    how: { readonly isNew: boolean; readonly leaving: Live | null; readonly stop: Signal | null },
  ): Promise<Result<Session>> {
    const { device, eraser } = this.#deps;
    const old = this.#live;
    const persistence: Persistence = old?.persistence ?? 'disk';
    const opened = await this.#openings.next(next, persistence, how.isNew);
    if (!opened.ok) return opened;
    const { history, setAside } = opened.value;
    const giveUp = async (failure: Failure): Promise<Result<Session>> => {
      await history.close();
      if (how.isNew && persistence === 'disk') await eraser.erase(next.id, 0);
      return fail(failure);
    };
    const rebased = rebase === null ? ok() : await history.commit(rebaseOn(rebase));
    if (!rebased.ok) return giveUp(rebased.failure);
    if (how.stop?.aborted === true) return giveUp({ kind: 'superseded' });
    if (persistence === 'disk' && !device.activate(next.id))
      return giveUp({ kind: 'storage', reason: 'failed' });

    // From here on nothing more is accepted for the old session, so what is carried over is all there is.
    if (old !== null) this.#end(old);
    const carried = how.leaving === null ? ok() : await carry(how.leaving.history, history);
    const shown = carried.ok ? await readShown(history) : carried;
    if (!shown.ok) {
      const failed = await giveUp(shown.failure);
      if (old !== null && persistence === 'disk') device.activate(old.account);
      if (old !== null) await this.#reenter(old);
      return failed;
    }
    await old?.history.close();
    const entered = this.#enter(next, { ...shown.value, history, setAside }, persistence);
    if (how.leaving?.persistence === 'disk') await eraser.erase(how.leaving.account, 0);
    return entered;
  }

  // Logout -----------------------------------------------------------------------------------------------------------

  async #logout(account: AccountId | null): Promise<Result<EraseReport>> {
    const { device, service, eraser, notify, follower } = this.#deps;
    if (!device.configured) return fail({ kind: 'unconfigured' });
    const live = this.#live;
    // Somebody else has come in meanwhile: they stay, and the one who asked is erased.
    if (live !== null && live.account !== account && account !== null)
      return ok({ ...(await eraser.erase(account, 0)), serviceTold: 'notNeeded' });
    const outbox = live === null ? null : await live.history.outbox();
    const unsent = outbox?.ok === true ? outbox.value.length : 0;
    const onDisk = account !== null && (live?.persistence === 'disk' || this.#isOnDisk(account));
    await this.#close();
    const report = onDisk
      ? await eraser.erase(account, unsent)
      : nothingErased(this.#deps.clock.now(), unsent);
    // Without a keychain the next person is in memory too, and needs no second question.
    const staysInMemory = live?.persistence === 'memory' && !onDisk;
    const opened = staysInMemory ? await this.#enterInMemory(this.#deps.accounts.draw()) : await this.#open();
    if (!opened.ok) return opened;
    notify('signedOut');
    const known = live === null ? null : knownSpeakerOf(live.record);
    // The device is clean already; the service hears of it if it can.
    if (known !== null) void service.logout(known);
    const told: EraseReport = { ...report, serviceTold: known === null ? 'notNeeded' : 'later' };
    follower.erased(told);
    return ok(told);
  }

  #isOnDisk(account: AccountId): boolean {
    const { device } = this.#deps;
    return device.accounts().includes(account) || device.erasing().includes(account);
  }

  /** The service no longer knows this anonymous person: begin anew, taking along what was not sent yet. */
  async #replaceAnonymous(live: Live): Promise<Result<Session>> {
    const entered = await this.#switchTo(this.#deps.accounts.draw(), null, {
      isNew: true,
      leaving: live,
      stop: null,
    });
    if (entered.ok) this.#deps.notify('sessionEnded');
    else if (this.#live !== null) this.#rest(this.#live);
    return entered;
  }

  // The session under way --------------------------------------------------------------------------------------------

  #enter(account: RememberedAccount, opened: OpenedHistory, persistence: Persistence): Result<Session> {
    const { follower, notify, log } = this.#deps;
    const live: Live = {
      account: account.id,
      record: account.record,
      history: opened.history,
      persistence,
      pendingProfile: {},
      scope: this.#newScope(account.id, opened.history, () => live),
    };
    this.#live = live;
    this.#session = sessionOf(live.record, live.scope.epoch, persistence);
    follower.enter({ session: this.#session, scope: live.scope, opened, passcode: false });
    if (opened.setAside) notify('historySetAside');
    log.info('identity.entered', { epoch: live.scope.epoch, kind: this.#session.kind, persistence });
    return ok(this.#session);
  }

  /** The same account under a new epoch: everything in flight for the old one dies, the history stays open. */
  async #reenter(live: Live): Promise<Result<Session>> {
    if (this.#live === live) this.#end(live);
    const read = await readShown(live.history);
    // Nothing to show is no reason to show nothing at all: sync brings it back.
    const shown = read.ok ? read.value : emptyShown;
    const opened = { ...shown, history: live.history, setAside: false };
    return this.#enter({ id: live.account, record: live.record }, opened, live.persistence);
  }

  /** After a refusal that was none, this session begins anew in a while: sync and outbox have stopped. */
  #rest(live: Live): Result<void> {
    this.#deps.clock.after(refusalRestMs, () => {
      void this.#queue.duty(async (): Promise<Result<unknown>> =>
        this.#live === live ? this.#reenter(live) : ok(),
      );
    });
    return ok();
  }

  async #close(): Promise<void> {
    const live = this.#live;
    if (live === null) return;
    this.#end(live);
    await live.history.close();
  }

  #end(live: Live): void {
    live.scope.end();
    this.#live = null;
    this.#session = { kind: 'starting', epoch: live.scope.epoch };
    this.#deps.follower.leave();
  }

  #newScope(account: AccountId, history: AccountHistory, live: () => Live): LiveScope {
    return new LiveScope({
      epoch: this.#nextEpoch(),
      account,
      history,
      record: () => live().record,
      createUser: (scope) => this.#createUser(live(), scope),
    });
  }

  /** The first message makes the person known to the service. */
  async #createUser(live: Live, scope: LiveScope): Promise<Result<KnownSpeaker>> {
    const profile = live.pendingProfile;
    const created = await this.#deps.service.createUser(scope.speaker(), profile, scope.signal);
    if (!created.ok) return created;
    if (scope.signal.aborted) return fail({ kind: 'sessionOver' });
    const { appUserId, sessionToken } = created.value;
    const given: Credential | null = sessionToken === null ? null : { kind: 'session', sessionToken };
    const credential = live.record.credential ?? given;
    if (credential === null) return fail({ kind: 'malformed', where: 'createUser' });
    if (live.pendingProfile === profile) live.pendingProfile = {};
    await this.#save(live, { ...live.record, appUserId, credential });
    const { conversationId, messages, hasOlder } = created.value;
    const syncedTo = syncedToOf(created.value);
    const facts = { conversationId, syncedTo, reachedBeginning: !hasOlder };
    const committed = await scope.history.commit({ confirm: messages, facts });
    return committed.ok ? scope.ensureUser() : committed;
  }

  /** Change the record in memory at once, and in the keychain as soon as it takes it. */
  async #save(live: Live, record: AccountRecord): Promise<void> {
    live.record = record;
    if (live.persistence === 'memory') return;
    const { accounts, log, clock } = this.#deps;
    const written = await accounts.write({ id: live.account, record });
    if (written.ok) return;
    log.warn('identity.recordUnwritten');
    // Who this is must outlast this run, even if the proof does not fit into the keychain.
    if (record.credential?.kind === 'jwt') {
      await accounts.write({
        id: live.account,
        record: { ...record, credential: null, refused: 'jwtRequired' },
      });
    }
    clock.after(keychainRetryMs, () => {
      const now = this.#live;
      if (now !== null && now.account === live.account) void this.#save(now, now.record);
    });
  }

  #describe(live: Live): void {
    this.#session = sessionOf(live.record, live.scope.epoch, live.persistence);
    this.#deps.follower.describe(this.#session);
  }

  #show(session: Session): Result<Session> {
    this.#session = session;
    this.#deps.follower.describe(session);
    return ok(session);
  }

  #liveOf(scope: SessionScope): Live | null {
    return this.#live !== null && this.#live.scope === scope && !scope.signal.aborted ? this.#live : null;
  }

  #nextEpoch(): Epoch {
    this.#epoch += 1;
    return Epoch.parse(this.#epoch);
  }
}

function failureReason(failure: Failure): string {
  return failure.kind === 'storage' ? failure.reason : failure.kind;
}
