import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountHistory } from '../../main/ports/history.ts';
import { keysOf, valueOf } from '../ports/histories-words.ts';
import { clientId, confirmed, newAccount, newKey, outgoing } from './messages.ts';
import { folderOf } from './sql.ts';
import { storeRig } from './store-rig.ts';
import type { StoreRig } from './store-rig.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const failed = { ok: false, failure: { kind: 'storage', reason: 'failed' } };
const terms = { text: 'message', author: null, kinds: [], since: null, until: null };

describe('D-08 A history whose files are lost under it', () => {
  let rig: StoreRig;
  let history: AccountHistory;
  let folder: string;
  let aside: string;
  const account = newAccount();
  const key = newKey();

  const open = async () => {
    const opened = valueOf(await rig.histories.open(account, key, 500));
    ({ history } = opened);
    return opened;
  };
  const write = (n: number) =>
    history.commit({ enqueue: [outgoing(clientId(n))], facts: { draft: `draft ${n}` } });
  const restarts = (): number => rig.log.about('store.restarted').length;

  /** Everything that only reads answers as if nothing had happened. */
  async function expectReadable(): Promise<void> {
    const { messages } = valueOf(await history.page(null, 50));
    expect(keysOf(messages)).toEqual(['a', 'b', clientId(1)]);
    expect(valueOf(await history.outbox())).toHaveLength(1);
    expect(valueOf(await history.countMatches(terms)).count).toBe(2);
    expect(valueOf(await history.range({ since: null, until: null }, null, 5)).messages).toHaveLength(2);
  }

  beforeEach(async () => {
    rig = await storeRig();
    folder = folderOf(rig.folder, account);
    aside = join(rig.folder, 'aside');
    await open();
    valueOf(await history.commit({ confirm: [confirmed('a', 1), confirmed('b', 2)] }));
    valueOf(await write(1));
  });
  afterEach(() => rig.dispose());

  const lose: Readonly<Record<string, readonly [lose: () => void, giveBack: () => void]>> = {
    'their folder is moved away': [() => renameSync(folder, aside), () => renameSync(aside, folder)],
    'the folder above is moved away': [
      () => renameSync(join(rig.folder, 'accounts'), aside),
      () => renameSync(aside, join(rig.folder, 'accounts')),
    ],
    'another folder is in the place of theirs': [
      () => {
        renameSync(folder, aside);
        mkdirSync(folder);
      },
      () => {
        rmdirSync(folder);
        renameSync(aside, folder);
      },
    ],
    'a file is in the place of their folder': [
      () => {
        renameSync(folder, aside);
        writeFileSync(folder, '');
      },
      () => {
        rmSync(folder);
        renameSync(aside, folder);
      },
    ],
    'a copy is in the place of their folder': [
      () => {
        renameSync(folder, aside);
        cpSync(aside, folder, { recursive: true });
      },
      () => {
        rmSync(folder, { recursive: true });
        renameSync(aside, folder);
      },
    ],
    'a link to them is in the place of the history': [
      () => {
        renameSync(join(folder, 'history.db'), aside);
        symlinkSync(aside, join(folder, 'history.db'));
      },
      () => {
        rmSync(join(folder, 'history.db'));
        renameSync(aside, join(folder, 'history.db'));
      },
    ],
    'the history itself is moved away': [
      () => renameSync(join(folder, 'history.db'), aside),
      () => renameSync(aside, join(folder, 'history.db')),
    ],
  };

  it.each(Object.entries(lose))(
    'takes nothing while %s, is read on, and goes on by itself when they are back',
    async (_, [takeAway, giveBack]) => {
      takeAway();
      expect(await write(2)).toEqual(failed);
      await expectReadable();
      expect(await history.keep({ since: null, bytes: 0 })).toMatchObject({ ok: false });
      giveBack();
      valueOf(await write(3));
      await history.close();
      const { page, setAside, facts } = await open();
      expect(keysOf(page.messages)).toEqual(['a', 'b', clientId(1), clientId(3)]);
      expect({ setAside, draft: facts.draft, restarts: restarts() }).toEqual({
        setAside: false,
        draft: 'draft 3',
        restarts: 0,
      });
    },
  );

  it.each(['history.db-wal', 'outbox.db', 'outbox.db-wal', 'key-check'])(
    'mends the loss of %s by itself, and loses nothing',
    async (name) => {
      rmSync(join(folder, name));
      valueOf(await write(2));
      valueOf(await write(3));
      rig.processes.at(-1)?.kill();
      valueOf(await history.commit({}));
      await history.close();
      const { page, setAside, facts } = await open();
      expect(keysOf(page.messages)).toEqual(['a', 'b', clientId(1), clientId(2), clientId(3)]);
      expect({ setAside, draft: facts.draft }).toEqual({ setAside: false, draft: 'draft 3' });
    },
  );

  it('is not begun anew in their place, although its process dies meanwhile', async () => {
    renameSync(folder, aside);
    rig.processes.at(-1)?.kill();
    expect(await write(2)).toEqual(failed);
    expect(await history.page(null, 5)).toEqual(failed);
    renameSync(aside, folder);
    valueOf(await write(3));
    const { messages } = valueOf(await history.page(null, 5));
    expect(keysOf(messages)).toEqual(['a', 'b', clientId(1), clientId(3)]);
  });

  it('whose history is deleted for good keeps the unsent messages and the draft, and says so', async () => {
    rmSync(join(folder, 'history.db'));
    expect(await write(2)).toEqual(failed);
    await expectReadable();
    await history.close();
    const { page, setAside, facts } = await open();
    expect(keysOf(page.messages)).toEqual([clientId(1)]);
    expect({ setAside, draft: facts.draft }).toEqual({ setAside: true, draft: 'draft 1' });
  });
});

const volume = mkdtempSync(join(tmpdir(), 'onethread-volume-'));
const mount = (...args: readonly string[]): void =>
  void execFileSync('mount', [...args, volume], { stdio: 'ignore' });
const unmount = (...args: readonly string[]): void =>
  void execFileSync('umount', [...args, volume], { stdio: 'ignore' });

function isMountable(): boolean {
  try {
    mount('-t', 'tmpfs', '-o', 'size=8m', 'tmpfs');
    unmount();
    return true;
  } catch {
    return false;
  }
}

afterAll(() => rmdirSync(volume));

describe.runIf(isMountable())('D-08 A volume (needs root to be mounted, else this is not run)', () => {
  it('that is taken out under an open history is not written past, and its history goes on when it is back', async () => {
    const image = join(mkdtempSync(join(tmpdir(), 'onethread-image-')), 'disk.img');
    execFileSync('truncate', ['-s', '16M', image]);
    execFileSync('mkfs.ext4', ['-q', image]);
    mount('-o', 'loop', image);
    const rig = await storeRig(volume);
    try {
      const account = newAccount();
      const key = newKey();
      const { history } = valueOf(await rig.histories.open(account, key, 50));
      valueOf(await history.commit({ enqueue: [outgoing(clientId(1))] }));
      unmount('-l');
      expect(await history.commit({ enqueue: [outgoing(clientId(2))] })).toEqual(failed);
      expect(keysOf(valueOf(await history.page(null, 5)).messages)).toEqual([clientId(1)]);
      await history.close();
      mount('-o', 'loop', image);
      const again = valueOf(await rig.histories.open(account, key, 50));
      expect(keysOf(again.page.messages)).toEqual([clientId(1)]);
      await again.history.close();
    } finally {
      await rig.dispose();
      unmount('-l');
      copyFileSync('/dev/null', image);
      rmSync(join(image, '..'), { recursive: true });
    }
  });
});
