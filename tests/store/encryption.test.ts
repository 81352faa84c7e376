import Database from 'better-sqlite3-multiple-ciphers';
import { mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountHistory } from '../../main/ports/history.ts';
import { openEncrypted } from '../../store/encrypted-file.ts';
import { historySteps } from '../../store/schema.ts';
import { valueOf } from '../ports/histories-suite.ts';
import { filesBelow, filesTelling } from './canary.ts';
import { clientId, confirmed, newAccount, newKey, outgoing } from './messages.ts';
import { folderOf } from './sql.ts';
import { storeRig } from './store-rig.ts';
import type { StoreRig } from './store-rig.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const canary = 'canary-7f3a9-unmistakable-text';

describe('Files of a history', () => {
  let rig: StoreRig;
  let account = newAccount();
  let key = newKey();
  let folder: string;

  const open = async (): Promise<AccountHistory> =>
    valueOf(await rig.histories.open(account, key, 50)).history;
  const contents = () =>
    new Map(filesBelow(folder).map((path) => [path, readFileSync(path).toString('hex')]));

  beforeEach(async () => {
    rig = await storeRig();
    account = newAccount();
    key = newKey();
    folder = folderOf(rig.folder, account);
  });
  afterEach(() => rig.dispose());

  it('R-06 hold no readable text and no key while they are written, nor after', async () => {
    const history = await open();
    for (let round = 1; round <= 40; round += 1) {
      const name = `${canary}-name`;
      const content = { kind: 'text', text: `${canary} ${'x'.repeat(round * 40)}` } as const;
      const change = {
        confirm: [
          confirmed(`m${round}`, round, { content, author: { kind: 'business', name, avatarUrl: null } }),
        ],
        enqueue: [outgoing(clientId(round), `${canary} out`)],
        remove: [`m${round - 3}`],
        facts: { draft: `${canary} draft` },
      };
      valueOf(await history.commit(change));
      expect(filesTelling(folder, [canary, key])).toEqual([]);
    }
    expect(
      filesBelow(folder)
        .map((path) => path.slice(folder.length + 1))
        .sort(),
    ).toEqual(['history.db', 'history.db-wal', 'key-check', 'outbox.db', 'outbox.db-wal']);
    await history.close();
    expect(filesTelling(folder, [canary, key])).toEqual([]);
  });

  it('would be caught if they did', async () => {
    await mkdir(folder, { recursive: true });
    const plain = new Database(join(folder, 'plain.db'));
    plain.exec(`CREATE TABLE t (body TEXT); INSERT INTO t VALUES ('xx${canary}')`);
    plain.close();
    writeFileSync(join(folder, 'encoded'), Buffer.from(`x${canary}`).toString('base64'));
    expect(filesTelling(folder, [canary])).toHaveLength(2);
  });

  it('K-02 do not give the key away in the arguments or the environment of their process', async () => {
    await open();
    const pid = rig.processes.at(-1)?.pid;
    const told = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'latin1')).join();
    expect(told).toContain('entry.ts');
    expect(told).not.toContain(key);
    expect(told).not.toContain('PATH=');
  });

  it('R-14 are for their owner only, whatever the umask of main', async () => {
    const before = process.umask(0);
    try {
      const history = await open();
      valueOf(await history.commit({ enqueue: [outgoing()] }));
      const modes = filesBelow(folder).map((path) => statSync(path).mode & 0o777);
      expect(modes).toEqual(modes.map(() => 0o600));
      expect(modes.length).toBeGreaterThanOrEqual(5);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      expect(statSync(join(rig.folder, 'accounts')).mode & 0o777).toBe(0o700);
    } finally {
      process.umask(before);
    }
  });

  it('R-01 K-04 stay as they are, to the byte, when somebody comes with a wrong key', async () => {
    const history = await open();
    valueOf(await history.commit({ confirm: [confirmed('a', 1)], enqueue: [outgoing()] }));
    // Killed, so that the write-ahead logs are still there: another connection would fold them in.
    const helper = rig.processes.at(-1);
    const before = contents();
    helper?.kill();
    await history.close();
    expect((await rig.histories.open(account, newKey(), 50)).ok).toBe(false);
    expect(contents()).toEqual(before);
    const again = valueOf(await rig.histories.open(account, key, 50));
    expect(again).toMatchObject({ setAside: false, waiting: 1 });
  });

  it('R-03 are not taken for damaged when the key check is lost and the key is wrong', async () => {
    await (await open()).close();
    await rm(join(folder, 'key-check'));
    const before = contents();
    expect((await rig.histories.open(account, newKey(), 50)).ok).toBe(false);
    expect(contents()).toEqual(before);
    const again = valueOf(await rig.histories.open(account, key, 50));
    expect(again.setAside).toBe(false);
  });

  it('R-04 belong to one account: under the name of another one the same key is wrong', async () => {
    await (await open()).close();
    const other = newAccount();
    const { cp } = await import('node:fs/promises');
    await cp(folder, folderOf(rig.folder, other), { recursive: true });
    expect((await rig.histories.open(other, key, 50)).ok).toBe(false);
  });

  it.each(['history.db', 'outbox.db', 'key-check'])(
    'R-14 are not written through a link at %s',
    async (name) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const target = join(rig.folder, 'elsewhere');
      writeFileSync(target, 'theirs');
      symlinkSync(target, join(folder, name));
      expect((await rig.histories.open(account, key, 50)).ok).toBe(false);
      expect(readFileSync(target, 'utf8')).toBe('theirs');
    },
  );

  it('R-14 are not made in a folder that is a link', async () => {
    const target = mkdtempSync(join(tmpdir(), 'onethread-elsewhere-'));
    try {
      await mkdir(join(rig.folder, 'accounts'), { recursive: true });
      symlinkSync(target, folder);
      expect((await rig.histories.open(account, key, 50)).ok).toBe(false);
      expect(filesBelow(target)).toEqual([]);
      expect(await rig.histories.erase(account)).toMatchObject({ files: 1, remaining: 0 });
    } finally {
      await rm(target, { recursive: true });
    }
  });

  it('A-09 are refused to a second process while one has them', async () => {
    const first = await open();
    expect((await rig.histories.open(account, key, 50)).ok).toBe(false);
    expect((await first.commit({ enqueue: [outgoing()] })).ok).toBe(true);
  });
});

describe('An encrypted file', () => {
  it.each([undefined, '', 'ab', 'z'.repeat(64), `${'a'.repeat(64)}'; --`])(
    'R-01 is not made with %j for a key',
    async (nonsense) => {
      const folder = mkdtempSync(join(tmpdir(), 'onethread-key-'));
      try {
        // A caller without types could hand over anything.
        const key = nonsense as string;
        expect(() => openEncrypted(join(folder, 'a.db'), key, historySteps)).toThrow();
        expect(filesBelow(folder)).toEqual([]);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );
});
