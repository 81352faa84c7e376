import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AccountId } from '../../../contract/ids.ts';
import { nodeSealing } from '../../../main/adapters/sealing-node.ts';
import { PassphraseVault } from '../../../main/identity/passphrase-vault.ts';
import { ManualClock, settle } from '../../fakes/clock.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { FakeSealing } from '../../fakes/sealing.ts';
import { MemorySettingsFile } from '../../fakes/settings.ts';
import { account, describeVault } from '../../ports/vault-suite.ts';

// Outside Electron, its package only tells where a binary would be, and would download one to be able to.
process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= '/nonexistent';
const { createKeysFile } = await import('../../../main/adapters/settings-electron-store.ts');

const right = 'correct horse';
const ok = { ok: true, value: undefined };
const wrong = (retryAfterMs: number): object => ({
  ok: false,
  failure: { kind: 'wrongPasscode', retryAfterMs },
});
const notStored = { ok: false, failure: { kind: 'storage', reason: 'failed' } };

/** One disk, and the vault as a fresh start of the app has it. */
class Machine {
  readonly file = new MemorySettingsFile();
  readonly sealing = new FakeSealing();
  readonly log = new RecordingLog();
  clock = new ManualClock();
  vault = this.start();

  start(): PassphraseVault {
    this.clock = new ManualClock();
    this.vault = new PassphraseVault(this);
    return this.vault;
  }

  static async opened(): Promise<Machine> {
    const machine = new Machine();
    expect(await machine.vault.create(right)).toEqual(ok);
    return machine;
  }

  async miss(times: number): Promise<unknown> {
    let last: unknown;
    for (let tries = 0; tries < times; tries++) {
      await this.clock.advance(15 * 60_000);
      last = await this.vault.unlock('wrong horse');
    }
    return last;
  }

  get wrongTries(): unknown {
    return (this.file.raw as { wrongTries: unknown }).wrongTries;
  }
}

describeVault(
  'PassphraseVault, open',
  async () => {
    const { vault } = await Machine.opened();
    return {
      vault,
      bring: async () => undefined,
      heal: async () => undefined,
      close: async () => vault.dispose(),
    };
  },
  [],
);

