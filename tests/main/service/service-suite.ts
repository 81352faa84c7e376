import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../../contract/failure.ts';
import { ActionId, ClientId, ClientMessageId, MessageId, UserId } from '../../../contract/ids.ts';
import type { ConversationId } from '../../../contract/ids.ts';
import type {
  Credential,
  FeedEvent,
  KnownSpeaker,
  OutgoingMessage,
  Service,
  Speaker,
  UserBundle,
} from '../../../main/ports/service.ts';

/** A service with its business side, and devices that talk to it. */
export interface Town {
  /** The most messages a page holds. */
  readonly pageSize: number;
  /** Whom the business's sign-in knows. */
  readonly account: { readonly userId: string; readonly password: string };
  device(): Service;
  jwt(userId: string): string | Promise<string>;
  /** What the sign-in page hands back once `account` has signed in there. */
  code(challenge: string): string | Promise<string>;
  say(conversation: ConversationId, text: string, buttons?: readonly string[]): void | Promise<void>;
  businessTypes(conversation: ConversationId, started: boolean): void | Promise<void>;
  businessReads(conversation: ConversationId): void | Promise<void>;
  /** From now on nobody answers. */
  close(): void | Promise<void>;
}

/** What `Service` promises: the same for the fake that the core is tested with and for the real thing. */
export function serviceSuite(name: string, open: () => Town | Promise<Town>): void {
  describe(`Service (${name})`, () => {
    let town: Town;
    let lonely: Town;
    beforeAll(async () => {
      [town, lonely] = await Promise.all([open(), open()]);
    });
    afterAll(() => Promise.all([town.close(), lonely.close()]));

    const newDevice = (): Device => new Device(town.device());
    const jwt = async (userId: UserId): Promise<Credential> => ({ kind: 'jwt', jwt: await town.jwt(userId) });
    /** A device that speaks for `userId`, who exists. */
    const signedIn = async (userId: UserId): Promise<Device> => {
      const device = newDevice();
      await device.create(userId, await jwt(userId));
      return device;
    };

    it('tells the configuration, and remembers the last one', async () => {
      const { service } = newDevice();
      expect(service.configured).toBeNull();
      const config = value(await service.config());
      expect(service.configured).toEqual(config);
      expect(config).toMatchObject({
        idempotentSend: true,
        business: { name: expect.any(String) as string },
      });
      expect(config.signInUrl).not.toBeNull();
      expect(config.signInPageUrl).not.toBeNull();
    });

    it('creates an anonymous user with a conversation and a session token', async () => {
      const device = newDevice();
      const bundle = await device.create();
      expect(bundle).toMatchObject({ userId: null, unreadCount: 0, messages: [], hasOlder: false });
      expect(bundle.conversationId).not.toBeNull();
      expect(bundle.sessionToken).not.toBeNull();
      expect(device.service.configured).not.toBeNull();
    });

    it('answers a message with the message, and shows it to whoever fetches', async () => {
      const device = newDevice();
      await device.create();
      const outgoing = { ...message('grüße 🎈'), metadata: { order: 7 } };
      const sent = value(await device.service.send(device.known, outgoing));
      expect(sent).toMatchObject({
        key: outgoing.clientMessageId,
        clientMessageId: outgoing.clientMessageId,
        author: { kind: 'self' },
        content: { kind: 'text', text: 'grüße 🎈' },
        metadata: { order: 7 },
        status: 'sent',
        outboxPosition: null,
      });
      expect(sent.id).not.toBeNull();
      expect(value(await device.service.page(device.known, null)).messages).toEqual([sent]);
      expect(value(await device.service.user(device.known)).messages).toEqual([sent]);
    });

    it('accepts a message once, however often it is sent', async () => {
      const device = newDevice();
      await device.create();
      const outgoing = message('once');
      const first = await device.service.send(device.known, outgoing);
      expect(await device.service.send(device.known, outgoing)).toEqual(first);
      expect(value(await device.service.page(device.known, null)).messages).toHaveLength(1);
    });

    it('takes the answer to a form once, with what was answered and the form it answers', async () => {
      const device = newDevice();
      await device.create();
      const form = MessageId.parse('5f0c1a2b3c4d5e6f70819203');
      const answers = [
        { type: 'text', name: 'who', label: 'Name', text: 'Ana' },
        { type: 'email', name: 'mail', label: 'Email', email: 'ana@example.com' },
        { type: 'select', name: 'day', label: 'Day', select: [{ name: 'mo', label: 'Monday' }] },
      ] as const;
      const text = 'Name: Ana\nEmail: ana@example.com\nDay: Monday';
      const outgoing = { ...message(text), formResponse: { form, answers } };
      const sent = value(await device.service.send(device.known, outgoing));
      expect(sent).toMatchObject({
        clientMessageId: outgoing.clientMessageId,
        content: { kind: 'formResponse', text, answers },
        quote: { id: form },
      });
      expect(await device.service.send(device.known, outgoing)).toEqual({ ok: true, value: sent });
      expect(value(await device.service.page(device.known, null)).messages).toEqual([sent]);
    });

    it('pages through a history without a hole and without a repeat', async () => {
      const device = newDevice();
      await device.create();
      const texts = Array.from({ length: town.pageSize + 3 }, (_, n) => `text ${n}`);
      for (const text of texts) value(await device.service.send(device.known, message(text)));
      const newest = value(await device.service.page(device.known, null));
      expect(newest).toMatchObject({ conversationId: device.bundle.conversationId, hasOlder: true });
      const older = value(await device.service.page(device.known, newest.messages[0]?.received ?? null));
      expect(older.hasOlder).toBe(false);
      const all = [...older.messages, ...newest.messages];
      expect(all.map(({ content }) => content.text)).toEqual(texts);
      expect(new Set(all.map(({ received }) => received)).size).toBe(texts.length);
    });

    it('proves a userId that nobody has used yet, and creates it with the first message', async () => {
      const device = newDevice();
      const bob = newUserId();
      const who = { ...device.speaker, userId: bob, credential: await jwt(bob) };
      expect(value(await device.service.login(who, null))).toBeNull();
      const bundle = await device.create(bob, who.credential);
      expect(bundle).toMatchObject({ userId: bob, sessionToken: null });
      expect(value(await device.service.login(who, null))).toMatchObject({ appUserId: bundle.appUserId });
    });

    it('shows the same thread to every device of a userId', async () => {
      const bob = newUserId();
      const [here, there] = [await signedIn(bob), await signedIn(bob)];
      const sent = value(await here.service.send(here.known, message('hello')));
      expect(value(await there.service.page(there.known, null)).messages).toEqual([sent]);
      expect(there.known.appUserId).toBe(here.known.appUserId);
    });

    it('promotes an anonymous thread to a userId that is new', async () => {
      const device = newDevice();
      const before = await device.create();
      const sent = value(await device.service.send(device.known, message('from before')));
      const feed = await device.follow();
      const stranger = device.known;
      const bob = newUserId();
      const after = value(await device.login(bob, await jwt(bob), before));
      expect(after).toMatchObject({ appUserId: before.appUserId, userId: bob, sessionToken: null });
      expect(after?.messages).toEqual([sent]);
      await feed.heardOf('reload');
      expect(await device.service.user(stranger)).toMatchObject({ failure: { kind: 'signedOut' } });
    });

    it('merges an anonymous thread into that of a userId, and tells the devices of both', async () => {
      const bob = newUserId();
      const there = await signedIn(bob);
      await there.service.send(there.known, message('1 there'));
      const here = newDevice();
      const before = await here.create();
      await here.service.send(here.known, message('2 here'));
      const [loser, survivor] = [await here.follow(), await there.follow()];
      const after = value(await here.login(bob, await jwt(bob), before));
      expect(after?.appUserId).toBe(there.known.appUserId);
      expect(after?.messages.map(({ content }) => content.text)).toEqual(['1 there', '2 here']);
      await survivor.heardOf('reload');
      const { merges, messages } = value(await there.service.page(there.known, null));
      expect(merges?.map(({ from }) => from)).toEqual([messages.at(-1)?.received]);
      await loser.heardOf('moved');
      expect(loser.heard).toContainEqual({
        kind: 'moved',
        appUserId: there.known.appUserId,
        userId: bob,
        sessionToken: null,
      });
    });

    it('takes a userId without proof, until it has been used with one', async () => {
      const bob = newUserId();
      const device = newDevice();
      const bundle = value(await device.login(bob, null, null));
      expect(bundle?.sessionToken).not.toBeNull();
      expect(value(await device.service.page(device.known, null))).toMatchObject({
        conversationId: null,
        unreadCount: 0,
        messages: [],
        hasOlder: false,
        leftOut: 0,
        seenUpTo: null,
        merges: null,
      });
      const open = device.known;
      expect((await device.service.user(open)).ok).toBe(true);
      await signedIn(bob);
      const refused = { ok: false, failure: { kind: 'signedOut', reason: 'jwtRequired' } };
      expect(await device.service.user(open)).toEqual(refused);
      expect(await newDevice().login(bob, null, null)).toEqual(refused);
    });

    it("refuses somebody else's proof, and what is none", async () => {
      const [bob, eve] = [newUserId(), newUserId()];
      expect(await newDevice().login(bob, await jwt(eve), null)).toEqual({
        ok: false,
        failure: { kind: 'signedOut', reason: 'otherUser' },
      });
      expect(await newDevice().login(bob, { kind: 'jwt', jwt: 'a.b.c' }, null)).toEqual({
        ok: false,
        failure: { kind: 'signedOut', reason: 'invalid' },
      });
    });

    it('carries messages to every device, and says which one this device sent', async () => {
      const bob = newUserId();
      const [here, there] = [await signedIn(bob), await signedIn(bob)];
      const feeds = [await here.follow(), await there.follow()] as const;
      const sent = value(await here.service.send(here.known, message('hello')));
      await town.say(here.conversationId, 'good morning');
      for (const feed of feeds) await feed.heardOf('message', 2);
      const [own, foreign] = feeds.map((feed) => feed.heard.filter(({ kind }) => kind === 'message'));
      expect(own).toMatchObject([
        { message: sent, ownEcho: true, conversationId: here.conversationId },
        { message: { author: { kind: 'business' } }, ownEcho: false, unreadCount: 1 },
      ]);
      expect(foreign).toMatchObject([
        { message: sent, ownEcho: false },
        { message: { content: { text: 'good morning' } }, ownEcho: false, unreadCount: 1 },
      ]);
    });

    it('tells that the business types, stops, and has seen the thread', async () => {
      const device = await signedIn(newUserId());
      const sent = value(await device.service.send(device.known, message('hello')));
      const feed = await device.follow();
      await town.businessTypes(device.conversationId, true);
      await town.businessTypes(device.conversationId, false);
      await town.businessReads(device.conversationId);
      await feed.heardOf('seen');
      expect(feed.heard.slice(1)).toMatchObject([
        { kind: 'typing', typing: { avatarUrl: null } },
        { kind: 'typing', typing: null },
        { kind: 'seen' },
      ]);
      const seen = feed.heard.at(-1);
      expect(seen?.kind === 'seen' && seen.at >= (sent.received ?? Infinity)).toBe(true);
    });

    it('counts what is unread until one of the devices has read it', async () => {
      const bob = newUserId();
      const [here, there] = [await signedIn(bob), await signedIn(bob)];
      await town.say(here.conversationId, 'good morning');
      expect(value(await here.service.user(here.known)).unreadCount).toBe(1);
      const feed = await there.follow();
      expect(await here.service.markRead(here.known)).toEqual({ ok: true, value: undefined });
      await feed.heardOf('readElsewhere');
      expect(value(await there.service.page(there.known, null)).unreadCount).toBe(0);
    });

    it('keeps the profile and tells the name', async () => {
      const device = await signedIn(newUserId());
      const profile = { givenName: 'Ana', surname: 'Núñez', properties: { plan: 'gold' } };
      expect((await device.service.updateUser(device.known, profile)).ok).toBe(true);
      expect(value(await device.service.user(device.known)).name).toBe('Ana Núñez');
    });

    it('takes typing and the press of a button, but not of a button that is not there', async () => {
      const device = await signedIn(newUserId());
      await town.say(device.conversationId, 'which one?', ['this one']);
      expect((await device.service.typing(device.known, true)).ok).toBe(true);
      const [asked] = value(await device.service.page(device.known, null)).messages;
      const [button] = asked?.actions ?? [];
      expect(button).toMatchObject({ kind: 'postback', text: 'this one' });
      const press = (id: ActionId) => device.service.triggerPostback(device.known, id);
      expect((await press(button?.id ?? ActionId.parse('none'))).ok).toBe(true);
      expect(await press(ActionId.parse('f'.repeat(24)))).toMatchObject({ failure: { kind: 'rejected' } });
    });

    it('signs in by userId and password, and only so', async () => {
      const { service } = newDevice();
      const { userId, password } = town.account;
      const bob = UserId.parse(userId);
      expect(await service.signIn({ kind: 'password', userId: bob, password: `${password}!` })).toEqual({
        ok: false,
        failure: { kind: 'wrongPassword' },
      });
      const signed = value(await service.signIn({ kind: 'password', userId: bob, password }));
      expect(signed.userId).toBe(bob);
      expect((await newDevice().login(bob, { kind: 'jwt', jwt: signed.jwt }, null)).ok).toBe(true);
    });

    it('K-10 signs in again by the refresh token, which is good once and brings the next one', async () => {
      const { service } = newDevice();
      const { userId, password } = town.account;
      const byPassword = { kind: 'password', userId: UserId.parse(userId), password } as const;
      let { refreshToken, expiresAt } = value(await service.signIn(byPassword));
      const first = refreshToken ?? '';
      for (let time = 0; time < 3; time += 1) {
        const next = value(await service.signIn({ kind: 'refresh', refreshToken: refreshToken ?? '' }));
        expect(next.userId).toBe(userId);
        expect(next.refreshToken).not.toBe(refreshToken);
        expect(next.expiresAt).toBeGreaterThanOrEqual(expiresAt);
        ({ refreshToken, expiresAt } = next);
        expect((await newDevice().login(next.userId, { kind: 'jwt', jwt: next.jwt }, null)).ok).toBe(true);
      }
      expect(await service.signIn({ kind: 'refresh', refreshToken: first })).toEqual(wrongPassword);
    });

    it('signs in by the code of its page, for whoever has the verifier, and once', async () => {
      const { service } = newDevice();
      const [verifier, guess] = [
        randomBytes(32).toString('base64url'),
        randomBytes(32).toString('base64url'),
      ];
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const [code, other] = [await town.code(challenge), await town.code(challenge)];
      const signed = value(await service.signIn({ kind: 'code', code, verifier }));
      expect(signed.userId).toBe(town.account.userId);
      expect(signed.refreshToken).not.toBeNull();
      expect(await service.signIn({ kind: 'code', code, verifier })).toEqual(wrongPassword);
      expect(await service.signIn({ kind: 'code', code: other, verifier: guess })).toEqual(wrongPassword);
    });

    it('detaches a device at logout: its session proves nothing any more, on any way in', async () => {
      const device = newDevice();
      await device.create();
      const gone = device.known;
      expect((await device.service.logout(gone)).ok).toBe(true);
      const refused = { ok: false, failure: { kind: 'signedOut', reason: 'invalid' } };
      expect(await device.service.send(gone, message('late'))).toEqual(refused);
      const feed = device.feed();
      await feed.heardOf('refused');
      expect(feed.heard).toEqual([{ kind: 'refused' }]);
    });

    it('says nothing on a feed that was closed', async () => {
      const bob = newUserId();
      const [here, there] = [await signedIn(bob), await signedIn(bob)];
      const [closed, witness] = [await here.follow(), await there.follow()];
      closed.close();
      await town.say(here.conversationId, 'anybody?');
      await witness.heardOf('message');
      expect(closed.heard).toEqual([{ kind: 'subscribed' }]);
    });

    it('says that it is out of reach, and ends the feed, when nobody answers', async () => {
      const device = new Device(lonely.device());
      await device.create();
      const feed = await device.follow();
      await lonely.close();
      await feed.heardOf('down');
      expect(await device.service.send(device.known, message('late'))).toEqual({
        ok: false,
        failure: { kind: 'offline' },
      });
    });
  });
}

