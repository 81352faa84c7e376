import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { View } from '../../../contract/view.ts';
import { settle } from '../../fakes/clock.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

/** The long run asks for more: `ONETHREAD_RUNS=1000 npx vitest run tests/main/identity/interleavings`. */
const runs = Number(process.env['ONETHREAD_RUNS'] ?? 300);

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('login' as const), who: fc.constantFrom('a', 'b', 'c') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('loginRefused' as const), who: fc.constantFrom('a', 'b') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('logout' as const) }) },
  { weight: 9, arbitrary: fc.record({ do: fc.constant('write' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('offline' as const, 'online' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('hold' as const),
      call: fc.constantFrom('login' as const, 'send' as const, 'page' as const, 'createUser' as const),
      stage: fc.constantFrom('request' as const, 'answer' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('settle' as const), turns: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Who a view speaks as: a userId, or the anonymous person of an epoch. */
function owner({ session }: View): string {
  return session.kind === 'identified' || session.kind === 'signInNeeded' ? session.userId : 'anonymous';
}

/** Plays a plan on one device, and remembers under whom each text was written. */
class Play {
  readonly world = new ServiceWorld();
  readonly device = new Device(this.world);
  readonly #settled: Promise<unknown>[] = [];
  #releases: (() => void)[] = [];
  #texts = 0;
  readonly allViews: View[][] = [];

  async run(steps: readonly Step[]): Promise<void> {
    // Not awaited: what is called before the boot is done must be queued, not lost.
    this.#settled.push(this.device.start());
    this.allViews.push(this.device.views);
    for (const each of steps) await this.#do(each);
    this.#release();
    this.device.net.goOnline();
    await this.device.settle();
    await this.device.clock.advance(600_000);
    await this.device.settle();
  }

  /** Resolves only if every call ever made has answered. */
  everyCallAnswers(): Promise<unknown> {
    return Promise.all(this.#settled);
  }

  async #do(each: Step): Promise<void> {
    const { device, world } = this;
    switch (each.do) {
      case 'login':
        this.#settled.push(device.login(each.who, world.jwt(each.who)));
        return;
      case 'loginRefused':
        this.#settled.push(device.login(each.who, 'not a token'));
        return;
      case 'logout':
        this.#settled.push(device.handlers.logout(undefined));
        return;
      case 'write':
        this.#settled.push(device.write(`${owner(device.view)}#${(this.#texts += 1)}`));
        return;
      case 'kill':
        this.#release();
        await device.settle();
        this.#settled.push(device.killAndStart());
        this.allViews.push(device.views);
        return;
      case 'offline':
        device.net.goOffline();
        return;
      case 'online':
        device.net.goOnline();
        return;
      case 'hold':
        this.#releases.push(device.net.holdNext(each.call, each.stage).release);
        return;
      case 'release':
        this.#release();
        return;
      case 'settle':
        for (let turn = 0; turn < each.turns; turn += 1) await settle();
        return;
      case 'wait':
        await device.clock.advance(each.ms);
    }
  }

  #release(): void {
    for (const release of this.#releases) release();
    this.#releases = [];
  }
}

describe('Any interleaving of boot, login, logout, send, kill and late answers', () => {
  it(
    'A-01 A-04 A-05 ends in one state, settles every call, makes one user per userId, and nothing crosses',
    { timeout: 300_000 },
    async () => {
      let written = 0;
      let sessions = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
          const play = new Play();
          await play.run(steps);
          await play.everyCallAnswers();

          const live = play.world.users.filter((user) => user.mergedInto === null);
          const userIds = live.flatMap(({ userId }) => (userId === null ? [] : [userId]));
          expect(new Set(userIds).size).toBe(userIds.length);

          for (const { userId, messages } of live) {
            for (const { content } of messages) {
              const writer = content.text.split('#')[0];
              // What an anonymous person wrote may become somebody's by their own login; nobody else's may.
              if (writer !== 'anonymous') expect(userId).toBe(writer);
              written += 1;
            }
            const ids = messages.map(({ clientMessageId }) => clientMessageId);
            expect(new Set(ids).size).toBe(ids.length);
          }

          for (const views of play.allViews) {
            for (const view of views) {
              for (const { content } of view.thread.messages) {
                const writer = content.text.split('#')[0];
                if (writer !== 'anonymous') expect(owner(view)).toBe(writer);
              }
            }
            sessions += new Set(views.map(({ session }) => session.epoch)).size;
          }
          // The only feed left open is that of the session on the screen.
          const { net, view } = play.device;
          for (const { device, who } of play.world.followers) {
            if (device === net) expect(who().userId ?? 'anonymous').toBe(owner(view));
          }
          expect([...play.world.followers].filter(({ device }) => device === net).length).toBeLessThanOrEqual(
            1,
          );
          expect(['anonymous', 'identified', 'signInNeeded']).toContain(play.device.view.session.kind);
          expect(play.device.view.waiting).toBe(0);
        }),
        { numRuns: runs },
      );
      // Nothing happening is a failure too.
      expect(written).toBeGreaterThan(runs);
      expect(sessions).toBeGreaterThan(runs);
    },
  );
});