describe('PassphraseVault', () => {
  it('is none until a passphrase was chosen, and open from then on', async () => {
    const { vault, file } = new Machine();
    expect(vault.status).toBe('none');
    expect(await vault.read(account('1'))).toEqual({ kind: 'absent' });
    expect(await vault.write(account('1'), 'secret')).toEqual({ kind: 'unavailable' });
    expect(file.saves).toBe(0);
    expect(await vault.create(right)).toEqual(ok);
    expect(vault.status).toBe('open');
    expect(await vault.write(account('1'), 'secret')).toEqual({ kind: 'written' });
  });

  it('wants eight characters, however many bytes they are', async () => {
    const tooShort = { ok: false, failure: { kind: 'passcodeTooShort', atLeast: 8 } };
    for (const short of ['', 'a', '1234567', '😀😀😀😀', 'e\u0301e\u0301e\u0301e\u0301']) {
      const { vault, file } = new Machine();
      expect(await vault.create(short)).toEqual(tooShort);
      expect([vault.status, file.saves]).toEqual(['none', 0]);
    }
    for (const enough of ['12345678', 'é'.repeat(8)]) {
      expect(await new Machine().vault.create(enough)).toEqual(ok);
    }
  });

  it('K-04 is shut at the next start, says so to whoever reads or writes, and gives all back once unlocked', async () => {
    const machine = await Machine.opened();
    await machine.vault.write(account('1'), 'secret');
    const vault = machine.start();
    expect(vault.status).toBe('shut');
    for (const one of [account('1'), account('2')]) {
      expect(await vault.read(one)).toEqual({ kind: 'locked' });
      expect(await vault.write(one, 'other')).toEqual({ kind: 'locked' });
    }
    expect([vault.holds(account('1')), vault.holds(account('2'))]).toEqual([true, false]);
    expect(await vault.unlock(right)).toEqual(ok);
    expect(vault.status).toBe('open');
    expect(await vault.read(account('1'))).toEqual({ kind: 'found', secret: 'secret' });
    expect(await vault.read(account('2'))).toEqual({ kind: 'absent' });
  });

  it('stays shut for a wrong passphrase, and as it was for one that is tried while open', async () => {
    const machine = await Machine.opened();
    await machine.vault.write(account('1'), 'secret');
    expect(await machine.vault.unlock('wrong horse')).toEqual(wrong(0));
    expect(machine.vault.status).toBe('open');
    const vault = machine.start();
    expect(await vault.unlock('wrong horse')).toEqual(wrong(0));
    expect(vault.status).toBe('shut');
    expect(await vault.read(account('1'))).toEqual({ kind: 'locked' });
  });

  it('erases while shut, so that nobody has to know a passphrase to leave', async () => {
    const machine = await Machine.opened();
    await machine.vault.write(account('1'), 'secret');
    await machine.vault.write(account('2'), 'other');
    const vault = machine.start();
    expect(await vault.erase(account('1'))).toEqual({ kind: 'erased' });
    expect(JSON.stringify(machine.file.raw)).not.toContain(account('1'));
    await vault.unlock(right);
    expect(await vault.read(account('1'))).toEqual({ kind: 'absent' });
    expect(await vault.read(account('2'))).toEqual({ kind: 'found', secret: 'other' });
  });

  it('answers denied where the disk takes nothing, and keeps what was there', async () => {
    const machine = await Machine.opened();
    await machine.vault.write(account('1'), 'first');
    machine.file.refusesToSave = true;
    expect(await machine.vault.write(account('1'), 'second')).toEqual({ kind: 'denied' });
    expect(await machine.vault.erase(account('1'))).toEqual({ kind: 'denied' });
    expect(await machine.vault.read(account('1'))).toEqual({ kind: 'found', secret: 'first' });
    expect(await new Machine().vault.create('short')).toMatchObject({ ok: false });
    const full = new Machine();
    full.file.refusesToSave = true;
    expect(await full.vault.create(right)).toEqual(notStored);
    expect(full.vault.status).toBe('none');
  });

  it('K-05 believes no disk that says it has kept an item and has not', async () => {
    const machine = await Machine.opened();
    await machine.vault.write(account('1'), 'first');
    machine.file.save = () => true;
    expect(await machine.vault.write(account('1'), 'second')).toEqual({ kind: 'unavailable' });
    expect(await machine.vault.erase(account('1'))).toEqual({ kind: 'unavailable' });
    const lying = new Machine();
    lying.file.save = () => true;
    expect(await lying.vault.create(right)).toEqual(notStored);
    expect(lying.vault.status).not.toBe('open');
  });

  it('opens no item in the place of another, and none that was changed', async () => {
    const machine = await Machine.opened();
    await machine.vault.write(account('1'), 'of one');
    await machine.vault.write(account('2'), 'of two');
    const raw = machine.file.raw as { items: Record<string, string> };
    const { [account('1')]: one = '', [account('2')]: two = '' } = raw.items;
    machine.file.save({ ...raw, items: { [account('1')]: two, [account('2')]: one.replace(/.$/, 'x') } });
    const vault = machine.start();
    await vault.unlock(right);
    expect(await vault.read(account('1'))).toEqual({ kind: 'unavailable' });
    expect(await vault.read(account('2'))).toEqual({ kind: 'unavailable' });
  });

  it('says nothing about accounts, secrets or passphrases to the log', async () => {
    const machine = await Machine.opened();
    await machine.vault.write(account('1'), 'secret');
    await machine.miss(5);
    expect(machine.log.lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(machine.log.lines)).not.toMatch(/secret|1111|horse/);
  });
});

