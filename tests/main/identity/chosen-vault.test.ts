import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountId } from '../../../contract/ids.ts';
import { ChosenVault } from '../../../main/identity/chosen-vault.ts';
import { PassphraseVault } from '../../../main/identity/passphrase-vault.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { FakeSealing } from '../../fakes/sealing.ts';
import { MemorySettingsFile } from '../../fakes/settings.ts';
import { MemoryVault } from '../../fakes/vault.ts';
import { account, describeVault } from '../../ports/vault-suite.ts';

const passphrase = 'correct horse';
const ok = { ok: true, value: undefined };

/** One machine: its keychain and its disk outlast a restart, the passphrase does not. */
class Machine {
  readonly os = new MemoryVault();
  readonly file = new MemorySettingsFile();
  readonly sealing = new FakeSealing();
  readonly clock = new ManualClock();
  readonly log = new RecordingLog();
  vault = this.start();

  start(): ChosenVault {
    this.vault = new ChosenVault({ os: this.os, own: new PassphraseVault(this) });
    return this.vault;
  }

  static async without(state: 'unavailable' | 'denied'): Promise<Machine> {
    const machine = new Machine();
    machine.os.state = state;
    await machine.vault.usePassphrase(passphrase);
    return machine;
  }

  /** Accounts whose item is on the disk, sealed. */
  get sealed(): readonly string[] {
    const raw = this.file.raw as { items?: Record<string, string> };
    return Object.keys(raw.items ?? {});
  }
}

/** It has a keychain, and a passphrase is open too. */
const withPassphrase = async (machine: Machine): Promise<Machine> => {
  await machine.vault.usePassphrase(passphrase);
  return machine;
};

for (const [name, make, troubles] of [
  ['without a passphrase', async () => new Machine(), ['locked', 'denied', 'unavailable', 'timeout']],
  ['with an open passphrase beside the keychain', () => withPassphrase(new Machine()), ['locked', 'timeout']],
] as const) {
  describeVault(
    `ChosenVault ${name}`,
    async () => {
      const machine = await make();
      return {
        vault: machine.vault,
        bring: async (trouble) => void (machine.os.state = trouble),
        heal: async () => void (machine.os.state = 'open'),
        close: async () => undefined,
      };
    },
    troubles,
  );
}

