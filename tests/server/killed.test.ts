/**
 * The real service, killed under load again and again on one folder. Devices do what ours does: they repeat a message
 * under the same client message id until somebody answers for it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WirePosted, type WireMessage } from '../../contract/sdk-api.ts';
import { Device, expectStatus, newUserId, say } from './device.ts';
import { startService, type Ready, type RunningService } from './running-service.ts';

const rounds = Number(process.env['ONETHREAD_KILLS'] ?? 20);
const seed = Number(process.env['ONETHREAD_SEED'] ?? 20_261);

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'killed-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

/** Numbers from 0 to 1, the same for the same seed (Lehmer's generator). */
function numbers(from: number): () => number {
  let state = from % 2_147_483_647;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** A device that says its numbers in order, each until it is acknowledged, across the lives of the service. */
class Writer {
  readonly name: string;
  device: Device;
  readonly acknowledged: WireMessage[] = [];
  /** How often it did not learn what became of a message, and how often that was there already. */
  doubts = 0;
  repeats = 0;
  #isInDoubt = false;

  constructor(name: string, device: Device) {
    this.name = name;
    this.device = device;
  }

  /** Until the service is gone. */
  async write(ready: Ready, onAcknowledged: () => void): Promise<void> {
    const device = new Device(ready, this.device.clientId);
    [device.credential, device.appUserId] = [this.device.credential, this.device.appUserId];
    this.device = device;
    for (;;) {
      const key = `${this.name}-${this.acknowledged.length}`;
      // What comes with a repeat is not looked at: the first is told again.
      const text = this.#isInDoubt ? `${key} again` : key;
      let message: WireMessage;
      try {
        message = WirePosted.parse(expectStatus(await device.post({ text, _clientId: key }), 201)).message;
      } catch (error) {
        // What is refused is a failure of the test; no answer at all is what it is about.
        if (error instanceof Error && error.message.startsWith('Expected')) throw error;
        this.doubts += 1;
        this.#isInDoubt = true;
        return;
      }
      if (this.#isInDoubt && message.text === key) this.repeats += 1;
      this.#isInDoubt = false;
      this.acknowledged.push(message);
      onAcknowledged();
    }
  }
}

/** The business says each thing once: what it hears nothing of may be there or not, but not twice. */
async function sayUntilGone(
  ready: Ready,
  conversationId: string,
  said: string[],
  from: number,
): Promise<void> {
  for (let index = from; ; index += 1) {
    try {
      const { status } = await say(ready, conversationId, `business-${index}`);
      if (status === 201) said.push(`business-${index}`);
    } catch {
      return;
    }
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

async function writers(ready: Ready): Promise<Writer[]> {
  const shared = newUserId('shared');
  const all: Writer[] = [];
  for (const name of ['desk', 'laptop', 'phone', 'other']) {
    const device = new Device(ready);
    await device.create();
    await device.login(name === 'other' ? newUserId() : shared);
    all.push(new Writer(name, device));
  }
  return all;
}

const keyOf = ({ text = '' }: WireMessage): string => text.replace(/ again$/, '');

describe('A service that is killed under load', () => {
  it(`S-19 has lost nothing it acknowledged, doubled nothing and kept the order, ${rounds} times (seed ${seed})`, async () => {
    const random = numbers(seed);
    let service: RunningService = await startService({ dataDir, args: ['--rate-percent', '100000'] });
    const all = await writers(service.ready);
    const conversationId = (await all[0]?.device.page())?.conversation._id ?? '';
    const said: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // By what was done, not by the clock: somewhere in the midst of the next few dozen messages.
      let left = 5 + Math.floor(random() * 60);
      const enough = deferred();
      const onAcknowledged = (): void => void ((left -= 1) === 0 && enough.resolve());
      const load = [
        ...all.map((writer) => writer.write(service.ready, onAcknowledged)),
        sayUntilGone(service.ready, conversationId, said, round * 1_000),
      ];
      await enough.promise;
      for (let turns = Math.floor(random() * 20); turns > 0; turns -= 1)
        await new Promise((next) => setImmediate(next));
      await service.kill();
      await Promise.all(load);
      service = await startService({ dataDir, args: ['--rate-percent', '100000'] });
    }

    for (const person of [all.slice(0, 3), all.slice(3)]) {
      const [first] = person;
      if (first === undefined) throw new Error('nobody wrote');
      const reader = new Device(service.ready);
      [reader.credential, reader.appUserId] = [first.device.credential, first.device.appUserId];
      const history = await reader.history();
      const places = history.map(({ received }) => received);
      expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
      expect(new Set(history.map(keyOf)).size).toBe(history.length);
      for (const writer of person) {
        const stored = history.filter((message) => keyOf(message).startsWith(`${writer.name}-`));
        // At most one more than was acknowledged: the one that was under way when the service was killed.
        expect([0, 1]).toContain(stored.length - writer.acknowledged.length);
        expect(stored.map(keyOf)).toEqual(stored.map((_, index) => `${writer.name}-${index}`));
        const known = ({ _id, received, text }: WireMessage): unknown => ({ _id, received, text });
        expect(stored.slice(0, writer.acknowledged.length).map(known)).toEqual(
          writer.acknowledged.map(known),
        );
      }
      if (person.length > 1) {
        const heard = history.map(keyOf).filter((text) => text.startsWith('business-'));
        expect(heard.filter((text) => said.includes(text))).toEqual(said);
        expect(heard.length - said.length).toBeLessThanOrEqual(rounds);
      }
    }
    await service.stop();

    const sum = (of: (writer: Writer) => number): number =>
      all.reduce((total, writer) => total + of(writer), 0);
    const [doubts, repeats] = [sum((writer) => writer.doubts), sum((writer) => writer.repeats)];
    const messages = sum((writer) => writer.acknowledged.length);
    console.log(
      `${rounds} kills: ${messages} messages of people acknowledged, ${said.length} of the business, ` +
        `${doubts} left in doubt, ${repeats} of which were there already`,
    );
    // The kills met work: without that nothing was shown.
    expect(doubts).toBeGreaterThan(rounds);
    expect(repeats).toBeGreaterThan(0);
    expect(said.length).toBeGreaterThan(rounds);
    const db = new Database(join(dataDir, 'service.db'), { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.close();
  }, 300_000);
});
