import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { noFacts } from '../../contract/history.ts';
import type { HistoryPage, OutboxItem } from '../../contract/history.ts';
import type { Message } from '../../contract/model.ts';
import type { AccountHistory, OpenedHistory } from '../../main/ports/history.ts';
import { seededRandom } from '../fakes/random.ts';
import { valueOf } from '../ports/histories-suite.ts';
import { clientId, confirmed, cursorOf, newAccount, newKey, outgoing } from './messages.ts';
import { folderOf, withDatabase } from './sql.ts';
import { Store } from '../../store/store.ts';
import { storeRig } from './store-rig.ts';
import type { StoreRig } from './store-rig.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const account = newAccount();
const key = newKey();
const stored = Array.from({ length: 300 }, (_, i) =>
  confirmed(`m${String(i).padStart(3, '0')}`, i, { content: { kind: 'text', text: `${i} `.repeat(80) } }),
);
const draft = 'half a sentence';
const page = 4096;

const seed = 20_26;
const random = seededRandom(seed);
const upTo = (limit: number): number => Math.floor(random.fraction() * limit);

/** Everything that can be read, page by page. */
async function readAll(history: AccountHistory): Promise<Message[]> {
  const all: Message[] = [];
  let read: HistoryPage = valueOf(await history.page(null, 50));
  for (;;) {
    all.unshift(...read.messages.filter(({ id }) => id !== null));
    const first = read.messages.find(({ id }) => id !== null);
    if (!read.hasOlder || first === undefined) return all;
    read = valueOf(await history.page(cursorOf(first), 50));
  }
}

