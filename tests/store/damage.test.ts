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
import { openEncrypted } from '../../store/encrypted-file.ts';
import { historySteps } from '../../store/schema.ts';
import { Store } from '../../store/store.ts';
import { storeRig } from './store-rig.ts';
import type { StoreRig } from './store-rig.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 180_000 });

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
  'noise over a stretch': (path) => {
    const length = 1 + upTo(3 * page);
    patch(path, upTo(statSync(path).size), Buffer.from(Array.from({ length }, () => upTo(256))));
  },
  'noise for a head': (path) => patch(path, 0, Buffer.from(Array.from({ length: 100 }, () => upTo(256)))),
  'five gigabytes of nothing behind it': (path) => truncateSync(path, 5 * 2 ** 30),
  'itself twice': (path) => writeFileSync(path, Buffer.concat([readFileSync(path), readFileSync(path)])),
  'itself, but for its first page': (path) => writeFileSync(path, readFileSync(path).subarray(page)),
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
      const search = valueOf(await opened.history.search({ terms, before: null, limit: 100 }));
      expect(search.matches.every(({ message }) => message.id === null || isRead(read, message))).toBe(true);
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

  const terms = { text: '1', author: null, kinds: [], since: null, until: null };
  const isRead = (read: readonly Message[], message: Message): boolean =>
    read.some(({ id }) => id === message.id);
  const deathsIn = (rig: StoreRig): number => rig.log.about('store.restarted').length;
  const plan = (from: string, files: readonly string[], rounds: number) =>
    files.flatMap((name) =>
      Object.entries(damages).flatMap(([what, damage]) =>
        Array.from({ length: what.includes('bit') ? rounds : 1 }, () => ({ from, name, what, damage })),
      ),
    );

  /** Files of another time, and of another person, in the place of the right ones. */
  function exchanged() {
    const strangers = join(template.folder, 'strangers');
    const stranger = openEncrypted(strangers, newKey(), historySteps);
    stranger.close();
    const older = join(template.folder, clean, 'history.db');
    const put = (path: string, other: string): void => {
      rmSync(`${path}-wal`, { force: true });
      copyFileSync(other, path);
    };
    return [
      { from: killed, name: 'history.db', what: 'an older one', damage: (path: string) => put(path, older) },
      {
        from: killed,
        name: 'history.db',
        what: "a stranger's",
        damage: (path: string) => put(path, strangers),
      },
      {
        from: clean,
        name: 'outbox.db',
        what: "a stranger's",
        damage: (path: string) => put(path, strangers),
      },
    ];
  }

  it('R-03 R-05 loses no draft, no unsent message and no running process; what is missing is told', async () => {
    const trials = [
      ...plan(clean, ['history.db'], 5),
      ...plan(clean, ['outbox.db', 'key-check'], 1),
      ...plan(killed, ['history.db', 'history.db-wal'], 1),
      ...plan(killed, ['outbox.db-wal'], 1),
      ...exchanged(),
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
    expect(trials.length).toBeGreaterThanOrEqual(90);
    expect(setAside).toBeGreaterThan(30);
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

  /** A bit flipped in each page in turn, until one is found that opening the history does not come upon. */
  function hiddenDamage(folder: string): Store {
    const path = join(folder, 'history.db');
    const sound = readFileSync(path);
    for (let at = sound.length - page; at > 0; at -= page) {
      writeFileSync(path, sound);
      patch(path, at + 100, Buffer.from([(sound[at + 100] ?? 0) ^ 1]));
      const store = new Store({ kind: 'disk', folder, account, key }, () => undefined);
      if (!store.opened(50).setAside) return store;
      store.close();
    }
    throw new Error('every page is read when a history is opened');
  }

  it('R-03 that nobody has come upon yet is found while nobody asks, and told with the next commit', async () => {
    const rig = await storeRig();
    try {
      const folder = join(rig.folder, 'copy');
      await cp(join(template.folder, clean), folder, { recursive: true });
      const store = hiddenDamage(folder);
      while (store.tend());
      expect(store.commit('late', { facts: { unreadCount: 1 } })).toMatchObject({
        rewritten: true,
        waiting: 4,
        facts: { ...noFacts, draft, unreadCount: 1 },
      });
      store.close();
    } finally {
      await rig.dispose();
    }
  });

  it('R-03 of a large file is looked for where it was cut off, and only there', async () => {
    const rig = await storeRig();
    try {
      const folder = join(rig.folder, 'large');
      const mediaUrl = 'x'.repeat(64 * 1024);
      const content = {
        kind: 'image',
        text: '',
        mediaUrl,
        mediaType: null,
        altText: null,
        name: null,
      } as const;
      const place = { kind: 'disk', folder, account, key } as const;
      const store = new Store(place, () => undefined);
      for (let n = 0; n < 300; n += 1)
        store.commit(`c${n}`, { confirm: [confirmed(`m${n}`, n, { content })] });
      await cp(folder, `${folder}-cut-off`, { recursive: true });
      store.close();
      const lookThrough = (copy: string): boolean => {
        patch(join(copy, 'history.db'), 8 * 2 ** 20, Buffer.from('damage'));
        const damaged = new Store({ ...place, folder: copy }, () => undefined);
        while (damaged.tend());
        const { rewritten } = damaged.commit('late', {});
        damaged.close();
        return rewritten;
      };
      expect(lookThrough(`${folder}-cut-off`)).toBe(true);
      expect(lookThrough(folder)).toBe(false);
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
