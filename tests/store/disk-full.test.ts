import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountHistory } from '../../main/ports/history.ts';
import { valueOf } from '../ports/histories-suite.ts';
import { clientId, confirmed, cursorOf, newAccount, newKey, outgoing } from './messages.ts';
import { storeRig } from './store-rig.ts';
import type { StoreRig } from './store-rig.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const disk = mkdtempSync(join(tmpdir(), 'onethread-disk-'));

/** A disk of 2 MB. Only root may mount one. */
function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const unmount = (): void => void execFileSync('umount', [disk]);

const mountable = mount();
if (mountable) unmount();
afterAll(() => rmdirSync(disk));

const refused = (reason: string) => ({ ok: false, failure: { kind: 'storage', reason } });

describe.runIf(mountable)('A small disk (needs root to be made, else this is not run)', () => {
  let rig: StoreRig;
  let account = newAccount();
  const key = newKey();
  const ballast = join(disk, 'ballast');

  beforeEach(async () => {
    mount();
    account = newAccount();
    rig = await storeRig(disk);
  });
  afterEach(async () => {
    await rig.dispose();
    unmount();
  });

  const open = async (): Promise<AccountHistory> =>
    valueOf(await rig.histories.open(account, key, 500)).history;

  /** Take every byte that is left. */
  function fill(): void {
    const handle = openSync(ballast, 'a');
    for (const size of [65_536, 4096, 1]) {
      try {
        for (;;) if (writeSync(handle, Buffer.alloc(size)) < size) break;
      } catch {
        // Full for this size; the next one is smaller.
      }
    }
    closeSync(handle);
  }

  it('D-07 that has no room for a file says so; what rests there is read on, and there is room again for the next', async () => {
    const history = await open();
    const name = { key: clientId(1), item: null };
    valueOf(await history.commit({ enqueue: [outgoing(clientId(1))] }));
    valueOf(await history.media.put(name, new Uint8Array(1000).fill(7), true));
    fill();
    const large = new Uint8Array(1_500_000).fill(9);
    expect(await history.media.put({ key: 'large', item: null }, large, true)).toEqual(refused('full'));
    expect(valueOf(await history.media.find({ key: 'large', item: null }))).toBeNull();
    expect(valueOf(await history.media.read(name, 0, 1000))).toEqual(Buffer.alloc(1000, 7));
    expect(valueOf(await history.page(null, 10)).messages).toHaveLength(1);
    rmSync(ballast);
    valueOf(await history.media.put({ key: 'large', item: null }, large.subarray(0, 300_000), true));
    expect(valueOf(await history.media.find({ key: 'large', item: null }))).toBe(300_000);
    await history.close();
  });

  it('D-07 that fills up takes nothing more, loses nothing, is read on, and works again when there is room', async () => {
    const history = await open();
    const acknowledged: string[] = [];
    const write = async (n: number) => {
      const answer = await history.commit({ enqueue: [outgoing(clientId(n), 'x'.repeat(2000))] });
      if (answer.ok) acknowledged.push(clientId(n));
      return answer;
    };
    for (let n = 1; n <= 20; n += 1) await write(n);
    fill();
    let answer = await write(21);
    for (let n = 22; n < 100 && answer.ok; n += 1) answer = await write(n);
    expect(answer).toEqual(refused('full'));
    expect(
      await history.commit({
        confirm: [confirmed('big', 1, { content: { kind: 'text', text: 'y'.repeat(40_000) } })],
      }),
    ).toEqual(refused('full'));
    const keys = valueOf(await history.page(null, 50)).messages.map((message) => message.key);
    expect(keys).toEqual(acknowledged);

    rmSync(ballast);
    expect((await write(200)).ok).toBe(true);
    await history.close();
    const again = valueOf(await rig.histories.open(account, key, 500));
    expect(again.page.messages.map((message) => message.key)).toEqual(acknowledged);
    expect(again.setAside).toBe(false);
    expect(acknowledged.length).toBeGreaterThan(20);
  });

  it('D-07 that is full is searched and read in all ways, and lets old messages go as soon as it can', async () => {
    const history = await open();
    const old = Array.from({ length: 120 }, (_, n) => confirmed(`m${String(n).padStart(3, '0')}`, n));
    valueOf(await history.commit({ confirm: old, enqueue: [outgoing(clientId(1))] }));
    fill();
    const full = { enqueue: [outgoing(clientId(2), 'x'.repeat(200_000))] };
    expect(await history.commit(full)).toEqual(refused('full'));
    const terms = { text: 'message m00', author: null, kinds: [], since: null, until: null };
    expect(valueOf(await history.countMatches(terms)).count).toBe(10);
    expect(valueOf(await history.around(cursorOf(confirmed('m010', 10)), 5)).messages).toHaveLength(5);
    expect(valueOf(await history.range({ since: null, until: null }, null, 500)).messages).toEqual(old);
    expect(valueOf(await history.size()).messages).toBe(121);
    // On a full disk it may or may not find the room to make room.
    await history.keep({ since: null, bytes: 0 });
    rmSync(ballast);
    valueOf(await history.keep({ since: null, bytes: 0 }));
    const { messages } = valueOf(await history.page(null, 500));
    expect(messages.map((message) => message.key)).toEqual([
      ...old.slice(70).map(({ key }) => key),
      clientId(1),
    ]);
    expect(rig.log.about('store.restarted')).toEqual([]);
    await history.close();
  });

  it('D-07 that is full from the beginning makes no history, and makes one when there is room', async () => {
    fill();
    expect(await rig.histories.open(account, key, 50)).toEqual(refused('full'));
    rmSync(ballast);
    expect(valueOf(await rig.histories.open(account, key, 50)).setAside).toBe(false);
  });

  it('D-07 that fills up under a killed store loses nothing either', async () => {
    const history = await open();
    valueOf(await history.commit({ enqueue: [outgoing(clientId(1))], facts: { draft: 'kept' } }));
    fill();
    rig.processes.at(-1)?.kill();
    await history.page(null, 50);
    rmSync(ballast);
    const { messages } = valueOf(await history.page(null, 50));
    expect(messages.map((message) => message.key)).toEqual([clientId(1)]);
    expect(valueOf(await history.commit({})).facts.draft).toBe('kept');
    await history.close();
  });

  it('D-08 that may only be read says so, and nothing is lost', async () => {
    const history = await open();
    valueOf(await history.commit({ enqueue: [outgoing(clientId(1))] }));
    await history.close();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    expect(await rig.histories.open(account, key, 50)).toEqual(refused('readOnly'));
    expect(await rig.histories.open(newAccount(), newKey(), 50)).toEqual(refused('readOnly'));
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect(valueOf(await rig.histories.open(account, key, 50)).waiting).toBe(1);
  });
});