const wrongPassword = { ok: false, failure: { kind: 'wrongPassword' } };
const newUserId = (): UserId => UserId.parse(`user-${randomUUID()}@example.com`);

function message(text: string): OutgoingMessage {
  const clientMessageId = ClientMessageId.parse(randomUUID());
  return { clientMessageId, text, payload: null, metadata: null };
}

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`failed: ${JSON.stringify(result.failure)}`);
  return result.value;
}

/** One device and whom it speaks for. */
class Device {
  readonly service: Service;
  readonly clientId = ClientId.parse(randomBytes(16).toString('hex'));
  #known: { bundle: UserBundle; who: KnownSpeaker } | null = null;

  constructor(service: Service) {
    this.service = service;
  }

  get speaker(): Speaker {
    return { clientId: this.clientId, userId: null, credential: null };
  }

  get known(): KnownSpeaker {
    return this.#adopted.who;
  }

  get bundle(): UserBundle {
    return this.#adopted.bundle;
  }

  get conversationId(): ConversationId {
    const { conversationId } = this.bundle;
    if (conversationId === null) throw new Error('there is no conversation yet');
    return conversationId;
  }

  get #adopted(): { bundle: UserBundle; who: KnownSpeaker } {
    if (this.#known === null) throw new Error('this device speaks for nobody');
    return this.#known;
  }

