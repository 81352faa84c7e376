import { fail, ok, type Failure, type Result } from '../../contract/failure.ts';
import { type AccountId, Epoch, type UserId } from '../../contract/ids.ts';
import type { Profile } from '../../contract/model.ts';
import type { EraseReport } from '../../contract/requests.ts';
import type { KeychainTrouble, Persistence, Session } from '../../contract/session.ts';
import type { Notice } from '../../contract/view.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceState } from '../ports/device-state.ts';
import type { AccountHistory, Change, Histories, OpenedHistory } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { Sessions } from '../ports/messenger.ts';
import type { Credential, KnownSpeaker, Service, UserBundle } from '../ports/service.ts';
import type { SessionEvents, SessionFollower, SessionScope } from '../ports/session-scope.ts';
import type { Signal } from '../ports/signal.ts';
import { type AccountRecord, type Accounts, type RememberedAccount } from './accounts.ts';
import type { Eraser } from './erase.ts';
import { knownSpeakerOf, LiveScope } from './scope.ts';
import { SerialQueue } from './serial-queue.ts';
import { sessionOf } from './session.ts';
import { proofOf, rebaseOn, recordAfter, syncedToOf, unknownThread } from './transition.ts';

/** Messages read with the opening of a history: two screens. */
const openingPageSize = 60;
/** How long an unwritten credential waits before the keychain is tried again. */
const keychainRetryMs = 30_000;

/** The session under way: one account, opened. */
interface Live {
  readonly scope: LiveScope;
  readonly account: AccountId;
  readonly history: AccountHistory;
  readonly persistence: Persistence;
  record: AccountRecord;
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
 * session is proven with the service and its key is in the keychain before anything of the old one is touched; then the
 * old epoch ends and the new one begins in one step. A failure leaves the old session as it was.
 */
export class Lifecycle implements Sessions, SessionEvents {
  readonly #deps: Deps;
  readonly #queue = new SerialQueue();
  #live: Live | null = null;
  #epoch = 0;
  #session: Session = { kind: 'starting', epoch: Epoch.parse(0) };
  /** What was said about the person before the service knew them. */
  #pendingProfile: Profile = {};

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get session(): Session {
    return this.#session;
  }

  /** Open what was open when the app was last closed. Asks nothing of the network and creates nobody on the service. */
  boot(): Promise<Result<Session>> {
    return this.#queue.duty(() => this.#open());
  }

  login(userId: UserId, jwt?: string): Promise<Result<Session>> {
    return this.#queue.wish((signal) => this.#login(userId, jwt, signal));
  }