describe('ChosenVault', () => {
  it.each(['unavailable', 'denied'] as const)(
    'keeps secrets under the passphrase where the keychain is %s',
    async (state) => {
      const { vault, os, file } = await Machine.without(state);
      expect(await vault.read(account('1'))).toEqual({ kind: 'absent' });
      expect(await vault.write(account('1'), 'secret')).toEqual({ kind: 'written' });
      expect(await vault.read(account('1'))).toEqual({ kind: 'found', secret: 'secret' });
      expect(await vault.erase(account('1'))).toEqual({ kind: 'erased' });
      expect(await vault.read(account('1'))).toEqual({ kind: 'absent' });
      expect([os.items.size, JSON.stringify(file.raw).includes('1111')]).toEqual([0, false]);
    },
  );

  it('uses the OS keychain, and it alone, as long as that answers', async () => {
    const { vault, os, sealed } = await withPassphrase(new Machine());
    expect(await vault.write(account('1'), 'secret')).toEqual({ kind: 'written' });
    expect([os.items.get(account('1')), sealed]).toEqual(['secret', []]);
  });

  it('writes what is new under the passphrase where a keychain is open and takes nothing', async () => {
    const machine = await withPassphrase(new Machine());
    machine.os.write = async () => ({ kind: 'denied' });
    expect(await machine.vault.write(account('1'), 'secret')).toEqual({ kind: 'written' });
    expect(await machine.vault.read(account('1'))).toEqual({ kind: 'found', secret: 'secret' });
  });

  it.each(['locked', 'timeout'] as const)(
    'puts nothing elsewhere while the keychain is %s',
    async (trouble) => {
      const machine = await withPassphrase(new Machine());
      machine.os.state = trouble;
      expect(await machine.vault.write(account('1'), 'secret')).toEqual({ kind: trouble });
      expect(machine.sealed).toEqual([]);
    },
  );

  it('K-05 writes nothing elsewhere after a write that may have happened', async () => {
    const machine = await withPassphrase(new Machine());
    machine.os.write = async (one, secret) => {
      machine.os.items.set(one, secret);
      return { kind: 'unavailable' };
    };
    expect(await machine.vault.write(account('1'), 'secret')).toEqual({ kind: 'unavailable' });
    expect(machine.sealed).toEqual([]);
  });

  it('writes an item again where it is, also after the keychain has come back', async () => {
    const machine = await Machine.without('unavailable');
    await machine.vault.write(account('1'), 'first');
    machine.os.state = 'open';
    expect(await machine.vault.write(account('1'), 'second')).toEqual({ kind: 'written' });
    expect([machine.os.items.size, machine.sealed]).toEqual([0, [account('1')]]);
    expect(await machine.vault.read(account('1'))).toEqual({ kind: 'found', secret: 'second' });
  });

  it('leaves what is in the keychain to the keychain when that goes away in mid-session', async () => {
    const machine = await withPassphrase(new Machine());
    await machine.vault.write(account('1'), 'first');
    machine.os.state = 'unavailable';
    expect(await machine.vault.write(account('1'), 'second')).toEqual({ kind: 'unavailable' });
    expect(machine.sealed).toEqual([]);
    machine.start();
    await machine.vault.usePassphrase(passphrase);
    machine.os.state = 'open';
    await machine.vault.read(account('1'));
    machine.os.state = 'denied';
    expect(await machine.vault.write(account('1'), 'third')).toEqual({ kind: 'denied' });
    expect(machine.sealed).toEqual([]);
  });

  it.each(['open', 'locked', 'denied', 'unavailable', 'timeout'] as const)(
    'K-04 never calls an item absent that rests under a passphrase not given yet (keychain %s)',
    async (state) => {
      const machine = await Machine.without('unavailable');
      await machine.vault.write(account('1'), 'secret');
      const before = machine.file.raw;
      machine.os.state = state;
      const vault = machine.start();
      expect(vault.passphrase).toBe('shut');
      expect(await vault.read(account('1'))).toEqual({ kind: 'unavailable' });
      expect(await vault.write(account('1'), 'other')).toEqual({ kind: 'unavailable' });
      expect([machine.file.raw, machine.os.items.size]).toEqual([before, 0]);
      expect(await vault.usePassphrase(passphrase)).toEqual(ok);
      expect(vault.passphrase).toBe('open');
      expect(await vault.read(account('1'))).toEqual({ kind: 'found', secret: 'secret' });
    },
  );

  it('K-04 calls nothing absent, and takes nothing, beside a file of keys that cannot be understood', async () => {
    const machine = await Machine.without('unavailable');
    await machine.vault.write(account('1'), 'secret');
    machine.file.save({ ...(machine.file.raw as object), version: 2 });
    machine.os.state = 'open';
    machine.os.items.set(account('2'), 'in the keychain');
    const vault = machine.start();
    expect(await vault.read(account('1'))).toEqual({ kind: 'unavailable' });
    expect(await vault.write(account('1'), 'other')).toEqual({ kind: 'unavailable' });
    expect(await vault.erase(account('1'))).toEqual({ kind: 'locked' });
    expect(await vault.read(account('2'))).toEqual({ kind: 'found', secret: 'in the keychain' });
    expect(await vault.write(account('2'), 'again')).toEqual({ kind: 'written' });
    expect(await vault.erase(account('2'))).toEqual({ kind: 'erased' });
    expect(await vault.usePassphrase(passphrase)).toMatchObject({ failure: { kind: 'storage' } });
    expect(vault.setPassphraseAside()).toBe(true);
    expect(vault.passphrase).toBe('none');
    expect(await vault.read(account('1'))).toEqual({ kind: 'absent' });
  });

  it('does not wait for a passphrase where the item never rested under it', async () => {
    const machine = await withPassphrase(new Machine());
    await machine.vault.write(account('1'), 'in the keychain');
    const vault = machine.start();
    expect(await vault.read(account('1'))).toEqual({ kind: 'found', secret: 'in the keychain' });
    expect(await vault.read(account('2'))).toEqual({ kind: 'absent' });
    expect(await vault.write(account('2'), 'new')).toEqual({ kind: 'written' });
    expect(machine.os.items.size).toBe(2);
  });

  it('erases for certain, without the passphrase, what rested under it on a machine without a keychain', async () => {
    const machine = await Machine.without('unavailable');
    await machine.vault.write(account('1'), 'secret');
    const vault = machine.start();
    expect(await vault.erase(account('1'))).toEqual({ kind: 'erased' });
    expect(machine.sealed).toEqual([]);
  });

  it('is not sure to have erased what may be in a keychain out of reach', async () => {
    const machine = await withPassphrase(new Machine());
    await machine.vault.write(account('1'), 'secret');
    for (const state of ['unavailable', 'denied', 'locked', 'timeout'] as const) {
      machine.os.state = state;
      expect(await machine.vault.erase(account('1'))).toEqual({ kind: state });
      machine.start();
      expect(await machine.vault.erase(account('1'))).toEqual({ kind: state });
    }
    machine.os.state = 'open';
    expect(await machine.vault.erase(account('1'))).toEqual({ kind: 'erased' });
  });

  it('is not sure to have erased what the disk did not let go', async () => {
    const machine = await Machine.without('unavailable');
    await machine.vault.write(account('1'), 'secret');
    machine.os.state = 'open';
    machine.file.refusesToSave = true;
    expect(await machine.vault.erase(account('1'))).toEqual({ kind: 'denied' });
    expect(machine.sealed).toEqual([account('1')]);
  });

  it('keeps nobody waiting for another account’s keychain', async () => {
    const machine = new Machine();
    machine.os.hold();
    void machine.vault.read(account('1'));
    void machine.vault.read(account('2'));
    expect(machine.os.waiting).toBe(2);
  });
});