  async create(userId: UserId | null = null, credential: Credential | null = null): Promise<UserBundle> {
    const who = { clientId: this.clientId, userId, credential };
    return this.#adopt(value(await this.service.createUser(who, {})), credential);
  }

  async login(
    userId: UserId,
    credential: Credential | null,
    bring: UserBundle | null,
  ): Promise<Result<UserBundle | null>> {
    const { appUserId, sessionToken } = bring ?? {};
    const proof = appUserId && sessionToken ? { appUserId, sessionToken } : null;
    const proven = await this.service.login({ clientId: this.clientId, userId, credential }, proof);
    if (proven.ok && proven.value !== null) this.#adopt(proven.value, credential);
    return proven;
  }

  #adopt(bundle: UserBundle, credential: Credential | null): UserBundle {
    const { appUserId, userId, sessionToken } = bundle;
    const own = credential ?? { kind: 'session', sessionToken: sessionToken ?? '' };
    this.#known = { bundle, who: { clientId: this.clientId, appUserId, userId, credential: own } };
    return bundle;
  }

  feed() {
    const heard: FeedEvent[] = [];
    const waiting = new Set<() => void>();
    const who = this.known;
    const { close } = this.service.follow(
      () => who,
      (event) => {
        heard.push(event);
        for (const look of [...waiting]) look();
      },
    );
    /** Resolves when `kind` was heard `count` times. */
    const heardOf = (kind: FeedEvent['kind'], count = 1): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (heard.filter((event) => event.kind === kind).length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    return { heard, heardOf, close };
  }

  /** A feed that is up. */
  async follow() {
    const feed = this.feed();
    await feed.heardOf('subscribed');
    return feed;
  }
}
