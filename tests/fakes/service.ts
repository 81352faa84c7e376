import { fail, ok } from '../../contract/failure.ts';
import type { Failure, Result } from '../../contract/failure.ts';
import { EpochMs } from '../../contract/ids.ts';
import type { ActionId, UserId } from '../../contract/ids.ts';
import type { Message, Profile } from '../../contract/model.ts';
import type {
  AnonymousProof,
  Feed,
  FeedEvent,
  KnownSpeaker,
  OutgoingMessage,
  OutgoingUpload,
  Service,
  ServiceConfig,
  ServicePage,
  SignedIn,
  SignInProof,
  Speaker,
  UserBundle,
} from '../../main/ports/service.ts';
import type { Signal } from '../../main/ports/signal.ts';
import { signedOut } from './service-world.ts';
import type { Follower, ServiceWorld, WorldUser } from './service-world.ts';

export { ServiceWorld } from './service-world.ts';
export type { WorldUser } from './service-world.ts';

type Call = Exclude<keyof Service, 'configured' | 'follow'>;

/** One device's `Service`, with switches for what a network does to it. */
export class FakeDevice implements Service {
  readonly world: ServiceWorld;
  /** Every call made, in order, also those that never got through. */
  readonly calls: Call[] = [];
  /** While true, events on the feed are lost without a trace. */
  missesEvents = false;
  configured: ServiceConfig | null = null;
  /** So many messages of each page this device cannot read. */
  leavesOut = 0;
  /** When every page was made, by the service's clock: usually after all that was ever said. */
  pagesMadeAt: EpochMs | null = EpochMs.parse(8e15);
  /** How often somebody doubted the feed. */
  checks = 0;
  /** While true, the feed is cut without a word: it says nothing until it is doubted, and then that it is down. */
  isCutSilently = false;
  #offline = false;
  readonly #refusals = new Map<Call, Failure[]>();
  readonly #lostAnswers = new Map<Call, number>();
  readonly #holds: {
    call: Call;
    stage: 'request' | 'answer';
    arrive: () => void;
    released: Promise<void>;
  }[] = [];

  constructor(world: ServiceWorld) {
    this.world = world;
  }

  goOffline(): void {
    this.#offline = true;
    this.dropFeed();
  }

  goOnline(): void {
    this.#offline = false;
  }

  /** The feed of this device breaks. Like the real one, it says so once and is silent from then on. */
  dropFeed(): void {
    for (const follower of [...this.world.followers]) {
      if (follower.device !== this) continue;
      this.world.followers.delete(follower);
      follower.hear({ kind: 'down' });
    }
  }

  /** The next `call` is answered with `failure`, and nothing is done. */
  refuseNext(call: Call, failure: Failure): void {
    this.#refusals.set(call, [...(this.#refusals.get(call) ?? []), failure]);
  }

  /** The next `call` is done, but its answer never comes back: it fails as `unavailable`. */
  loseNextAnswer(call: Call): void {
    this.#lostAnswers.set(call, (this.#lostAnswers.get(call) ?? 0) + 1);
  }

  /**
   * Hold the next `call` before the service sees it (`request`) or after it has done it (`answer`). `arrived` resolves
   * when it is held.
   */
  holdNext(call: Call, stage: 'request' | 'answer' = 'answer'): { arrived: Promise<void>; release(): void } {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const arrived = new Promise<void>((arrive) => this.#holds.push({ call, stage, arrive, released }));
    return { arrived, release: () => release() };
  }

  deliver(follower: Follower, event: FeedEvent): void {
    if (!this.world.followers.has(follower)) return;
    if (event.kind === 'refused') this.world.followers.delete(follower);
    else if (this.missesEvents || this.isCutSilently) return;
    follower.hear(event);
  }

  config(signal?: Signal): Promise<Result<ServiceConfig>> {
    return this.#request('config', signal, () => ok(this.world.config));
  }

  login(
    who: Speaker & { readonly userId: UserId },
    bring: AnonymousProof | null,
    signal?: Signal,
  ): Promise<Result<UserBundle | null>> {
    return this.#request('login', signal, () => {
      const world = this.world;
      const target = world.users.find((one) => one.userId === who.userId && one.mergedInto === null);
      const allowed = this.#mayUse(who, target);
      if (!allowed.ok) return allowed;
      const anonymous = world.users.find(
        (one) =>
          bring !== null &&
          one.appUserId === bring.appUserId &&
          one.userId === null &&
          one.tokens.has(bring.sessionToken),
      );
      const byJwt = who.credential?.kind === 'jwt';
      if (target === undefined && anonymous === undefined && byJwt) return ok(null);
      const user = target ?? anonymous ?? world.create(who.userId);
      user.userId = who.userId;
      if (anonymous !== undefined) {
        if (target !== undefined) world.merge(anonymous, target);
        else world.promote(anonymous);
      }
      return ok(this.#attach(user, who));
    });
  }

  signIn(by: SignInProof, signal?: Signal): Promise<Result<SignedIn>> {
    return this.#request('signIn', signal, () => this.world.signIn(by));
  }

  createUser(who: Speaker, profile: Profile, signal?: Signal): Promise<Result<UserBundle>> {
    return this.#request('createUser', signal, () => {
      const known = this.world.users.find(
        (one) => who.userId !== null && one.userId === who.userId && one.mergedInto === null,
      );
      const allowed = who.userId === null ? ok(undefined) : this.#mayUse(who, known);
      if (!allowed.ok) return allowed;
      const user = known ?? this.world.create(who.userId, profile);
      this.world.startConversation(user);
      return ok(this.#attach(user, who));
    });
  }

  user(who: KnownSpeaker, signal?: Signal): Promise<Result<UserBundle>> {
    return this.#asUser('user', who, signal, (user) => ok(this.world.bundle(user, null)));
  }

  updateUser(who: KnownSpeaker, profile: Profile, signal?: Signal): Promise<Result<void>> {
    return this.#asUser('updateUser', who, signal, (user) => {
      const properties = { ...user.profile.properties, ...profile.properties };
      user.profile = { ...user.profile, ...profile, properties };
      return ok();
    });
  }

  page(who: KnownSpeaker, before: EpochMs | null, signal?: Signal): Promise<Result<ServicePage>> {
    return this.#asUser('page', who, signal, (user) =>
      ok({
        conversationId: user.conversationId,
        unreadCount: user.unreadCount,
        ...this.world.pageBefore(user, before),
        leftOut: this.leavesOut,
        madeAt: this.pagesMadeAt,
        seenUpTo: user.seenUpTo,
        merges: this.world.tellsOfMerges && user.conversationId !== null ? user.merges : null,
      }),
    );
  }

  send(who: KnownSpeaker, message: OutgoingMessage, signal?: Signal): Promise<Result<Message>> {
    return this.#asUser('send', who, signal, (user) => {
      const { clientMessageId, metadata, text, formResponse: answered } = message;
      const known = user.messages.find((one) => one.clientMessageId === clientMessageId);
      if (known !== undefined && this.world.config.idempotentSend) return ok(known);
      const said = {
        author: { kind: 'self' } as const,
        actions: [],
        ...(answered === undefined
          ? { content: { kind: 'text' as const, text } }
          : {
              content: { kind: 'formResponse' as const, text, answers: answered.answers },
              quote: { id: answered.form, said: null },
            }),
      };
      return ok(this.world.append(user, { ...said, clientMessageId, metadata }, who.clientId));
    });
  }

  sendFile(who: KnownSpeaker, file: OutgoingUpload, signal?: Signal): Promise<Result<Message>> {
    return this.#asUser('sendFile', who, signal, async (user) => {
      const { clientMessageId, bytes, mediaType } = file;
      file.onSent(bytes.length);
      if (!(await file.beforeEnd())) return fail({ kind: 'offline' });
      const known = user.messages.find((one) => one.clientMessageId === clientMessageId);
      if (known !== undefined && this.world.config.idempotentSend) return ok(known);
      const mediaUrl = `https://service.example/media/${this.world.media.size}/${file.name}`;
      this.world.media.set(mediaUrl, bytes.slice());
      const common = { text: '', mediaUrl, mediaType, name: null };
      const content =
        file.as === 'image'
          ? ({ kind: 'image', ...common, altText: null } as const)
          : ({ kind: 'file', ...common, mediaSize: bytes.length } as const);
      const said = { author: { kind: 'self' } as const, actions: [], content };
      return ok(this.world.append(user, { ...said, clientMessageId, metadata: null }, who.clientId));
    });
  }

  fetchMedia(url: string, allowed: boolean, signal?: Signal): Promise<Result<Uint8Array>> {
    return this.#request('fetchMedia', signal, () => {
      if (!url.startsWith('https://service.example/') && !allowed)
        return fail({ kind: 'media', trouble: 'foreign' });
      const bytes = this.world.media.get(url);
      return bytes === undefined ? fail({ kind: 'media', trouble: 'gone' }) : ok(bytes.slice());
    });
  }

  markRead(who: KnownSpeaker, signal?: Signal): Promise<Result<void>> {
    return this.#asUser('markRead', who, signal, (user) => {
      user.unreadCount = 0;
      this.world.publish(user, { kind: 'readElsewhere' });
      return ok();
    });
  }

  typing(who: KnownSpeaker, started: boolean, signal?: Signal): Promise<Result<void>> {
    return this.#asUser('typing', who, signal, () => {
      this.world.typing.push(started);
      return ok();
    });
  }

  triggerPostback(who: KnownSpeaker, action: ActionId, signal?: Signal): Promise<Result<void>> {
    return this.#asUser('triggerPostback', who, signal, (user) => {
      const exists = user.messages.some((message) => message.actions.some((one) => one.id === action));
      if (!exists) return fail({ kind: 'rejected', code: 'not_found', description: '' });
      this.world.postbacks.push(action);
      return ok();
    });
  }

  logout(who: KnownSpeaker): Promise<Result<void>> {
    return this.#asUser('logout', who, undefined, (user) => {
      user.clients.delete(who.clientId);
      for (const [token, client] of user.tokens) if (client === who.clientId) user.tokens.delete(token);
      return ok();
    });
  }

  follow(who: () => KnownSpeaker, hear: (event: FeedEvent) => void): Feed {
    const follower: Follower = { device: this, who, hear };
    let closed = false;
    queueMicrotask(() => {
      if (closed) return;
      if (this.#offline) return hear({ kind: 'down' });
      if (!this.world.authenticate(who()).ok) return hear({ kind: 'refused' });
      this.world.followers.add(follower);
      hear({ kind: 'subscribed' });
    });
    return {
      close: () => {
        closed = true;
        this.world.followers.delete(follower);
      },
      check: () => {
        this.checks += 1;
        if (this.isCutSilently) this.dropFeed();
      },
    };
  }

  /** Whether this speaker may act under its userId. */
  #mayUse(who: Speaker, user: WorldUser | undefined): Result<unknown> {
    if (who.credential?.kind !== 'jwt') return user?.secured === true ? signedOut('jwtRequired') : ok(null);
    const proven = this.world.proven(who.credential.jwt);
    if (!proven.ok) return proven;
    return proven.value === who.userId ? proven : signedOut('otherUser');
  }

  #attach(user: WorldUser, who: Speaker): UserBundle {
    for (const other of this.world.users) other.clients.delete(who.clientId);
    user.clients.add(who.clientId);
    if (who.credential?.kind !== 'jwt') {
      return this.world.bundle(user, this.world.giveToken(user, who.clientId));
    }
    user.secured = true;
    this.world.revokeTokens(user);
    return this.world.bundle(user, null);
  }

  #asUser<T>(
    call: Call,
    who: KnownSpeaker,
    signal: Signal | undefined,
    act: (user: WorldUser) => Result<T> | Promise<Result<T>>,
  ): Promise<Result<T>> {
    return this.#request(call, signal, () => {
      const user = this.world.authenticate(who);
      return user.ok ? act(user.value) : user;
    });
  }

  async #request<T>(
    call: Call,
    signal: Signal | undefined,
    act: () => Result<T> | Promise<Result<T>>,
  ): Promise<Result<T>> {
    this.calls.push(call);
    if (!(await this.#through(call, 'request', signal))) return fail({ kind: 'offline' });
    const refusal = this.#refusals.get(call)?.shift();
    if (refusal !== undefined) return fail(refusal);
    this.configured = this.world.config;
    const acted = act();
    const result = acted instanceof Promise ? await acted : acted;
    const lost = this.#lostAnswers.get(call) ?? 0;
    this.#lostAnswers.set(call, Math.max(0, lost - 1));
    if (!(await this.#through(call, 'answer', signal))) return fail({ kind: 'offline' });
    return lost > 0 ? fail({ kind: 'unavailable' }) : result;
  }

  /** Carry a request or its answer. @returns false if it was lost on the way or is no longer wanted. */
  async #through(call: Call, stage: 'request' | 'answer', signal: Signal | undefined): Promise<boolean> {
    await Promise.resolve();
    const at = this.#holds.findIndex((hold) => hold.call === call && hold.stage === stage);
    const [hold] = at < 0 ? [] : this.#holds.splice(at, 1);
    if (hold !== undefined) {
      hold.arrive();
      await Promise.race([hold.released, aborted(signal)]);
    }
    return !this.#offline && signal?.aborted !== true;
  }
}

function aborted(signal: Signal | undefined): Promise<void> {
  return new Promise((resolve) => void signal?.onAbort(resolve));
}
