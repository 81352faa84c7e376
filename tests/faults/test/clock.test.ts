import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Device, newUserId, say } from '../../server/device.ts';
import { startService } from '../../server/running-service.ts';
import { FakeTime, type WallClock } from '../clock/faketime.ts';

const refusal = FakeTime.refusal();
if (refusal !== null) console.info(`wall clocks: skipped: ${refusal}`);

const day = 86_400_000;
let clock: FakeTime;
beforeEach(() => {
  clock = new FakeTime();
});
afterEach(() => clock.dispose());

describe.skipIf(refusal !== null)(`A wall clock${refusal === null ? '' : ` (skipped: ${refusal})`}`, () => {
  it('jumps in a running process and stops, while its timers go on', async () => {
    // Every 20 ms of its timers, what its two clocks say.
    const program = 'setInterval(() => console.log(Date.now() + " " + performance.now()), 20)';
    const child = spawn(process.execPath, ['-e', program], {
      env: { ...process.env, ...clock.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ticks = readTicks(child);
    const now = async (): Promise<{ off: number; monotonic: number; wall: number }> => {
      const [wall = 0, monotonic = 0] = (await ticks.next()).split(' ').map(Number);
      return { off: wall - Date.now(), monotonic, wall };
    };
    const first = await now();
    clock.set({ kind: 'offset', ms: -400 * day });
    const back = await now();
    clock.set({ kind: 'offset', ms: 400 * day });
    const ahead = await now();
    clock.set({ kind: 'stopped', at: new Date('2038-01-19T03:14:08Z') });
    const [stopped, still] = [await now(), await now()];
    clock.set({ kind: 'offset', ms: 0 });
    const last = await now();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const roughly = 60_000;
    expect(Math.abs(first.off)).toBeLessThan(roughly);
    expect(Math.abs(back.off + 400 * day)).toBeLessThan(roughly);
    expect(Math.abs(ahead.off - 400 * day)).toBeLessThan(roughly);
    expect([stopped.wall, still.wall]).toEqual(Array(2).fill(Date.parse('2038-01-19T03:14:08Z')));
    expect(Math.abs(last.off)).toBeLessThan(roughly);
    const monotonic = [first, back, ahead, stopped, still, last].map((tick) => tick.monotonic);
    expect([...monotonic].sort((a, b) => a - b)).toEqual(monotonic);
  });

  it(
    'D-11 of the service may jump as it likes: no message is lost, doubled or out of its place',
    { timeout: 120_000 },
    async () => {
      const service = await withEnv(clock.env, () => startService({ args: ['--rate-percent', '100000'] }));
      const device = new Device(service.ready);
      await device.create({ userId: newUserId() });
      const feed = await device.listen();
      const clocks: readonly WallClock[] = [
        { kind: 'offset', ms: 0 },
        { kind: 'offset', ms: -1000 },
        { kind: 'offset', ms: -400 * day },
        { kind: 'from', at: new Date('2038-01-19T03:14:07Z') },
        { kind: 'from', at: new Date('1970-01-01T00:00:10Z') },
        { kind: 'offset', ms: 400 * day },
        { kind: 'stopped', at: new Date('2026-03-29T00:59:59Z') },
        { kind: 'offset', ms: 3_600_000, factor: 1.1 },
      ];
      const texts: string[] = [];
      let conversation = '';
      for (const [n, wall] of clocks.entries()) {
        clock.set(wall);
        for (const text of [`${n} by hand`, `${n} again`]) {
          await device.send(text);
          texts.push(text);
        }
        conversation ||= (await device.page()).conversation._id;
        await say(service.ready, conversation, `${n} from the business`);
        texts.push(`${n} from the business`);
      }
      clock.set({ kind: 'offset', ms: 0 });
      await feed.text(texts.at(-1) ?? '');
      const thread = await device.history();
      expect(thread.map(({ text }) => text)).toEqual(texts);
      expect(feed.texts()).toEqual(texts);
      // Its clock really went: nothing is received before what came before it.
      expect((thread.at(-1)?.received ?? 0) * 1000).toBeGreaterThan(Date.now() + 399 * day);
      feed.close();
      expect(await service.stop()).toBe(0);
    },
  );
});

/** The newest line, once it is one that was written after it was asked for. */
function readTicks(child: ChildProcess): { next(): Promise<string> } {
  if (child.stdout === null) throw new Error('no stdout');
  const lines = createInterface(child.stdout);
  return {
    // The first may have been under way when the clock was changed.
    next: async () => {
      await once(lines, 'line');
      const [line] = await once(lines, 'line');
      return String(line);
    },
  };
}

async function withEnv<T>(env: Readonly<Record<string, string>>, act: () => Promise<T>): Promise<T> {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  try {
    return await act();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
