import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MessageTable } from '../../store/message-table.ts';
import { openMemory } from '../../store/encrypted-file.ts';
import { historySteps, migrate, spareSteps } from '../../store/schema.ts';
import { valueOf } from '../ports/histories-suite.ts';
import { confirmed, newAccount, newKey, outgoing } from './messages.ts';
import { folderOf, withDatabase } from './sql.ts';
import { storeRig } from './store-rig.ts';
import type { StoreRig } from './store-rig.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

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

describe('A page', () => {
  it.each(['WHERE received IS NOT NULL', 'WHERE received IS NOT NULL AND (received, id) < (5, 6)'])(
    'is read from its index, without sorting and without a scan (%s)',
    (where) => {
      const plan = openMemory(historySteps)
        .prepare<[], { detail: string }>(
          `EXPLAIN QUERY PLAN SELECT * FROM messages ${where} ORDER BY received DESC, id DESC`,
        )
        .all()
        .map(({ detail }) => detail);
      expect(plan).toHaveLength(1);
      expect(plan[0]).toContain('USING INDEX messages_in_thread_order');
    },
  );
});
