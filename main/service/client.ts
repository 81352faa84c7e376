import { fail, ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import { EpochMs } from '../../contract/ids.ts';
import type { ActionId, AppId, AppUserId, ConversationId, UserId } from '../../contract/ids.ts';
import type { Message, Profile } from '../../contract/model.ts';
import type { WireClient } from '../../contract/sdk-api.ts';
import type { Clock } from '../ports/clock.ts';
import type { Http, HttpAnswer, HttpRequest } from '../ports/http.ts';
import type { Log } from '../ports/log.ts';
import type { Realtime } from '../ports/realtime.ts';
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
} from '../ports/service.ts';
import type { Signal } from '../ports/signal.ts';
import { isEmpty, isWritable, nobody, writeAuthorization } from './asking.ts';
import type { Ask, Asker, Exchange, Judged } from './asking.ts';
import { Budget } from './budget.ts';
import { failureOf } from './failures.ts';
import { readDate } from './retry-after.ts';
import { openFeed } from './feed.ts';
import { fetchMedia, readSent, writeUpload } from './media.ts';
import { isMediaUrlOf, isSameOrigin, isServiceUrl, joinUrl } from './urls.ts';
import {
  readBundle,
  readConfig,
  readPage,
  readSignIn,
  writeMessage,
  writeSeconds,
  writeSignIn,
} from './wire.ts';
import { type DeviceDescription, writeClient } from './device-words.ts';
import type { Endpoints } from './wire.ts';

const deadlineMs = 15_000;
const pageDeadlineMs = 30_000;
/** For as long as nothing moves. */
const mediaDeadlineMs = 60_000;

export interface ServiceClientParts {
  readonly http: Http;
  readonly realtime: Realtime;
  readonly clock: Clock;
  readonly log: Log;
  /** Below it lies `apps/{appId}/config`; https, or a service on this machine. */
  readonly configUrl: string;
  readonly appId: AppId;
  readonly device: DeviceDescription;
}

/** The answer to a login of a userId that is proven but not created yet: no body, or `{}` (smooch-sdk-api A.5.2). */
const uncreated = 'uncreated';

/** What the service says of a thread nobody has written in. */
const noConversation = 'conversation_not_found';
const emptyPage: ServicePage = {
  conversationId: null,
  unreadCount: 0,
  messages: [],
  hasOlder: false,
  leftOut: 0,
  madeAt: null,
  seenUpTo: null,
  merges: null,
};

/** The Smooch SDK API v1 behind the port: one request per call, and a feed. */
export class ServiceClient implements Service {
  readonly #parts: ServiceClientParts;
  readonly #budget: Budget;
  #endpoints: Endpoints | null = null;
  /** The fetch of a configuration never fetched before, shared by all who wait for it. */
  #first: Promise<Result<Endpoints>> | null = null;
  /** The conversation each app user was last said to have: what the feed says of another one is not theirs. */
  readonly #conversations = new Map<AppUserId, ConversationId>();

  constructor(parts: ServiceClientParts) {
    this.#parts = parts;
    this.#budget = new Budget(parts.clock);
  }

  get configured(): ServiceConfig | null {
    return this.#endpoints?.config ?? null;
  }

  async config(signal?: Signal): Promise<Result<ServiceConfig>> {
    const fetched = await this.#fetchEndpoints(signal);
    return fetched.ok ? ok(fetched.value.config) : fetched;
  }

