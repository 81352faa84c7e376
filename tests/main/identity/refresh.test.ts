import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientId, ClientMessageId, UserId } from '../../../contract/ids.ts';
import { RefreshingService } from '../../../main/identity/refresh.ts';
import type { Credential, FeedEvent, KnownSpeaker, Service, Speaker } from '../../../main/ports/service.ts';
import { ManualClock, settle } from '../../fakes/clock.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { Pocket } from '../../fakes/pocket.ts';
import { seededRandom } from '../../fakes/random.ts';
import { FakeDevice, ServiceWorld } from '../../fakes/service.ts';

/** The long run asks for more: `ONETHREAD_RUNS=1000 npx vitest run tests/main/identity/refresh`. */
const runs = Number(process.env['ONETHREAD_RUNS'] ?? 40);

const day = 24 * 3_600_000;
const bob = UserId.parse('bob@example.com');
const clientId = ClientId.parse('b'.repeat(32));
const message = (number: number) => ({
  clientMessageId: ClientMessageId.parse(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`),
  text: `message ${number}`,
  payload: null,
  metadata: null,
});

/** One request as the network saw it. */
interface Seen {
  readonly call: string;
  readonly about: unknown;
  readonly jwt: string | null;
}

/** `service`, and what is asked of it; each request and each answer takes as long as `delay` says. */
function overNetwork(service: FakeDevice, seen: Seen[], delay: () => Promise<void>): Service {
  return new Proxy(service, {
    get(target, name: keyof Service) {
      const member: unknown = target[name];
      if (typeof member !== 'function') return member;
      if (name === 'follow') return member.bind(target) as unknown;
      return async (...input: readonly unknown[]) => {
        const who = input[0] as Partial<Speaker>;
        const jwt = who.credential?.kind === 'jwt' ? who.credential.jwt : null;
        seen.push({ call: name, about: input[1], jwt });
        await delay();
        const answer: unknown = await (member as (...all: readonly unknown[]) => unknown).apply(target, [
          ...input,
        ]);
        await delay();
        return answer;
      };
    },
  });
}

/** Bob on one device, signed in; the clock of this machine is `skewMs` ahead of the service's. */
async function signedIn({ lifetimeMs = day, skewMs = 0, seed = 0 } = {}) {
  const clock = new ManualClock(1_750_000_000_000 + skewMs);
  const world = new ServiceWorld({ now: () => clock.now() - skewMs, tokenLifetimeMs: lifetimeMs });
  world.passwords.set(bob, 'secret');
  const [net, log, pocket, seen] = [
    new FakeDevice(world),
    new RecordingLog(),
    new Pocket(clientId),
    [] as Seen[],
  ];
  const random = seededRandom(seed);
  let slow = false;
  const delay = (): Promise<void> =>
    slow
      ? new Promise((done) => void clock.after(Math.floor(random.fraction() * 200), done))
      : Promise.resolve();
  const service = new RefreshingService({
    service: overNetwork(net, seen, delay),
    keeper: pocket,
    clock,
    log,
  });
  const granted = await service.signIn({ kind: 'password', userId: bob, password: 'secret' });
  if (!granted.ok) throw new Error('not signed in');
  const credential: Credential = { kind: 'jwt', jwt: granted.value.jwt };
  pocket.now = { credential, refreshToken: granted.value.refreshToken };
  const created = await net.createUser({ clientId, userId: bob, credential }, {});
  if (!created.ok) throw new Error('not created');
  const { appUserId } = created.value;
  const who = (): KnownSpeaker => {
    if (pocket.now === null) throw new Error('nobody is signed in');
    return { clientId, userId: bob, appUserId, credential: pocket.now.credential };
  };
  seen.length = 0;
  return {
    clock,
    world,
    net,
    log,
    pocket,
    seen,
    service,
    who,
    user: world.user(bob),
    refreshes: () => seen.filter(({ call }) => call === 'signIn').length,
    beSlow: () => void (slow = true),
    /** The service ends the JWT held now, whatever its time. */
    expire: () => world.killJwt(currentJwt(who())),
  };
}

const currentJwt = ({ credential }: Speaker): string => (credential?.kind === 'jwt' ? credential.jwt : '');
const refused = (reason: string) => ({ ok: false, failure: { kind: 'signedOut', reason } });

describe('A request refused for its JWT', () => {
  it('K-10 gets one refresh for all who wait, and is repeated once: 200 at the moment of expiry', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer(),
          skewMs: fc.constantFrom(0, 400 * day, -400 * day, 90_000, -90_000),
          spreadMs: fc.constantFrom(0, 10, 300, 2_000),
        }),
        async ({ seed, skewMs, spreadMs }) => {
          const desk = await signedIn({ seed, skewMs, lifetimeMs: 600_000 });
          const random = seededRandom(seed + 1);
          desk.beSlow();
          const asked: Promise<{ readonly ok: boolean }>[] = [];
          await desk.clock.advance(600_000 - spreadMs / 2);
          for (let number = 0; number < 200; number += 1) {
            desk.clock.after(Math.floor(random.fraction() * spreadMs), () => {
              asked.push(desk.service.send(desk.who(), message(number)));
            });
          }
          await desk.clock.advance(spreadMs + 10_000);
          expect((await Promise.all(asked)).filter(({ ok }) => !ok)).toEqual([]);
          expect(desk.refreshes()).toBe(1);
          const attempts = new Map<string, number>();
          for (const { call, about } of desk.seen) {
            if (call !== 'send') continue;
            const { text } = about as { readonly text: string };
            attempts.set(text, (attempts.get(text) ?? 0) + 1);
          }
          expect(attempts.size).toBe(200);
          expect(Math.max(...attempts.values())).toBe(2);
          expect(new Set(desk.user.messages.map(({ content }) => content.text)).size).toBe(200);
          expect(desk.user.messages).toHaveLength(200);
        },
      ),
      { numRuns: runs },
    );
  });

  it('K-10 fails as it did if the refresh is refused, which is not tried again', async () => {
    const desk = await signedIn();
    desk.world.refreshTokens.clear();
    desk.expire();
    const answers = await Promise.all(
      [1, 2, 3].map((number) => desk.service.send(desk.who(), message(number))),
    );
    expect(answers).toEqual([refused('expired'), refused('expired'), refused('expired')]);
    expect(await desk.service.user(desk.who())).toEqual(refused('expired'));
    expect(desk.seen.map(({ call }) => call)).toEqual(['send', 'send', 'send', 'signIn', 'user']);
  });

  it.each([
    { kind: 'offline' } as const,
    { kind: 'unavailable' } as const,
    { kind: 'throttled', retryAfterMs: 7_000 } as const,
  ])('K-10 waits, as for itself, if the refresh cannot be had now: $kind', async (failure) => {
    const desk = await signedIn();
    desk.expire();
    desk.net.refuseNext('signIn', failure);
    expect(await desk.service.send(desk.who(), message(1))).toEqual({ ok: false, failure });
    expect((await desk.service.send(desk.who(), message(1))).ok).toBe(true);
    expect(desk.user.messages).toHaveLength(1);
  });

  it('K-10 needs no second refresh if it comes late', async () => {
    const desk = await signedIn();
    const old = desk.who();
    const hold = desk.net.holdNext('page');
    const late = desk.service.page(old, null);
    await hold.arrived;
    desk.expire();
    expect((await desk.service.send(desk.who(), message(1))).ok).toBe(true);
    hold.release();
    await late;
    expect((await desk.service.page(old, null)).ok).toBe(true);
    expect(desk.refreshes()).toBe(1);
  });

  it('K-10 is repeated once and no more, though the new JWT is refused as well', async () => {
    const desk = await signedIn();
    desk.expire();
    for (let time = 0; time < 2; time += 1) {
      desk.net.refuseNext('send', { kind: 'signedOut', reason: 'invalid' });
    }
    expect(await desk.service.send(desk.who(), message(1))).toEqual(refused('invalid'));
    expect(desk.seen.map(({ call }) => call)).toEqual(['send', 'signIn', 'send']);
  });

  it('K-11 ends the session if the next JWT is somebody else’s, and nothing is asked with it', async () => {
    const desk = await signedIn();
    const before = currentJwt(desk.who());
    const [token = ''] = [...desk.world.refreshTokens.keys()];
    desk.world.refreshTokens.set(token, 'eve@example.com');
    desk.expire();
    expect(await desk.service.send(desk.who(), message(1))).toEqual(refused('otherUser'));
    await desk.service.user(desk.who());
    expect(new Set(desk.seen.flatMap(({ jwt }) => jwt ?? []))).toEqual(new Set([before]));
    expect(currentJwt(desk.who())).toBe(before);
    expect(desk.refreshes()).toBe(1);
  });

  it('K-09 is repeated only after the new JWT was kept', async () => {
    const desk = await signedIn();
    let write = (): void => undefined;
    desk.pocket.written = new Promise((done) => (write = done));
    desk.expire();
    const sent = desk.service.send(desk.who(), message(1));
    await settle();
    expect(desk.seen.map(({ call }) => call)).toEqual(['send', 'signIn']);
    write();
    expect((await sent).ok).toBe(true);
  });

  it('A-04 is dropped if its session ends while the next JWT is fetched', async () => {
    const desk = await signedIn();
    const who = desk.who();
    desk.expire();
    const hold = desk.net.holdNext('signIn');
    const sent = desk.service.send(who, message(1));
    await hold.arrived;
    desk.pocket.now = null;
    hold.release();
    expect(await sent).toEqual({ ok: false, failure: { kind: 'sessionOver' } });
    expect(desk.seen.map(({ call }) => call)).toEqual(['send', 'signIn']);
  });

  it('fails at once if nothing here could renew it', async () => {
    const desk = await signedIn();
    const { credential } = desk.who();
    desk.pocket.now = { credential, refreshToken: null };
    desk.expire();
    expect(await desk.service.send(desk.who(), message(1))).toEqual(refused('expired'));
    const stranger = { ...desk.who(), clientId: ClientId.parse('e'.repeat(32)) };
    expect(await desk.service.send(stranger, message(1))).toEqual(refused('expired'));
    expect(desk.refreshes()).toBe(0);
  });

  it('is about nothing else: a refused session token, a person unproven', async () => {
    const desk = await signedIn();
    const session = { ...desk.who(), credential: { kind: 'session', sessionToken: 'gone' } as const };
    expect(await desk.service.user(session)).toEqual(refused('jwtRequired'));
    desk.net.refuseNext('user', { kind: 'signedOut', reason: 'otherUser' });
    expect(await desk.service.user(desk.who())).toEqual(refused('otherUser'));
    expect(desk.refreshes()).toBe(0);
  });
});

describe('A login', () => {
  it('is judged by the JWT that was given, not by the one that is kept', async () => {
    const desk = await signedIn();
    const given = { clientId, userId: bob, credential: { kind: 'jwt', jwt: desk.world.jwt(bob) } as const };
    desk.world.killJwt(given.credential.jwt);
    expect(await desk.service.login(given, null)).toEqual(refused('expired'));
    expect(desk.refreshes()).toBe(0);
  });

  it('by the JWT that is kept renews it', async () => {
    const desk = await signedIn();
    desk.expire();
    expect((await desk.service.login({ ...desk.who(), userId: bob }, null)).ok).toBe(true);
    expect(desk.refreshes()).toBe(1);
  });
});

describe('While a feed is followed', () => {
  /** Follows, and tells what was heard. */
  async function following(desk: Awaited<ReturnType<typeof signedIn>>) {
    const heard: FeedEvent['kind'][] = [];
    const feed = desk.service.follow(desk.who, ({ kind }) => heard.push(kind));
    await settle();
    return { heard, feed };
  }

  it.each([0, 400, -400])(
    'K-10 D-11 the next JWT comes before the last one ends, with a clock wrong by %i days',
    async (days) => {
      const desk = await signedIn({ skewMs: days * day });
      const { heard, feed } = await following(desk);
      for (let hour = 0; hour < 240; hour += 1) {
        await desk.clock.advance(3_600_000);
        expect((await desk.service.user(desk.who())).ok).toBe(true);
      }
      // One at 80 % of each day: the twelfth is due at 9.6 days.
      expect(desk.refreshes()).toBe(12);
      expect(desk.seen.filter(({ call }) => call === 'user')).toHaveLength(240);
      expect(heard).toEqual(Array.from({ length: 13 }, () => 'subscribed'));
      feed.close();
      expect(desk.clock.scheduled).toBe(0);
    },
  );

  it.each([
    ['ahead', 400 * day],
    ['behind', -400 * day],
  ])('D-11 a clock that jumps far %s costs one refresh at most', async (_where, jumpMs) => {
    const desk = await signedIn();
    const first = await following(desk);
    await desk.clock.advance(3_600_000);
    first.feed.close();
    desk.clock.jump(jumpMs as number);
    const { feed } = await following(desk);
    await desk.clock.advance(3_600_000);
    expect(desk.refreshes()).toBeLessThanOrEqual(1);
    feed.close();
  });

  it.each([
    ['ahead', 400 * day, 3_600_000],
    ['behind', -400 * day, day],
  ])(
    'D-11 a JWT from an earlier run is renewed once, in time, by a clock far %s',
    async (_where, skewMs, ms) => {
      const desk = await signedIn({ skewMs });
      const { clock, log, pocket, net, seen } = desk;
      const restarted = new RefreshingService({
        service: overNetwork(net, seen, () => Promise.resolve()),
        keeper: pocket,
        clock,
        log,
      });
      const { feed } = await following({ ...desk, service: restarted });
      await clock.advance(ms);
      expect(desk.refreshes()).toBe(1);
      feed.close();
    },
  );

  it('D-11 JWTs that last no time are no reason to ask without end', async () => {
    const desk = await signedIn({ lifetimeMs: 1 });
    const { feed } = await following(desk);
    await desk.clock.advance(10_000);
    expect(desk.refreshes()).toBeLessThanOrEqual(10);
    feed.close();
  });

  it('K-10 a refresh that gets no answer is tried again, and no faster than once a minute', async () => {
    const desk = await signedIn();
    const { feed } = await following(desk);
    for (let time = 0; time < 3; time += 1) desk.net.refuseNext('signIn', { kind: 'unavailable' });
    await desk.clock.advance(0.8 * day + 59_000);
    expect(desk.refreshes()).toBe(1);
    await desk.clock.advance(180_000);
    expect(desk.refreshes()).toBe(4);
    feed.close();
  });

  it('no timer runs for a JWT that cannot be renewed', async () => {
    const desk = await signedIn();
    const { credential } = desk.who();
    desk.pocket.now = { credential, refreshToken: null };
    const { heard, feed } = await following(desk);
    await desk.clock.advance(10 * day);
    expect([heard, desk.refreshes(), desk.clock.scheduled]).toEqual([['subscribed'], 0, 0]);
    feed.close();
  });

  /** The service ends every feed that is open. */
  function refuse(desk: Awaited<ReturnType<typeof signedIn>>): Promise<void> {
    for (const follower of [...desk.world.followers]) desk.net.deliver(follower, { kind: 'refused' });
    return settle();
  }

  it('a refusal of a JWT that was renewed since is no refusal', async () => {
    const desk = await signedIn();
    const { heard, feed } = await following(desk);
    desk.net.refuseNext('user', { kind: 'signedOut', reason: 'expired' });
    expect((await desk.service.user(desk.who())).ok).toBe(true);
    await refuse(desk);
    expect([heard, desk.refreshes()]).toEqual([['subscribed', 'subscribed'], 1]);
    feed.close();
  });

  it('K-10 a refusal has the JWT renewed, once', async () => {
    const desk = await signedIn();
    const { heard, feed } = await following(desk);
    await refuse(desk);
    expect([heard, desk.refreshes()]).toEqual([['subscribed', 'subscribed'], 1]);
    await refuse(desk);
    expect([heard, desk.refreshes()]).toEqual([['subscribed', 'subscribed', 'refused'], 1]);
    feed.close();
  });

  it('a feed that is down is over: nothing renews it but whoever follows anew', async () => {
    const desk = await signedIn();
    const { heard } = await following(desk);
    desk.net.dropFeed();
    expect(desk.clock.scheduled).toBe(0);
    await desk.clock.advance(10 * day);
    expect([heard, desk.refreshes()]).toEqual([['subscribed', 'down'], 0]);
  });

  it('a refusal stands if the JWT cannot be renewed, or is none', async () => {
    const [desk, guest] = [await signedIn(), await signedIn()];
    desk.world.refreshTokens.clear();
    const clientId = ClientId.parse('d'.repeat(32));
    const token = guest.world.giveToken(guest.user, clientId);
    const asGuest = {
      ...guest.who(),
      clientId,
      credential: { kind: 'session', sessionToken: token } as const,
    };
    for (const each of [desk, { ...guest, who: () => asGuest }]) {
      const { heard, feed } = await following(each);
      await refuse(each);
      expect(heard).toEqual(['subscribed', 'refused']);
      feed.close();
    }
    expect(guest.refreshes()).toBe(0);
  });
});
