import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mediaPieceBytes, type MediaName } from '../../contract/media.ts';
import { Store } from '../../store/store.ts';
import { valueOf } from '../ports/histories-suite.ts';
import { filesTelling } from './canary.ts';
import { clientId, confirmed, newAccount, newKey, outgoing } from './messages.ts';
import { folderOf } from './sql.ts';
import { storeRig } from './store-rig.ts';

vi.setConfig({ testTimeout: 60_000 });

const itself = (key: string): MediaName => ({ key, item: null });

/** Bytes that look like nothing and can be told from all others. */
function bytesOf(seed: string, length: number): Buffer {
  const block = createHash('sha512').update(seed).digest();
  return Buffer.concat(Array.from({ length: Math.ceil(length / 64) }, () => block)).subarray(0, length);
}

describe('Media beside a history', () => {
  let folder: string;
  let store: Store;
  let notes: string[];
  const [account, key] = [newAccount(), newKey()];

  const open = (isAgain = false): Store =>
    new Store({ kind: 'disk', folder, account, key }, (event) => notes.push(event), { isAgain });
  const put = (name: MediaName, bytes: Buffer, unsent = false): void => {
    for (let from = 0; from < bytes.length; from += mediaPieceBytes) {
      const piece = bytes.subarray(from, from + mediaPieceBytes);
      store.putMedia({ name, from, total: bytes.length, unsent, bytes: piece });
    }
  };
  const tendAll = (): void => {
    while (store.tend());
  };
  const file = (): string => join(folder, 'media.db');
  const confirm = (...ids: string[]): void =>
    void store.commit(ids.join(), { confirm: ids.map((id, at) => confirmed(id, at)) });
  const found = (...names: string[]): (number | null)[] => names.map((name) => store.findMedia(itself(name)));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'onethread-media-'));
    notes = [];
    store = open();
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are read in whatever parts, each under its own name, and again after the file was closed', () => {
    const bytes = randomBytes(2 * mediaPieceBytes + 1000);
    confirm('a');
    put(itself('a'), bytes);
    put({ key: 'a', item: 0 }, bytesOf('item', 10));
    store.close();
    store = open();
    expect(store.findMedia(itself('a'))).toBe(bytes.length);
    for (const [from, length] of [
      [0, bytes.length],
      [mediaPieceBytes - 3, 6],
      [bytes.length - 5, 100],
    ] as const)
      expect(store.readMedia(itself('a'), from, length)).toEqual(bytes.subarray(from, from + length));
    expect(store.readMedia({ key: 'a', item: 0 }, 0, 100)).toEqual(bytesOf('item', 10));
    expect(store.readMedia({ key: 'a', item: 1 }, 0, 1)).toBeNull();
  });

  it('are there when their last piece is, and not before; a piece that comes twice changes nothing', () => {
    const bytes = randomBytes(mediaPieceBytes + 10);
    const first = { name: itself('a'), from: 0, total: bytes.length, unsent: false };
    store.putMedia({ ...first, bytes: bytes.subarray(0, mediaPieceBytes) });
    expect(found('a')).toEqual([null]);
    const last = { ...first, from: mediaPieceBytes, bytes: bytes.subarray(mediaPieceBytes) };
    store.putMedia(last);
    store.putMedia(last);
    expect(store.readMedia(itself('a'), 0, bytes.length)).toEqual(bytes);
    expect(() => store.putMedia({ ...first, name: itself('b'), from: 5, bytes })).toThrow();
  });

  it('R-08 spoilt at any byte give an error or nothing, never other content, and the history is untouched', () => {
    confirm('a');
    const bytes = randomBytes(60_000);
    put(itself('a'), bytes);
    store.close();
    const whole = readFileSync(file());
    const outcomes = { same: 0, gone: 0 };
    // One byte of every page, and every byte of the places that a page cipher treats on their own.
    const spots = [...Array(whole.length / 4096).keys()].map((page) => page * 4096 + ((page * 977) % 4096));
    for (const at of [...spots, 0, 15, 16, 4095, 4095 - 64, whole.length - 1]) {
      const spoilt = Buffer.from(whole);
      spoilt[at] = (spoilt[at] ?? 0) ^ 0x20;
      writeFileSync(file(), spoilt);
      store = open();
      const read = store.readMedia(itself('a'), 0, bytes.length);
      if (read !== null) expect(read.equals(bytes), `byte ${at}`).toBe(true);
      outcomes[read === null ? 'gone' : 'same'] += 1;
      expect(store.page(null, 10).messages).toHaveLength(1);
      store.close();
    }
    // Most pages hold what was asked for.
    expect(outcomes.gone).toBeGreaterThan(15);
    expect(new Set(notes)).toEqual(new Set(['store.mediaLost']));
    store = open();
    put(itself('a'), bytes);
    expect(store.readMedia(itself('a'), 0, bytes.length)).toEqual(bytes);
  });

  it('R-17 go with their message: deleted, taken back, let go to save room, or of a thread that became another one', () => {
    const names = Array.from({ length: 60 }, (_, n) => `m${n}`);
    confirm(...names);
    for (const name of names) put(itself(name), bytesOf(name, 100));
    put({ key: 'm59', item: 2 }, bytesOf('item', 100));
    store.commit('taken back', { enqueue: [outgoing(clientId(1))] });
    put(itself(clientId(1)), bytesOf('own', 100), true);
    store.commit('gone', {
      remove: ['m59', clientId(1)],
      deleted: [confirmed('m58', 0).id ?? ('' as never)],
    });
    expect(found('m59', 'm58', clientId(1), 'm57')).toEqual([null, null, null, 100]);
    expect(store.findMedia({ key: 'm59', item: 2 })).toBeNull();

    const cut = store.cutFor({ since: confirmed('m5', 5).received, bytes: null });
    if (cut !== null) while (store.forget(cut) > 0);
    tendAll();
    expect(found('m4', 'm57')).toEqual([null, 100]);
    store.commit('another', { dropConfirmed: true });
    tendAll();
    expect(found('m57')).toEqual([null]);
  });

  it('that no message speaks of go after the next start; what was just brought, and waits for its message, stays', () => {
    confirm('a');
    store.commit('out', { enqueue: [outgoing(clientId(1))] });
    put(itself('a'), bytesOf('a', 10));
    put(itself('left over'), bytesOf('b', 10), true);
    put(itself(clientId(1)), bytesOf('c', 10), true);
    store.close();
    store = open();
    put(itself('just brought'), bytesOf('d', 10), true);
    tendAll();
    expect(found('a', 'left over', clientId(1), 'just brought')).toEqual([10, null, 10, 10]);
    // The same session, after its process has died: nothing is known to be left over.
    put(itself('brought'), bytesOf('e', 10), true);
    store.close();
    store = open(true);
    tendAll();
    expect(found('brought')).toEqual([10]);
  });

  it('make room for others, those used least recently first, and never what was not sent yet', () => {
    store.close();
    store = new Store({ kind: 'memory' }, () => undefined);
    confirm('a', 'b', 'c');
    store.commit('out', { enqueue: [outgoing(clientId(1))] });
    const history = store.size().bytes;
    put(itself(clientId(1)), randomBytes(400_000), true);
    for (const name of ['a', 'b', 'c']) put(itself(name), randomBytes(200_000));
    found('a');
    store.cutFor({ since: null, bytes: history + 450_000 });
    expect(found('a', 'b', 'c', clientId(1))).toEqual([200_000, null, 200_000, 400_000]);
    // Once the service has it, it is one of them.
    store.commit('accepted', { confirm: [confirmed('x', 9, { clientMessageId: clientId(1) })] });
    expect(found('a', 'c', clientId(1))).toEqual([null, null, 400_000]);
  });

  it('cost a thread without media nothing, count as room taken, and give it back', () => {
    confirm('a');
    tendAll();
    expect(existsSync(file())).toBe(false);
    const before = store.size().bytes;
    put(itself('a'), randomBytes(4_000_000));
    expect(store.size().bytes - before).toBeGreaterThan(4_000_000);
    store.commit('gone', { remove: ['a'] });
    tendAll();
    expect(store.size().bytes - before).toBeLessThan(1_500_000);
  });

  it('are in memory only where the history is', () => {
    const memory = new Store({ kind: 'memory' }, () => undefined);
    const piece = { name: itself('a'), from: 0, total: 3, unsent: true, bytes: Buffer.from('abc') };
    memory.putMedia(piece);
    expect(memory.readMedia(itself('a'), 0, 3)?.toString()).toBe('abc');
    memory.close();
  });
});