describe('A passphrase that is guessed', () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 1_000],
    [4, 2_000],
    [5, 4_000],
    [12, 512_000],
    [13, 900_000],
    [40, 900_000],
  ])('wrongly %i times is waited for after that for %i ms', async (times, waitMs) => {
    const machine = await Machine.opened();
    machine.start();
    expect(await machine.miss(times)).toEqual(wrong(waitMs));
  });

  it('counts only after the wait: before it, not even the right one, and the guess is not looked at', async () => {
    const machine = await Machine.opened();
    const vault = machine.start();
    await machine.miss(4);
    const { derived } = machine.sealing;
    await machine.clock.advance(500);
    expect(await vault.unlock(right)).toEqual(wrong(1_500));
    await machine.clock.advance(1_499);
    expect(await vault.unlock(right)).toEqual(wrong(1));
    expect([machine.sealing.derived, machine.wrongTries]).toEqual([derived, 4]);
    await machine.clock.advance(1);
    expect(await vault.unlock(right)).toEqual(ok);
  });

  it('starts at nothing again once it was right', async () => {
    const machine = await Machine.opened();
    const vault = machine.start();
    await machine.miss(4);
    await machine.clock.advance(2_000);
    await vault.unlock(right);
    expect(machine.wrongTries).toBe(0);
    expect(await machine.miss(2)).toEqual(wrong(0));
  });

  it('is waited for in full after a restart, however often', async () => {
    const machine = await Machine.opened();
    machine.start();
    await machine.miss(5);
    for (let restart = 0; restart < 3; restart++) {
      await machine.clock.advance(3_999);
      const vault = machine.start();
      expect(await vault.unlock(right)).toEqual(wrong(4_000));
    }
    await machine.clock.advance(4_000);
    expect(await machine.vault.unlock(right)).toEqual(ok);
  });

  it('gains nothing by a wall clock that is set', async () => {
    const machine = await Machine.opened();
    const vault = machine.start();
    await machine.miss(4);
    machine.clock.jump(86_400_000);
    expect(await vault.unlock(right)).toEqual(wrong(1));
    machine.clock.jump(-2 * 86_400_000);
    expect(await vault.unlock(right)).toEqual(wrong(2_000));
    await machine.clock.advance(2_000);
    expect(await vault.unlock(right)).toEqual(ok);
  });

  it('a hundred times at once is guessed three times', async () => {
    const machine = await Machine.opened();
    const vault = machine.start();
    const { derived } = machine.sealing;
    const answers = Array.from({ length: 100 }, (_, at) => vault.unlock(`guess ${at}`));
    await Promise.all(answers);
    expect(machine.sealing.derived - derived).toBe(3);
  });

  it('has been counted before it is judged', async () => {
    const machine = await Machine.opened();
    const vault = machine.start();
    let judge: (key: string) => void = () => undefined;
    machine.sealing.derive = () => new Promise((resolve) => (judge = resolve));
    void vault.unlock('wrong horse');
    await settle();
    expect(machine.wrongTries).toBe(1);
    judge('0'.repeat(64));
  });

  it('on a disk that takes nothing is counted until quit', async () => {
    const machine = await Machine.opened();
    machine.start();
    machine.file.refusesToSave = true;
    expect(await machine.miss(4)).toEqual(wrong(2_000));
  });

  it('leaves no timer behind when the vault is disposed of', async () => {
    const machine = await Machine.opened();
    const vault = machine.start();
    await machine.miss(4);
    expect(machine.clock.scheduled).toBe(1);
    vault.dispose();
    expect([machine.clock.scheduled, vault.status]).toEqual([0, 'shut']);
  });
});

describe('A file of keys that cannot be understood', () => {
  const spoiled: Record<string, (file: MemorySettingsFile) => void> = {
    'it is unreadable': (file) => {
      file.save({});
      file.setAside = true;
    },
    'it is of a version to come': (file) => file.save({ ...(file.raw as object), version: 2 }),
    'it is something else': (file) => file.save({ theme: 'dark' }),
    'an account in it has no proper name': (file) =>
      file.save({ ...(file.raw as object), items: { bob: 'x' } }),
    'its recipe would take hours': (file) =>
      file.save({
        ...(file.raw as object),
        recipe: { salt: '0'.repeat(32), cost: { N: 2 ** 30, r: 8, p: 1 } },
      }),
  };

  for (const [how, spoil] of Object.entries(spoiled)) {
    it(`because ${how} is left as it is, and nothing is said to be absent from it`, async () => {
      const machine = await Machine.opened();
      await machine.vault.write(account('1'), 'secret');
      spoil(machine.file);
      const { raw } = machine.file;
      const { saves } = machine.file;
      const vault = machine.start();
      expect(vault.status).toBe('shut');
      expect(vault.holds(account('1'))).toBe('unknown');
      expect(await vault.create(right)).toEqual(notStored);
      expect(await vault.unlock(right)).toEqual(notStored);
      expect(await vault.read(account('1'))).toEqual({ kind: 'locked' });
      expect(await vault.write(account('1'), 'new')).toEqual({ kind: 'locked' });
      expect(await vault.erase(account('1'))).toEqual({ kind: 'locked' });
      expect(machine.file.raw).toEqual(raw);
      expect(machine.file.saves).toBe(saves);
    });

    it(`because ${how} makes room when the person decides so, and is kept`, async () => {
      const machine = await Machine.opened();
      spoil(machine.file);
      const { raw } = machine.file;
      const vault = machine.start();
      machine.file.refusesToSave = true;
      expect(vault.setAside()).toBe(false);
      expect(vault.status).toBe('shut');
      machine.file.refusesToSave = false;
      expect(vault.setAside()).toBe(true);
      expect(machine.start().status).toBe('none');
      expect(await machine.vault.create('another horse')).toEqual(ok);
      expect(machine.start().status).toBe('shut');
      expect(await machine.vault.unlock('another horse')).toEqual(ok);
      const { before } = machine.file.raw as { before?: unknown };
      if (Object.keys(raw as object).length > 0) expect(before).toEqual(raw);
    });
  }

  it('is one that was forgotten, too: set aside twice, the last one is kept', async () => {
    const machine = await Machine.opened();
    machine.start().setAside();
    await machine.vault.create('second horse');
    const second = { ...(machine.file.raw as Record<string, unknown>) };
    delete second['before'];
    machine.vault.setAside();
    expect(machine.file.raw).toEqual({ before: second });
    expect(machine.vault.setAside()).toBe(true);
    expect(machine.file.raw).toEqual({ before: second });
  });
});