  signIn(userId: UserId, password: string): Promise<Result<Session>> {
    return this.#queue.wish(async (signal) => {
      const signedIn = await this.#deps.service.signIn(userId, password);
      if (signal.aborted) return fail({ kind: 'superseded' });
      if (!signedIn.ok) return signedIn;
      return this.#login(signedIn.value.userId, signedIn.value.jwt, signal);
    });
  }

  logout(): Promise<Result<EraseReport>> {
    return this.#queue.wish(() => this.#logout());
  }

  retryKeychain(): Promise<Result<Session>> {
    return this.#queue.duty(async () => {
      if (this.#session.kind !== 'keychainTrouble') return ok(this.#session);
      await this.#deps.eraser.finish();
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
    const known = this.#live?.scope.knownSpeaker() ?? null;
    if (known !== null) return this.#deps.service.updateUser(known, profile, this.#live?.scope.signal);
    const properties = { ...this.#pendingProfile.properties, ...profile.properties };
    this.#pendingProfile = { ...this.#pendingProfile, ...profile, properties };
    return ok();
  }

  /** End the session in an orderly way, keeping everything. */
  async quit(): Promise<void> {
    await this.#queue.wish(async () => ok(await this.#close()));
  }

  // What sync tells us ---------------------------------------------------------------------------------------------

  credentialRefused(scope: SessionScope, reason: 'expired' | 'invalid' | 'jwtRequired' | 'otherUser'): void {
    void this.#queue.duty(async (): Promise<Result<unknown>> => {
      const live = this.#liveOf(scope);
      if (live === null) return ok();
      if (live.record.userId === null) return this.#replaceAnonymous(live);
      const refused = reason === 'expired' || reason === 'jwtRequired' ? reason : 'revoked';
      await this.#rewrite(live, { ...live.record, refused });
      this.#describe(live);
      return ok();
    });
  }

  moved(scope: SessionScope, to: Parameters<SessionEvents['moved']>[1]): void {
    void this.#queue.duty(async (): Promise<Result<unknown>> => {
      const live = this.#liveOf(scope);
      if (live === null || to.sessionToken === null) return ok();
      const credential: Credential = { kind: 'session', sessionToken: to.sessionToken };
      const known = {
        ...live.scope.speaker(),
        appUserId: to.appUserId as KnownSpeaker['appUserId'],
        credential,
      };
      const bundle = await this.#deps.service.user(known, live.scope.signal);
      // Whether the token was good or not, sync meets the truth with its next request.
      if (!bundle.ok || bundle.value.userId !== live.record.userId) return ok();
      await this.#rewrite(live, { ...live.record, appUserId: bundle.value.appUserId, credential });
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
    return this.#keychainTrouble(answer.kind === 'missing' ? 'unavailable' : answer.kind, true);
  }

  async #enterRemembered(account: RememberedAccount): Promise<Result<Session>> {
    const opened = await this.#deps.histories.open(account.id, account.record.databaseKey, openingPageSize);
    if (opened.ok) return this.#enter(account, opened.value, 'disk');
    this.#deps.log.error('identity.historyUnavailable', { reason: failureReason(opened.failure) });
    return this.#enterInMemory(account);
  }

  /** A fresh anonymous person: new key, new client id, nobody on the service. */
  async #enterNewAnonymous(): Promise<Result<Session>> {
    const account = this.#deps.accounts.draw();
    const opened = await this.#createOnDisk(account);
    if (opened.ok) return this.#enter(account, opened.value, 'disk');
    if (opened.failure.kind === 'keychain') return this.#keychainTrouble(opened.failure.trouble, false);
    return this.#enterInMemory(account);
  }

  async #enterInMemory(account: RememberedAccount): Promise<Result<Session>> {
    const opened = await this.#deps.histories.openInMemory(openingPageSize);
    return opened.ok ? this.#enter(account, opened.value, 'memory') : opened;
  }

  #keychainTrouble(trouble: KeychainTrouble, remembered: boolean): Result<Session> {
    this.#deps.log.warn('identity.keychainTrouble', { trouble, remembered });
    return this.#show({ kind: 'keychainTrouble', epoch: this.#nextEpoch(), trouble, remembered });
  }

  // Login ------------------------------------------------------------------------------------------------------------

  async #login(userId: UserId, jwt: string | undefined, signal: Signal): Promise<Result<Session>> {
    const { service, accounts, device } = this.#deps;
    if (!device.configured) return fail({ kind: 'unconfigured' });
    const current = this.#live;
    const inMemory = current?.persistence === 'memory';
    const found = inMemory ? ok(null) : await accounts.find(userId);
    if (!found.ok) return found;
    const anonymous = current !== null && current.record.userId === null ? current : null;
    const bring = anonymous === null ? null : proofOf(anonymous.record);
    const own = current?.record.userId === userId ? { id: current.account, record: current.record } : null;
    const base = own ?? found.value ?? (anonymous === null ? accounts.draw() : idOf(anonymous));
    const credential: Credential | null = jwt === undefined ? null : { kind: 'jwt', jwt };

    // With an anonymous history to bring, the service may already have moved it when an abort arrives: see it through.
    const stop = bring === null ? signal : undefined;
    const proven = await service.login({ clientId: base.record.clientId, userId, credential }, bring, stop);
    if (stop?.aborted) return fail({ kind: 'superseded' });
    if (!proven.ok) return proven;
    const record = recordAfter(base.record, userId, credential, proven.value);
    if (record === null) return fail({ kind: 'malformed', where: 'login' });
    if (jwt === undefined) this.#deps.notify('notVerified');

    const next = { id: base.id, record };
    if (own !== null && current !== null) return this.#refresh(current, record);
    if (found.value === null && anonymous !== null) return this.#promote(anonymous, record, proven.value);
    // What was brought along is now somewhere inside the thread: a cache of it has to be read anew.
    const cacheHolds = found.value !== null && bring === null;
    return this.#switchTo(next, cacheHolds ? null : proven.value, anonymous, found.value !== null);
  }

  /** The same person again, with a new proof. */
  async #refresh(live: Live, record: AccountRecord): Promise<Result<Session>> {
    const wasRefused = live.record.refused !== null;
    const moved = live.record.appUserId !== null && live.record.appUserId !== record.appUserId;
    await this.#rewrite(live, record);
    if (moved) await live.history.commit({ dropConfirmed: true, facts: unknownThread });
    if (wasRefused || moved) return this.#reenter(live);
    this.#describe(live);
    return ok(this.#session);
  }

  /** The anonymous person here gets a userId: same account, same history, from now on synced. */
  async #promote(live: Live, record: AccountRecord, bundle: UserBundle | null): Promise<Result<Session>> {
    const merged =
      live.record.appUserId !== null && bundle !== null && bundle.appUserId !== live.record.appUserId;
    const joined = live.record.appUserId === null && bundle !== null;
    await this.#rewrite(live, record);
    if (merged || joined) {
      const committed = await live.history.commit(rebaseOn(bundle));
      if (!committed.ok) return committed;
    }
    return this.#reenter(live);
  }

  async #switchTo(
    next: RememberedAccount,
    bundle: UserBundle | null,
    anonymous: Live | null,
    remembered: boolean,
  ): Promise<Result<Session>> {
    const persistence: Persistence = this.#live?.persistence ?? 'disk';
    const opened =
      persistence === 'memory'
        ? await this.#deps.histories.openInMemory(openingPageSize)
        : remembered
          ? await this.#openRemembered(next)
          : await this.#createOnDisk(next);
    if (!opened.ok) return opened;
    const { history } = opened.value;
    const prepared = await this.#prepare(history, bundle, anonymous);
    if (!prepared.ok) {
      await history.close();
      return prepared;
    }
    await this.#close();
    const result = await this.#enter(
      next,
      { ...prepared.value, history, setAside: opened.value.setAside },
      persistence,
    );
    if (anonymous !== null && anonymous.persistence === 'disk')
      await this.#deps.eraser.erase(anonymous.account, 0);
    return result;
  }

  /** Fill a history that is about to be shown: with the thread as the service has it, and with what is carried over. */
  async #prepare(
    history: AccountHistory,
    bundle: UserBundle | null,
    anonymous: Live | null,
  ): Promise<Result<Omit<OpenedHistory, 'history' | 'setAside'>>> {
    const carried = anonymous === null ? ok<Change>({}) : await carriedFrom(anonymous.history);
    if (!carried.ok) return carried;
    const rebase: Change = bundle === null ? {} : rebaseOn(bundle);
    const committed = await history.commit({
      ...rebase,
      ...carried.value,
      facts: { ...rebase.facts, ...carried.value.facts },
    });
    if (!committed.ok) return committed;
    const page = await history.page(null, openingPageSize);
    if (!page.ok) return page;
    return ok({ page: page.value, facts: committed.value.facts, waiting: committed.value.waiting });
  }

  async #openRemembered({ id, record }: RememberedAccount): Promise<Result<OpenedHistory>> {
    const written = await this.#deps.accounts.write({ id, record });
    if (!written.ok) return written;
    return this.#deps.histories.open(id, record.databaseKey, openingPageSize);
  }

  /** Key first, read back, then the marker, then the database: a kill in between leaves no file without its key. */
  async #createOnDisk(account: RememberedAccount): Promise<Result<OpenedHistory>> {
    const { accounts, histories, device, eraser } = this.#deps;
    const written = await accounts.write(account);
    if (!written.ok) return written;
    const opened = await histories.open(account.id, account.record.databaseKey, openingPageSize);
    if (!opened.ok && !device.accounts().includes(account.id)) await eraser.erase(account.id, 0);
    return opened;
  }

  // Logout -----------------------------------------------------------------------------------------------------------

  async #logout(): Promise<Result<EraseReport>> {
    const { device, service, eraser } = this.#deps;
    if (!device.configured) return fail({ kind: 'unconfigured' });
    const live = this.#live;
    const account = live?.account ?? device.active();
    const outbox = live === null ? null : await live.history.outbox();
    const unsent = outbox?.ok === true ? outbox.value.length : 0;
    await this.#close();
    const onDisk = account !== null && (live?.persistence === 'disk' || device.accounts().includes(account));
    const report = onDisk ? await eraser.erase(account, unsent) : nothingErased(unsent);
    const opened = live?.persistence === 'memory' ? await this.#afterMemory() : await this.#open();
    if (!opened.ok) return opened;
    this.#deps.notify('signedOut');
    const known = live === null ? null : knownSpeakerOf(live.record);
    // The device is clean already; the service hears of it if it can.
    if (known !== null) void service.logout(known);
    return ok(report);
  }

  /** Without a keychain the next person is in memory too, and needs no second question. */
  #afterMemory(): Promise<Result<Session>> {
    return this.#enterInMemory(this.#deps.accounts.draw());
  }

  /** The service no longer knows this anonymous person: begin anew, taking along what was not sent yet. */
  async #replaceAnonymous(live: Live): Promise<Result<Session>> {
    const known = knownSpeakerOf(live.record);
    const asked = known === null ? null : await this.#deps.service.user(known, live.scope.signal);
    // Erasing on one refusal would let a stray answer take a history: ask twice.
    if (asked === null || asked.ok || asked.failure.kind !== 'signedOut') return ok(this.#session);
    this.#deps.notify('sessionEnded');
    return this.#switchTo(this.#deps.accounts.draw(), null, live, false);
  }

  // The session under way --------------------------------------------------------------------------------------------

  #enter(account: RememberedAccount, opened: OpenedHistory, persistence: Persistence): Result<Session> {
    const { device, follower, notify } = this.#deps;
    if (persistence === 'disk' && device.active() !== account.id && !device.activate(account.id)) {
      void opened.history.close();
      return fail({ kind: 'storage', reason: 'failed' });
    }
    const live: Live = {
      account: account.id,
      record: account.record,
      history: opened.history,
      persistence,
      scope: this.#newScope(account.id, opened.history, () => live),
    };
    this.#live = live;
    this.#session = sessionOf(live.record, live.scope.epoch, persistence);
    follower.enter({ session: this.#session, scope: live.scope, opened });
    if (opened.setAside) notify('historySetAside');
    this.#deps.log.info('identity.entered', {
      epoch: live.scope.epoch,
      kind: this.#session.kind,
      persistence,
    });
    return ok(this.#session);
  }

  /** The same account under a new epoch: everything in flight for the old one dies, the history stays open. */
  async #reenter(live: Live): Promise<Result<Session>> {
    const committed = await live.history.commit({});
    const page = await live.history.page(null, openingPageSize);
    if (!committed.ok) return committed;
    if (!page.ok) return page;
    const { facts, waiting } = committed.value;
    this.#end(live);
    const opened = { history: live.history, page: page.value, facts, waiting, setAside: false };
    return this.#enter({ id: live.account, record: live.record }, opened, live.persistence);
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
    this.#pendingProfile = {};
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
    const created = await this.#deps.service.createUser(scope.speaker(), this.#pendingProfile, scope.signal);
    if (!created.ok) return created;
    if (scope.signal.aborted) return fail({ kind: 'sessionOver' });
    const { appUserId, sessionToken } = created.value;
    const credential =
      live.record.credential ?? (sessionToken === null ? null : { kind: 'session', sessionToken });
    if (credential === null) return fail({ kind: 'malformed', where: 'createUser' });
    await this.#rewrite(live, { ...live.record, appUserId, credential: credential as Credential });
    this.#pendingProfile = {};
    const { conversationId, messages, hasOlder } = created.value;
    const syncedTo = syncedToOf(created.value);
    const facts = { conversationId, syncedTo, reachedBeginning: !hasOlder };
    const committed = await scope.history.commit({ confirm: messages, facts });
    return committed.ok ? scope.ensureUser() : committed;
  }

  /** Change the record in memory at once, and in the keychain as soon as it takes it. */
  async #rewrite(live: Live, record: AccountRecord): Promise<void> {
    live.record = record;
    if (live.persistence === 'memory') return;
    const written = await this.#deps.accounts.write({ id: live.account, record });
    if (written.ok) return;
    this.#deps.log.warn('identity.recordUnwritten');
    this.#deps.clock.after(keychainRetryMs, () => {
      if (this.#live === live && live.record === record) void this.#rewrite(live, record);
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

function idOf(live: Live): RememberedAccount {
  return { id: live.account, record: live.record };
}

function nothingErased(unsentMessages: number): EraseReport {
  return { files: 0, bytes: 0, unsentMessages, remaining: 0, keyRemoved: true };
}

function failureReason(failure: Failure): string {
  return failure.kind === 'storage' ? failure.reason : failure.kind;
}

/** What an anonymous person wrote and the service does not have yet: it goes with them. */
async function carriedFrom(history: AccountHistory): Promise<Result<Change>> {
  const outbox = await history.outbox();
  if (!outbox.ok) return outbox;
  // An empty commit changes nothing and answers with the facts.
  const now = await history.commit({});
  if (!now.ok) return now;
  const enqueue = outbox.value.map(({ message }) => message);
  return ok({ enqueue, facts: now.value.facts.draft === '' ? {} : { draft: now.value.facts.draft } });
}
