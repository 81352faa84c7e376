import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEncrypted, openMemory } from '../../store/encrypted-file.ts';
import { filesOf } from '../../store/folder.ts';
import { MessageTable, walks } from '../../store/message-table.ts';
import { historySteps, migrate, spareSteps } from '../../store/schema.ts';
import { SpareOutbox } from '../../store/spare-outbox.ts';
import { Store } from '../../store/store.ts';
import { valueOf } from '../ports/histories-words.ts';
import { filesTelling } from './canary.ts';
import { clientId, confirmed, newAccount, newKey, outgoing } from './messages.ts';
import { statementsOf, storeAsFirstVersion } from './old-file.ts';
import { folderOf, withDatabase } from './sql.ts';
import { storeRig } from './store-rig.ts';
import type { StoreRig } from './store-rig.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A search is done in one step. */
const allTime = { budgetMs: Infinity, now: () => 0 };

describe('A history made by a newer version of the app', () => {
  let rig: StoreRig;
  const account = newAccount();
  const key = newKey();

  beforeEach(async () => {
    rig = await storeRig();
  });
  afterEach(() => rig.dispose());

  it.each([
    ['history.db', historySteps],
    ['outbox.db', spareSteps],
  ])('R-16 is refused and not touched (%s)', async (name, steps) => {
    const { history } = valueOf(await rig.histories.open(account, key, 50));
    valueOf(await history.commit({ enqueue: [outgoing()] }));
    await history.close();
    const path = join(folderOf(rig.folder, account), name);
    withDatabase(path, key, (database) => database.pragma('user_version = 99'));
    const before = readFileSync(path);
    expect(await rig.histories.open(account, key, 50)).toEqual({
      ok: false,
      failure: { kind: 'storage', reason: 'newerVersion' },
    });
    expect(readFileSync(path).equals(before)).toBe(true);
    withDatabase(path, key, (database) => database.pragma(`user_version = ${steps.length}`));
    expect(valueOf(await rig.histories.open(account, key, 50)).waiting).toBe(1);
  });
});

describe('A file of an older version', () => {
  const key = newKey();
  const account = newAccount();
  const statements = historySteps.flatMap(statementsOf).length;
  const first = historySteps.slice(0, 1);
  const old = Array.from({ length: 40 }, (_, n) => confirmed(`m${n}`, n));
  const pending = outgoing(clientId(1), 'unsent');
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'onethread-migration-'));
    const { history, spare } = filesOf(folder);
    const database = openEncrypted(history, key, first);
    storeAsFirstVersion(database, [...old, { ...pending, outboxPosition: 1 }]);
    database.exec(`UPDATE whole SET outbox_generation = 1, facts = '{"draft":"half a sentence"}'`);
    database.close();
    const copy = new SpareOutbox(openEncrypted(spare, key, spareSteps));
    copy.replace({
      generation: 1,
      draft: 'half a sentence',
      outbox: [{ message: pending, attempted: false }],
    });
    copy.close();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it(`R-16 killed at any of its statements loses nothing, and is brought up to date by the next start`, async () => {
    const path = filesOf(folder).history;
    const template = readFileSync(path);
    const firstOfSecond = statementsOf(historySteps[0] ?? '').length + 1;
    let deaths = 0;
    for (let nth = firstOfSecond; nth <= statements + 1; nth += 1) {
      writeFileSync(path, template);
      for (const leftOver of [`${path}-wal`, `${path}-shm`]) rmSync(leftOver, { force: true });
      const child = fork(join(import.meta.dirname, 'migration-that-dies.ts'), [path, key, String(nth)]);
      const signal = await new Promise((resolve) => child.once('exit', (_code, by) => resolve(by)));
      if (signal === 'SIGKILL') deaths += 1;
      const store = new Store({ kind: 'disk', folder, account, key }, () => undefined, { stepTime: allTime });
      expect(store.opened(100), `killed at ${nth}`).toMatchObject({
        setAside: false,
        waiting: 1,
        facts: { draft: 'half a sentence' },
        page: { messages: [...old, { key: pending.key }] },
      });
      while (store.tend());
      const terms = { text: 'message', author: null, kinds: [], since: null, until: null };
      const step = store.search({ terms, from: null, limit: 100, count: 0 });
      expect(step, `killed at ${nth}`).toMatchObject({ count: 40, complete: true });
      store.close();
      expect(filesTelling(folder, ['half a sentence', 'message m1', key])).toEqual([]);
    }
    expect(deaths).toBe(statements - firstOfSecond + 1);
    expect(deaths).toBeGreaterThan(8);
  });
});

describe('A schema step', () => {
  it('R-16 that fails half-way leaves the version before it', () => {
    const database = openMemory(historySteps);
    const broken = [...historySteps, 'CREATE TABLE half (a TEXT); CREATE TABLE half (a TEXT);'];
    expect(() => migrate(database, broken, () => undefined)).toThrow();
    expect(database.pragma('user_version', { simple: true })).toBe(historySteps.length);
    expect(database.prepare(`SELECT name FROM sqlite_master WHERE name = 'half'`).all()).toEqual([]);
  });

  it('is taken once', () => {
    const database = openMemory(historySteps);
    const table = new MessageTable(database, () => undefined);
    table.put({ message: confirmed('a', 1), attempted: false });
    migrate(database, [...historySteps, 'ALTER TABLE whole ADD COLUMN colour TEXT'], () => undefined);
    expect(table.byId('a')?.message.id).toBe('a');
    expect(database.prepare('SELECT colour FROM whole').pluck().get()).toBeNull();
  });
});

describe('A stretch of the thread', () => {
  it.each(Object.values(walks).flatMap(({ whole, from }) => [whole, from]))(
    'is read from its index, without sorting and without a scan (%s)',
    (sql) => {
      const plan = openMemory(historySteps)
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...(sql.includes('?') ? [5, 6] : []))
        .map(({ detail }) => detail);
      expect(plan).toHaveLength(1);
      expect(plan[0]).toContain('USING INDEX messages_in_thread_order');
    },
  );
});