describe('On a real disk, really sealed', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  const open = (folder: string): PassphraseVault =>
    new PassphraseVault({
      file: createKeysFile(folder),
      sealing: nodeSealing,
      clock: new ManualClock(),
      log: new RecordingLog(),
    });

  it('K-01 nothing tells who is remembered, and only the passphrase opens it again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onethread-keys-'));
    folders.push(folder);
    const record = JSON.stringify({
      userId: 'zoe@example.org',
      name: 'Zoë Canary',
      databaseKey: '5e'.repeat(32),
    });
    const vault = open(folder);
    await vault.create(right);
    expect(await vault.write(account('1'), record)).toEqual({ kind: 'written' });

    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    expect(bytes).toHaveLength(2);
    for (const form of ['utf8', 'base64', 'base64url', 'hex', 'utf16le'] as const) {
      for (const canary of ['zoe@example.org', 'Canary', '5e5e5e5e5e', right, 'userId', 'databaseKey']) {
        const looked = Buffer.from(canary).toString(form).slice(0, 12);
        for (const file of bytes) expect(file.includes(looked)).toBe(false);
      }
    }
    const again = open(folder);
    expect(await again.unlock('correct horsf')).toMatchObject({ ok: false });
    expect(await again.unlock(right)).toEqual(ok);
    expect(await again.read(account('1'))).toEqual({ kind: 'found', secret: record });
  });

  it('a damaged file is replaced by its copy, and if that is damaged too, by nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onethread-keys-'));
    folders.push(folder);
    const vault = open(folder);
    await vault.create(right);
    await vault.write(account('1'), 'secret');
    writeFileSync(join(folder, 'keys.json'), '{"half": ');
    const copied = open(folder);
    await copied.unlock(right);
    expect(await copied.read(account('1'))).toEqual({ kind: 'found', secret: 'secret' });

    for (const name of ['keys.json', 'keys.copy.json']) writeFileSync(join(folder, name), '{"half": ');
    const spoiled = open(folder);
    expect(await spoiled.create('another horse')).toEqual(notStored);
    expect(open(folder).status).toBe('shut');
    expect(readFileSync(join(folder, 'keys.json'), 'utf8')).toBe('{"half": ');
    expect(spoiled.setAside()).toBe(true);
    expect(readFileSync(join(folder, 'keys.json.bad'), 'utf8')).toBe('{"half": ');
    expect(open(folder).status).toBe('none');
  });

  it('keeps 64 kB for each of eight accounts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onethread-keys-'));
    folders.push(folder);
    const vault = open(folder);
    await vault.create(right);
    const secret = 'k'.repeat(65_536);
    const accounts = Array.from({ length: 8 }, (_, at) => AccountId.parse(String(at).padStart(32, '0')));
    for (const one of accounts) expect(await vault.write(one, secret)).toEqual({ kind: 'written' });
    const again = open(folder);
    await again.unlock(right);
    for (const one of accounts) expect(await again.read(one)).toEqual({ kind: 'found', secret });
  });
});