function patch(path: string, at: number, bytes: Buffer): void {
  const handle = openSync(path, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

const damages: Readonly<Record<string, (path: string) => void>> = {
  'a flipped bit': (path) => {
    const at = upTo(statSync(path).size);
    const byte = readFileSync(path)[at] ?? 0;
    patch(path, at, Buffer.from([byte ^ (1 << upTo(8))]));
  },
  'a flipped bit at the head': (path) => {
    const at = upTo(Math.min(100, statSync(path).size));
    const byte = readFileSync(path)[at] ?? 0;
    patch(path, at, Buffer.from([byte ^ (1 << upTo(8))]));
  },
  'a page of zeros': (path) =>
    patch(path, upTo(Math.ceil(statSync(path).size / page)) * page, Buffer.alloc(page)),
  'the end cut off': (path) => truncateSync(path, upTo(statSync(path).size)),
  'two pages swapped': (path) => {
    const bytes = readFileSync(path);
    const pages = Math.floor(bytes.length / page);
    const [a, b] = [upTo(pages) * page, upTo(pages) * page];
    patch(path, a, bytes.subarray(b, b + page));
    patch(path, b, bytes.subarray(a, a + page));
  },
  'nothing in it': (path) => truncateSync(path, 0),
  'a readable database in its place': (path) => {
    rmSync(path);
    withPlain(path);
  },
  'a folder in its place': (path) => {
    rmSync(path);
    mkdirSync(path);
  },
  'nothing in its place': (path) => rmSync(path),
};

function withPlain(path: string): void {
  const head = Buffer.alloc(page);
  head.write('SQLite format 3\0', 'latin1');
  writeFileSync(path, head);
}

describe(`A damaged file (seed ${seed})`, () => {
  let template: StoreRig;
  let outbox: readonly OutboxItem[];
  const clean = 'clean';
  const killed = 'killed';

  beforeAll(async () => {
    template = await storeRig();
    const { history } = valueOf(await template.histories.open(account, key, 50));
    valueOf(await history.commit({ confirm: stored.slice(0, 200) }));
    valueOf(
      await history.commit({ enqueue: [1, 2, 3, 4].map((n) => outgoing(clientId(n))), facts: { draft } }),
    );
    await history.close();
    await cp(folderOf(template.folder, account), join(template.folder, clean), { recursive: true });

    const again = valueOf(await template.histories.open(account, key, 50)).history;
    valueOf(await again.commit({ confirm: stored.slice(200) }));
    valueOf(await again.commit({ attempted: [clientId(1)] }));
    outbox = valueOf(await again.outbox());
    // The files as a power cut would leave them: the newest commits are only in the write-ahead logs.
    await cp(folderOf(template.folder, account), join(template.folder, killed), { recursive: true });
    await again.close();
  });
  afterAll(() => template.dispose());

  /** Damage one file of a copy and open it. Every trial must end with a history that works. */
  async function trial(from: string, name: string, damage: (path: string) => void) {
    const rig = await storeRig();
    try {
      const folder = folderOf(rig.folder, account);
      mkdirSync(folder, { recursive: true });
      for (const file of readdirSync(join(template.folder, from)))
        copyFileSync(join(template.folder, from, file), join(folder, file));
      damage(join(folder, name));
      const opened: OpenedHistory = valueOf(await rig.histories.open(account, key, 50));
      const read = await readAll(opened.history);
      const late = confirmed('late', 1000);
      const { rewritten, facts } = valueOf(await opened.history.commit({ confirm: [late] }));
      const outbox = valueOf(await opened.history.outbox());
      await opened.history.close();
      // Opened once more, in this process for speed: what was mended stays mended.
      const again = new Store({ kind: 'disk', folder, account, key }, () => undefined);
      const { page, setAside } = again.opened(50);
      again.close();
      expect(setAside).toBe(false);
      expect(page.messages.map(({ key }) => key)).toContain('late');
      return {
        told: opened.setAside || rewritten,
        read,
        outbox,
        draft: facts.draft,
        deaths: deathsIn(rig),
      };
    } finally {
      await rig.dispose();
    }
  }

  const deathsIn = (rig: StoreRig): number => rig.log.about('store.restarted').length;
  const plan = (from: string, files: readonly string[], rounds: number) =>
    files.flatMap((name) =>
      Object.entries(damages).flatMap(([what, damage]) =>
        Array.from({ length: what.includes('bit') ? rounds : 1 }, () => ({ from, name, what, damage })),
      ),
    );

  it('R-03 R-05 loses no draft, no unsent message and no running process; what is missing is told', async () => {
    const trials = [
      ...plan(clean, ['history.db'], 5),
      ...plan(clean, ['outbox.db', 'key-check'], 1),
      ...plan(killed, ['history.db', 'history.db-wal'], 1),
      ...plan(killed, ['outbox.db-wal'], 1),
    ];
    let setAside = 0;
    for (const { from, name, what, damage } of trials) {
      const context = `${what} in ${name} (${from})`;
      const result = await trial(from, name, damage);
      expect(
        result.outbox.map(({ message }) => message),
        context,
      ).toEqual(outbox.map(({ message }) => message));
      expect(result.draft, context).toBe(draft);
      expect(result.deaths, context).toBe(0);
      if (from === killed)
        expect(result.outbox.map(({ attempted }) => attempted)).toEqual(
          outbox.map(({ attempted }) => attempted),
        );
      if (!result.told) expect(result.read, context).toEqual(stored.slice(0, result.read.length));
      if (!result.told && from === clean) expect(result.read, context).toHaveLength(200);
      if (result.told) setAside += 1;
    }
    // The damage was real: else this test would prove nothing.
    expect(trials.length).toBeGreaterThanOrEqual(60);
    expect(setAside).toBeGreaterThan(20);
  });

  it('R-03 that shows only when the store is restarted is told with the next commit', async () => {
    const rig = await storeRig();
    try {
      const { history } = valueOf(await rig.histories.open(account, key, 50));
      valueOf(await history.commit({ confirm: stored.slice(0, 50), facts: { draft } }));
      const path = join(folderOf(rig.folder, account), 'history.db');
      patch(path, 0, Buffer.alloc(page));
      truncateSync(`${path}-wal`, 0);
      rig.processes.at(-1)?.kill();
      const { rewritten, facts } = valueOf(await history.commit({ facts: { unreadCount: 1 } }));
      expect(rewritten).toBe(true);
      expect(facts).toEqual({ ...noFacts, draft, unreadCount: 1 });
      expect(valueOf(await history.commit({})).rewritten).toBe(false);
      await history.close();
    } finally {
      await rig.dispose();
    }
  });

  it('R-03 is kept once, still encrypted', async () => {
    const rig = await storeRig();
    try {
      const folder = folderOf(rig.folder, account);
      for (const round of [1, 2, 3]) {
        const { history } = valueOf(await rig.histories.open(account, key, 50));
        valueOf(await history.commit({ confirm: stored.slice(0, 50) }));
        await history.close();
        patch(join(folder, 'history.db'), 0, Buffer.alloc(page, round));
      }
      const { setAside, history } = valueOf(await rig.histories.open(account, key, 50));
      expect(setAside).toBe(true);
      await history.close();
      const bad = readdirSync(folder).filter((file) => file.includes('.bad-'));
      expect(bad).toEqual(['history.db.bad-3']);
      expect(await rig.histories.erase(account)).toMatchObject({ remaining: 0 });
    } finally {
      await rig.dispose();
    }
  });

  it('R-05 of which one row is nonsense is read without that row', async () => {
    const rig = await storeRig();
    try {
      const { history } = valueOf(await rig.histories.open(account, key, 50));
      valueOf(await history.commit({ confirm: stored.slice(0, 5) }));
      await history.close();
      withDatabase(join(folderOf(rig.folder, account), 'history.db'), key, (database) => {
        database.exec(`UPDATE messages SET body = '{"half"' WHERE id = 'm001'`);
        database.exec(`UPDATE messages SET status = 'invented' WHERE id = 'm003'`);
      });
      const again = valueOf(await rig.histories.open(account, key, 2));
      expect(again.setAside).toBe(false);
      expect(again.page.messages.map(({ id }) => id)).toEqual(['m002', 'm004']);
      expect(again.page.hasOlder).toBe(true);
      expect(rig.log.about('store.rowsSkipped').map(({ fields }) => fields)).toEqual([{ count: 2 }]);
      valueOf(await again.history.commit({ confirm: stored.slice(0, 5) }));
      expect(await readAll(again.history)).toEqual(stored.slice(0, 5));
    } finally {
      await rig.dispose();
    }
  });
});
