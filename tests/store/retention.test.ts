import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../contract/model.ts';
import { EpochMs } from '../../contract/ids.ts';
import type { AccountHistory } from '../../main/ports/history.ts';
import { openEncrypted, openMemory } from '../../store/encrypted-file.ts';
import { HistoryFile } from '../../store/history-file.ts';
import { historySteps } from '../../store/schema.ts';
import { usualStepTime } from '../../store/store.ts';
import { keysOf, valueOf } from '../ports/histories-words.ts';
import { filesTelling } from './canary.ts';
import { clientId, confirmed, newAccount, newKey, outgoing } from './messages.ts';
import { folderOf } from './sql.ts';
import { storeRig } from './store-rig.ts';
import type { StoreRig } from './store-rig.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const many = Array.from({ length: 3_000 }, (_, n) =>
  confirmed(`m${String(n).padStart(4, '0')}`, n * 30, {
    content: { kind: 'text', text: `${n % 2 === 0 ? 'xylophone' : 'piano'} ${'of some length '.repeat(20)}` },
  }),
);
const timeOf = ({ received }: Message): EpochMs => EpochMs.parse(received);
const middle = timeOf(many[1500] ?? confirmed('none', 0));

describe('A retention on disk', () => {
  let rig: StoreRig;
  let history: AccountHistory;
  const account = newAccount();
  const key = newKey();
  const open = async (): Promise<void> => {
    ({ history } = valueOf(await rig.histories.open(account, key, 50)));
  };
  const keepHalf = () => history.keep({ since: middle, bytes: null });

  beforeEach(async () => {
    rig = await storeRig();
    await open();
    for (let n = 0; n < many.length; n += 500)
      valueOf(await history.commit({ confirm: many.slice(n, n + 500) }));
  });
  afterEach(() => rig.dispose());

  it('gives the room back to the disk', async () => {
    const fileSize = (): number => statSync(join(folderOf(rig.folder, account), 'history.db')).size;
    await history.close();
    const before = fileSize();
    await open();
    const { removed, size } = valueOf(await keepHalf());
    await history.close();
    expect({ removed, messages: size.messages }).toEqual({ removed: 1500, messages: 1500 });
    expect(fileSize()).toBeLessThan(before * 0.75);
  });

  it('leaves others their turn: what is asked for meanwhile is answered before it is over', async () => {
    const kept = keepHalf();
    await history.page(null, 1);
    valueOf(await history.commit({ enqueue: [outgoing(clientId(1))] }));
    const { messages } = valueOf(await history.size());
    expect(messages).toBeGreaterThan(2000);
    expect(valueOf(await kept).size.messages).toBe(1501);
  });

  it('R-17 killed in the middle loses nothing it should keep, and is finished by the next one', async () => {
    valueOf(await history.commit({ enqueue: [outgoing(clientId(1))], facts: { draft: 'kept' } }));
    const kept = keepHalf();
    await history.page(null, 1);
    rig.processes.at(-1)?.kill();
    valueOf(await kept);
    await history.close();
    await open();
    expect(valueOf(await keepHalf()).removed).toBe(0);
    const { messages, next } = valueOf(await history.range({ since: null, until: null }, null, 1000));
    expect(keysOf(messages)).toEqual(keysOf(many.slice(1500, 2500)));
    expect(next).not.toBeNull();
    const { facts, waiting } = valueOf(await history.commit({}));
    expect({ draft: facts.draft, waiting, keptFrom: facts.keptFrom }).toEqual({
      draft: 'kept',
      waiting: 1,
      keptFrom: middle,
    });
    expect(filesTelling(folderOf(rig.folder, account), ['xylophone', key])).toEqual([]);
  });

  it('R-17 leaves no trigram of what is gone in the index', async () => {
    await history.keep({ since: timeOf(many.at(-1) ?? confirmed('none', 0)), bytes: null });
    await history.close();
    const path = join(folderOf(rig.folder, account), 'history.db');
    const database = openEncrypted(path, key, historySteps);
    const blocks = database.prepare<[], Buffer>('SELECT block FROM search_index_data').pluck().all();
    const rows = database.prepare('SELECT count(*) FROM searchable').pluck().get();
    expect(rows).toBe(50);
    const size = blocks.reduce((sum, block) => sum + block.length, 0);
    // Fifty messages' worth, where three thousand had left a hundred times as much.
    expect(size).toBeLessThan(20_000);
    expect(database.pragma('freelist_count', { simple: true })).toBeLessThanOrEqual(256);
    database.close();
  });
});

describe('Upkeep', () => {
  it('ends: a history at rest asks for nothing more', () => {
    const database = openMemoryFile();
    for (let n = 0; database.tend(); n += 1) expect(n).toBeLessThan(1000);
    expect(database.tend()).toBe(false);
  });

  function openMemoryFile(): HistoryFile {
    const file = new HistoryFile(openMemory(historySteps), () => undefined, usualStepTime);
    file.commit('a', { confirm: many.slice(0, 1000) });
    const cut = file.cutFor({ since: timeOf(many[900] ?? confirmed('none', 0)), bytes: null });
    while (cut !== null && file.forget(cut) > 0);
    return file;
  }
});