  async login(
    who: Speaker & { readonly userId: UserId },
    bring: AnonymousProof | null,
    signal?: Signal,
  ): Promise<Result<UserBundle | null>> {
    const proven = await this.#ask<UserBundle | typeof uncreated>({
      door: 'login',
      method: 'POST',
      path: 'login',
      who,
      json: { userId: who.userId, ...bring, client: this.#client(who) },
      signal,
      mayBeEmpty: true,
      read: (body) =>
        isEmpty(body)
          ? uncreated
          : this.#readBundle('login', who, body, (bundle) => bundle.userId === who.userId),
    });
    return proven.ok ? ok(proven.value === uncreated ? null : proven.value) : proven;
  }

  async signIn(by: SignInProof, signal?: Signal): Promise<Result<SignedIn>> {
    const endpoints = await this.#known();
    if (!endpoints.ok) return endpoints;
    const url = endpoints.value.config.signInUrl;
    if (url === null) return fail({ kind: 'rejected', code: 'no_sign_in', description: '' });
    const answer = await this.#exchange(nobody, { method: 'POST', url, json: writeSignIn(by), signal });
    return this.#judge({ door: 'signIn', who: nobody, read: readSignIn }, answer);
  }

  createUser(who: Speaker, profile: Profile, signal?: Signal): Promise<Result<UserBundle>> {
    return this.#ask({
      door: 'createUser',
      method: 'POST',
      path: 'appusers',
      who,
      json: { ...profile, ...(who.userId !== null && { userId: who.userId }), client: this.#client(who) },
      signal,
      read: (body) => this.#readBundle('createUser', who, body, (bundle) => bundle.userId === who.userId),
    });
  }

  user(who: KnownSpeaker, signal?: Signal): Promise<Result<UserBundle>> {
    return this.#ask({
      ...this.#asUser('user', 'GET', '', who, signal),
      read: (body) => this.#readBundle('user', who, body, (bundle) => bundle.appUserId === who.appUserId),
    });
  }

  updateUser(who: KnownSpeaker, profile: Profile, signal?: Signal): Promise<Result<void>> {
    return this.#tell({ ...this.#asUser('updateUser', 'PUT', '', who, signal), json: profile });
  }

  async page(who: KnownSpeaker, before: EpochMs | null, signal?: Signal): Promise<Result<ServicePage>> {
    const query = before === null ? '' : `?before=${writeSeconds(before)}`;
    const page = await this.#ask<ServicePage>({
      ...this.#asUser('page', 'GET', `/messages${query}`, who, signal),
      timeoutMs: pageDeadlineMs,
      read: (body, madeAt) => {
        const read = readPage(body, before, this.#onStrange('page'));
        this.#noteConversation(who.appUserId, read?.conversationId ?? null);
        return read === null ? null : { ...read, madeAt };
      },
    });
    const isUnwritten = !page.ok && page.failure.kind === 'rejected' && page.failure.code === noConversation;
    return isUnwritten ? ok(emptyPage) : page;
  }

  send(who: KnownSpeaker, message: OutgoingMessage, signal?: Signal): Promise<Result<Message>> {
    return this.#ask<Message>({
      ...this.#asUser('send', 'POST', '/messages', who, signal),
      json: writeMessage(message, this.#client(who)),
      read: (body) => readSent(body, message.clientMessageId),
    });
  }

  sendFile(who: KnownSpeaker, file: OutgoingUpload, signal?: Signal): Promise<Result<Message>> {
    return this.#ask<Message>({
      ...this.#asUser('sendFile', 'POST', file.as === 'image' ? '/images' : '/files', who, signal),
      form: writeUpload(file, this.#client(who)),
      timeoutMs: mediaDeadlineMs,
      read: (body) => readSent(body, file.clientMessageId),
    });
  }

  async fetchMedia(url: string, allowed: boolean, signal?: Signal): Promise<Result<Uint8Array>> {
    const endpoints = await this.#known();
    if (!endpoints.ok) return endpoints;
    const { configUrl, http } = this.#parts;
    if (!isMediaUrlOf(configUrl, url)) return fail({ kind: 'media', trouble: 'unsafe' });
    const isOwn = isSameOrigin(configUrl, url) || isSameOrigin(endpoints.value.baseUrl, url);
    if (!isOwn && !allowed) return fail({ kind: 'media', trouble: 'foreign' });
    return fetchMedia(http, { url, timeoutMs: mediaDeadlineMs, ...(signal !== undefined && { signal }) });
  }

  markRead(who: KnownSpeaker, signal?: Signal): Promise<Result<void>> {
    return this.#tell(this.#asUser('markRead', 'POST', '/conversation/read', who, signal));
  }

  typing(who: KnownSpeaker, started: boolean, signal?: Signal): Promise<Result<void>> {
    const activity = { type: started ? 'typing:start' : 'typing:stop' };
    return this.#tell({
      ...this.#asUser('typing', 'POST', '/conversation/activity', who, signal),
      json: { activity, sender: { type: 'appUser', client: this.#client(who) } },
    });
  }

  triggerPostback(who: KnownSpeaker, action: ActionId, signal?: Signal): Promise<Result<void>> {
    return this.#tell({
      ...this.#asUser('triggerPostback', 'POST', '/postback', who, signal),
      json: { postback: { actionId: action }, sender: { type: 'appUser', client: this.#client(who) } },
    });
  }

  logout(who: KnownSpeaker): Promise<Result<void>> {
    return this.#tell({
      ...this.#asUser('logout', 'POST', '/logout', who, undefined),
      json: { client: { id: who.clientId } },
    });
  }

  follow(who: () => KnownSpeaker, hear: (event: FeedEvent) => void): Feed {
    let feed: Feed | null = null;
    let closed = false;
    const start = async (): Promise<void> => {
      const endpoints = await this.#known();
      if (closed) return;
      if (!endpoints.ok) return hear({ kind: 'down' });
      const { realtime, log, appId } = this.#parts;
      const conversation = (): ConversationId | null => this.#conversations.get(who().appUserId) ?? null;
      feed = openFeed({ realtime, log, url: endpoints.value.realtimeUrl, appId, who, hear, conversation });
    };
    void start();
    return {
      close() {
        closed = true;
        feed?.close();
      },
      check: () => feed?.check(),
    };
  }

  /** The endpoints, fetched if they never were. */
  #known(): Promise<Result<Endpoints>> {
    if (this.#endpoints !== null) return Promise.resolve(ok(this.#endpoints));
    this.#first ??= this.#fetchEndpoints().finally(() => (this.#first = null));
    return this.#first;
  }

  async #fetchEndpoints(signal?: Signal): Promise<Result<Endpoints>> {
    const { configUrl, appId } = this.#parts;
    if (!isServiceUrl(configUrl)) {
      return fail({ kind: 'rejected', code: 'insecure_url', description: '' });
    }
    const url = joinUrl(configUrl, `apps/${appId}/config`);
    const asked = { door: 'config', who: nobody, read: (body: unknown) => readConfig(body, configUrl) };
    const fetched = await this.#inTurn(asked, { method: 'GET', url, signal });
    if (!fetched.ok) return fetched;
    if (fetched.value === 'inactive') return fail({ kind: 'unknownApp' });
    this.#endpoints = fetched.value;
    return ok(fetched.value);
  }

  #asUser(
    door: string,
    method: HttpRequest['method'],
    path: string,
    who: KnownSpeaker,
    signal: Signal | undefined,
  ): Omit<Ask<never>, 'read'> {
    return { door, method, path: `appusers/${who.appUserId}${path}`, who, appUserId: who.appUserId, signal };
  }

  /** Ask where nothing but success matters. */
  async #tell(ask: Omit<Ask<never>, 'read'>): Promise<Result<void>> {
    const told = await this.#ask({ ...ask, mayBeEmpty: true, read: () => true });
    return told.ok ? ok() : told;
  }

  async #ask<T>(ask: Ask<T>): Promise<Result<T>> {
    const { method, path, who, appUserId, json, form, timeoutMs, signal } = ask;
    const endpoints = await this.#known();
    if (!endpoints.ok) return endpoints;
    if (signal?.aborted === true) return fail({ kind: 'offline' });
    if (!isWritable(who.credential)) return fail({ kind: 'signedOut', reason: 'invalid' });
    const url = joinUrl(endpoints.value.baseUrl, `apps/${this.#parts.appId}/${path}`);
    return this.#inTurn(ask, { method, url, appUserId, json, form, timeoutMs, signal });
  }

  /** One request, unless the service has asked this device to wait. */
  async #inTurn<T>(judged: Judged<T>, exchange: Exchange): Promise<Result<T>> {
    const retryAfterMs = this.#budget.admit();
    if (retryAfterMs !== null) return fail({ kind: 'throttled', retryAfterMs });
    const result = this.#judge(judged, await this.#exchange(judged.who, exchange));
    const isThrottled = !result.ok && result.failure.kind === 'throttled';
    if (isThrottled)
      return fail({ kind: 'throttled', retryAfterMs: this.#budget.done(result.failure.retryAfterMs) });
    this.#budget.done(null);
    return result;
  }

  #exchange(
    { clientId, credential }: Asker,
    { method, url, appUserId = null, json, form, timeoutMs = deadlineMs, signal }: Exchange,
  ): Promise<HttpAnswer> {
    const { device, appId, http } = this.#parts;
    return http.request({
      method,
      url,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'x-smooch-sdk': `web/${device.vendor}/${device.sdkVersion}`,
        'x-smooch-appid': appId,
        ...(clientId !== null && { 'x-smooch-clientid': clientId }),
      },
      authorization: credential && writeAuthorization(credential, appUserId),
      timeoutMs,
      ...(json !== undefined && { json }),
      ...(form !== undefined && { form }),
      ...(signal !== undefined && { signal }),
    });
  }

  /** What an answer comes to: the value read from it, or one of our failures. */
  #judge<T>({ door, who, read, mayBeEmpty = false }: Judged<T>, answer: HttpAnswer): Result<T> {
    const { log, clock } = this.#parts;
    const isGood = answer.kind === 'answer' && answer.status >= 200 && answer.status < 300;
    if (!isGood) {
      const { credential, userId } = who;
      const failure = failureOf(answer, { door, credential, identified: userId !== null, now: clock.now() });
      const status = 'status' in answer ? answer.status : null;
      log.info('service.failed', { door, answer: answer.kind, status, failure: failure.kind });
      return fail(failure);
    }
    // The original client takes 202 and 204 for "nothing to read", whatever comes along.
    const body = [202, 204].includes(answer.status) ? undefined : answer.json;
    if (body === undefined && !mayBeEmpty) return fail({ kind: 'unavailable' });
    const madeAt = EpochMs.safeParse(readDate(answer.date?.trim() ?? ''));
    const value = read(body, madeAt.success ? madeAt.data : null);
    if (value !== null) return ok(value);
    log.warn('service.malformed', { door });
    return fail({ kind: 'malformed', where: door });
  }

  /** A bundle that is about whom was asked for: what cannot be attributed to them is not taken in. */
  #readBundle(
    door: string,
    { credential }: Speaker,
    body: unknown,
    isTheirs: (bundle: UserBundle) => boolean,
  ): UserBundle | null {
    const bundle = readBundle(body, this.#onStrange(door));
    if (bundle === null || !isTheirs(bundle)) return null;
    this.#noteConversation(bundle.appUserId, bundle.conversationId);
    // Who has a JWT needs no session token, and must not keep one (web-client-facts 6).
    return credential?.kind === 'jwt' ? { ...bundle, sessionToken: null } : bundle;
  }

  #noteConversation(appUserId: AppUserId, conversationId: ConversationId | null): void {
    if (conversationId !== null) this.#conversations.set(appUserId, conversationId);
  }

  #client({ clientId }: Speaker): WireClient {
    return writeClient(clientId, this.#parts.device);
  }

  #onStrange(door: string): (count: number) => void {
    return (count) => this.#parts.log.warn('service.strangeMessages', { door, count });
  }
}