describe('Media in a process of their own', () => {
  it('R-08 are whole after the process was killed at any piece, and nothing of them can be read on the disk', async () => {
    const rig = await storeRig();
    try {
      const [account, key] = [newAccount(), newKey()];
      const { history } = valueOf(await rig.histories.open(account, key, 50));
      valueOf(await history.commit({ enqueue: [outgoing(clientId(1))] }));
      const canary = 'canary-91b7-inside-a-picture';
      const bytes = Buffer.concat([Buffer.from(canary), randomBytes(6 * mediaPieceBytes)]);
      const putting = history.media.put(itself(clientId(1)), new Uint8Array(bytes), true);
      const kill = setInterval(() => rig.processes.at(-1)?.kill(), 60);
      const put = await putting;
      clearInterval(kill);
      if (!put.ok) valueOf(await history.media.put(itself(clientId(1)), new Uint8Array(bytes), true));
      const folder = folderOf(rig.folder, account);
      expect(filesTelling(folder, [canary, clientId(1)])).toEqual([]);
      expect(valueOf(await history.media.find(itself(clientId(1))))).toBe(bytes.length);
      const read = valueOf(await history.media.read(itself(clientId(1)), 0, bytes.length));
      expect(Buffer.from(read ?? []).equals(bytes)).toBe(true);
      await history.close();
      expect(filesTelling(folder, [canary, clientId(1)])).toEqual([]);
    } finally {
      await rig.dispose();
    }
  });
});