describe('The passphrase', () => {
  it('is chosen once and given at every start', async () => {
    const machine = new Machine();
    expect(machine.vault.passphrase).toBe('none');
    expect(await machine.vault.usePassphrase('short')).toEqual({
      ok: false,
      failure: { kind: 'passcodeTooShort', atLeast: 8 },
    });
    expect(machine.vault.passphrase).toBe('none');
    expect(await machine.vault.usePassphrase(passphrase)).toEqual(ok);
    expect(machine.vault.passphrase).toBe('open');
    expect(machine.start().passphrase).toBe('shut');
    expect(await machine.vault.usePassphrase('wrong horse')).toEqual({
      ok: false,
      failure: { kind: 'wrongPasscode', retryAfterMs: 0 },
    });
    expect(machine.vault.passphrase).toBe('shut');
    expect(await machine.vault.usePassphrase(passphrase)).toEqual(ok);
    expect(machine.vault.passphrase).toBe('open');
  });

  it('is the first of two that are chosen at once', async () => {
    const { vault } = new Machine();
    const [first, second] = await Promise.all([
      vault.usePassphrase('first horse'),
      vault.usePassphrase('second horse'),
    ]);
    expect(first).toEqual(ok);
    expect(second).toMatchObject({ failure: { kind: 'wrongPasscode' } });
  });
});

describe('ChosenVault, whatever happens', () => {
  const accounts = [account('1'), account('2'), account('3')];
  const steps = [
    'write',
    'write',
    'read',
    'read',
    'erase',
    'keychain',
    'passphrase',
    'disk',
    'restart',
  ] as const;
  const step = fc.record({
    do: fc.constantFrom(...steps),
    which: fc.constantFrom(...accounts),
    state: fc.constantFrom(...(['open', 'locked', 'denied', 'unavailable', 'timeout'] as const)),
  });
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  /** A core that writes only what is new or was read in this run, and leaves alone what it began to erase. */
  class Core extends Machine {
    readonly secrets = new Map<AccountId, string>();
    readonly doomed = new Set<AccountId>();
    #known = new Set<AccountId>();
    #count = 0;

    async take(step: Step): Promise<void> {
      if (step.do === 'keychain') this.os.state = step.state;
      else if (step.do === 'passphrase') await this.vault.usePassphrase(passphrase);
      else if (step.do === 'disk') this.file.refusesToSave = !this.file.refusesToSave;
      else if (step.do === 'restart') [this.vault, this.#known] = [this.start(), new Set()];
      else if (step.do === 'erase') await this.#erase(step.which);
      else if (this.doomed.has(step.which)) return;
      else if (step.do === 'read') await this.#read(step.which);
      else await this.#write(step.which);
      for (const one of accounts) expect(this.os.items.has(one) && this.sealed.includes(one)).toBe(false);
    }

    async #read(one: AccountId): Promise<void> {
      const answer = await this.vault.read(one);
      if (answer.kind === 'found') {
        expect(answer.secret).toBe(this.secrets.get(one));
        this.#known.add(one);
      }
      if (answer.kind !== 'absent') return;
      // An open passphrase speaks for a keychain that cannot be had; what was left in there is missing.
      expect(this.secrets.has(one) && this.os.state === 'open').toBe(false);
      expect(this.sealed).not.toContain(one);
    }

    async #write(one: AccountId): Promise<void> {
      if (this.secrets.has(one) && !this.#known.has(one)) return;
      const secret = `secret ${++this.#count}`;
      if ((await this.vault.write(one, secret)).kind !== 'written') return;
      this.secrets.set(one, secret);
      this.#known.add(one);
    }

    async #erase(one: AccountId): Promise<void> {
      this.doomed.add(one);
      this.secrets.delete(one);
      if ((await this.vault.erase(one)).kind !== 'erased') return;
      expect([this.os.items.has(one), this.sealed.includes(one)]).toEqual([false, false]);
      this.doomed.delete(one);
    }
  }

  async function live(taken: readonly Step[]): Promise<void> {
    const core = new Core();
    for (const one of taken) await core.take(one);
    core.os.state = 'open';
    core.file.refusesToSave = false;
    await core.vault.usePassphrase(passphrase);
    for (const [one, secret] of core.secrets) {
      expect(await core.vault.read(one)).toEqual({ kind: 'found', secret });
    }
  }

  it('K-04 keeps every item in one place, calls none absent that is there, and loses none', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), live), { numRuns: 500 });
  });
});
