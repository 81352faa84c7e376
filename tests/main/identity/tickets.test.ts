import { describe, expect, it } from 'vitest';
import { AppId, ClientId, type AccountId } from '../../../contract/ids.ts';
import { Notes } from '../../../main/identity/notes.ts';
import { Tickets } from '../../../main/identity/tickets.ts';
import type { KnownSpeaker } from '../../../main/ports/service.ts';
import { SettingsNoteList } from '../../../main/settings/note-list.ts';
import { Settings } from '../../../main/settings/settings.ts';
import { ManualClock, settle } from '../../fakes/clock.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { seededRandom } from '../../fakes/random.ts';
import { FakeDevice, ServiceWorld } from '../../fakes/service.ts';
import { MemorySettingsFile } from '../../fakes/settings.ts';
import { MemoryVault } from '../../fakes/vault.ts';

const day = 24 * 3_600_000;

/** A machine that people sign out of; `restart` keeps the disk and the keychain. */
class Machine {
  readonly world = new ServiceWorld();
  readonly net = new FakeDevice(this.world);
  readonly clock = new ManualClock();
  readonly vault = new MemoryVault();
  readonly file = new MemorySettingsFile();
  readonly log = new RecordingLog();
  readonly random = seededRandom(7);
  configUrl = 'https://service.example/sdk/';
  mayKeep = true;
  tickets = this.#assemble();

  #assemble(): Tickets {
    const { net: service, clock, vault, random, log } = this;
    const settings = new Settings({ file: this.file, log });
    const address = () => ({ configUrl: this.configUrl, appId: AppId.parse('app') });
    const list = new SettingsNoteList({ settings, address });
    const notes = new Notes({ vault, list, random, mayKeep: () => this.mayKeep });
    return new Tickets({ notes, service, clock, random, log });
  }

  restart(): void {
    this.tickets.dispose();
    this.tickets = this.#assemble();
  }

  /** Somebody the service knows on this device. */
  async guest(number = 1): Promise<KnownSpeaker> {
    const clientId = ClientId.parse(String(number).repeat(32).slice(0, 32));
    const created = await this.net.createUser({ clientId, userId: null, credential: null }, {});
    if (!created.ok) throw new Error('not created');
    const { appUserId, sessionToken } = created.value;
    return {
      clientId,
      userId: null,
      appUserId,
      credential: { kind: 'session', sessionToken: sessionToken ?? '' },
    };
  }

  isDetached({ appUserId }: KnownSpeaker): boolean {
    return this.world.user(appUserId).clients.size === 0;
  }

  get logouts(): number {
    return this.net.calls.filter((call) => call === 'logout').length;
  }

  get listed(): unknown {
    return (this.file.raw as { notes?: unknown }).notes ?? [];
  }
}

describe('A ticket', () => {
  it('is told at once where the service is in reach, and leaves nothing behind', async () => {
    const machine = new Machine();
    const ana = await machine.guest();
    expect(await machine.tickets.keep(ana)).toBe(true);
    expect(await machine.tickets.deliver()).toBe('told');
    expect(machine.isDetached(ana)).toBe(true);
    expect([machine.vault.items.size, machine.listed, machine.clock.scheduled]).toEqual([0, [], 0]);
  });

  it('outlasts a restart without the network, and is told after it', async () => {
    const machine = new Machine();
    const ana = await machine.guest();
    machine.net.goOffline();
    await machine.tickets.keep(ana);
    expect(await machine.tickets.deliver()).toBe('later');
    machine.restart();
    machine.net.goOnline();
    expect(await machine.tickets.deliver()).toBe('told');
    expect(machine.isDetached(ana)).toBe(true);
    expect([machine.vault.items.size, machine.listed]).toEqual([0, []]);
  });

  it('is tried again by itself, less and less often, until it is told', async () => {
    const machine = new Machine();
    const ana = await machine.guest();
    machine.net.goOffline();
    await machine.tickets.keep(ana);
    await machine.tickets.deliver();
    await machine.clock.advance(day);
    // Half a minute at first, an hour at last, each with up to half of it less.
    expect(machine.logouts).toBeGreaterThan(24);
    expect(machine.logouts).toBeLessThan(60);
    machine.net.goOnline();
    await machine.clock.advance(3_600_000);
    expect(machine.isDetached(ana)).toBe(true);
    expect(machine.clock.scheduled).toBe(0);
  });

  it('K-02 says nothing readable on the disk, and in the keychain no more than it takes', async () => {
    const machine = new Machine();
    const ana = { ...(await machine.guest()), userId: 'ana@example.com' as never };
    machine.net.goOffline();
    await machine.tickets.keep(ana);
    await machine.tickets.deliver();
    const token = ana.credential.kind === 'session' ? ana.credential.sessionToken : '';
    const onDisk = JSON.stringify(machine.file.raw);
    for (const secret of [token, ana.clientId, ana.appUserId, 'ana@']) expect(onDisk).not.toContain(secret);
    expect(JSON.stringify(machine.log.lines)).not.toContain(token);
    const [sealed = ''] = machine.vault.items.values();
    expect(Object.keys(JSON.parse(sealed) as object)).toEqual([
      ...['version', 'keptAt', 'clientId', 'appUserId', 'credential'],
    ]);
    expect(sealed).not.toContain('ana@');
  });

  it('goes if the service takes nothing from its credential any more', async () => {
    const machine = new Machine();
    const ana = await machine.guest();
    await machine.tickets.keep(ana);
    machine.world.revokeTokens(machine.world.user(ana.appUserId));
    expect(await machine.tickets.deliver()).toBe('told');
    expect([machine.vault.items.size, machine.listed]).toEqual([0, []]);
  });

  it('stays for any other refusal, and goes after a month of them', async () => {
    const machine = new Machine();
    await machine.tickets.keep(await machine.guest());
    machine.net.refuseNext('logout', { kind: 'rejected', code: 'http_400', description: '' });
    expect(await machine.tickets.deliver()).toBe('later');
    machine.net.goOffline();
    await machine.clock.advance(29 * day);
    expect(machine.vault.items.size).toBe(1);
    await machine.clock.advance(2 * day);
    expect([machine.vault.items.size, machine.listed, machine.clock.scheduled]).toEqual([0, [], 0]);
  });

  it('D-11 is told, though the clock was set ahead by years meanwhile', async () => {
    const machine = new Machine();
    const ana = await machine.guest();
    await machine.tickets.keep(ana);
    machine.clock.jump(400 * day);
    expect(await machine.tickets.deliver()).toBe('told');
    expect(machine.isDetached(ana)).toBe(true);
  });

  it.each(['locked', 'denied', 'unavailable', 'timeout'] as const)(
    'lasts as long as the run if the keychain is %s',
    async (state) => {
      const machine = new Machine();
      const ana = await machine.guest();
      machine.vault.state = state;
      expect(await machine.tickets.keep(ana)).toBe(false);
      await machine.tickets.deliver();
      expect(machine.isDetached(ana)).toBe(true);
      machine.vault.state = 'open';
      expect(await machine.tickets.deliver()).toBe('told');
      expect([machine.vault.items.size, machine.listed]).toEqual([0, []]);
    },
  );

  it('waits for a keychain that is locked only now, and is told once it is open', async () => {
    const machine = new Machine();
    const ana = await machine.guest();
    machine.net.goOffline();
    await machine.tickets.keep(ana);
    machine.restart();
    machine.net.goOnline();
    machine.vault.state = 'locked';
    expect(await machine.tickets.deliver()).toBe('later');
    expect(machine.isDetached(ana)).toBe(false);
    machine.vault.state = 'open';
    await machine.clock.advance(60_000);
    expect(machine.isDetached(ana)).toBe(true);
  });

  it('is never written where nothing may outlast the run', async () => {
    const machine = new Machine();
    machine.mayKeep = false;
    const ana = await machine.guest();
    machine.net.goOffline();
    expect(await machine.tickets.keep(ana)).toBe(false);
    await machine.tickets.deliver();
    expect([machine.vault.calls, machine.file.saves]).toEqual([[], 0]);
    machine.net.goOnline();
    await machine.clock.advance(60_000);
    expect(machine.isDetached(ana)).toBe(true);
  });

  it('of another service waits until the app is pointed there again', async () => {
    const machine = new Machine();
    await machine.tickets.keep(await machine.guest());
    machine.configUrl = 'https://other.example/sdk/';
    expect(await machine.tickets.deliver()).toBe('told');
    expect([machine.logouts, machine.vault.items.size]).toEqual([0, 1]);
    machine.configUrl = 'https://service.example/sdk/';
    await machine.tickets.deliver();
    expect([machine.logouts, machine.vault.items.size]).toEqual([1, 0]);
  });

  it('that cannot be read is none', async () => {
    const machine = new Machine();
    await machine.tickets.keep(await machine.guest());
    const [id] = machine.vault.items.keys();
    machine.vault.items.set(id as AccountId, '{"version":9}');
    expect(await machine.tickets.deliver()).toBe('told');
    expect([machine.logouts, machine.vault.items.size, machine.listed]).toEqual([0, 0, []]);
  });
});

describe('Several tickets', () => {
  it('are told one round at a time, and one kept during a round is told in the next', async () => {
    const machine = new Machine();
    const [ana, bo] = [await machine.guest(1), await machine.guest(2)];
    await machine.tickets.keep(ana);
    const hold = machine.net.holdNext('logout');
    const first = machine.tickets.deliver();
    await hold.arrived;
    await machine.tickets.keep(bo);
    const later = [machine.tickets.deliver(), machine.tickets.deliver()];
    await settle();
    expect(machine.logouts).toBe(1);
    hold.release();
    expect(await Promise.all([first, ...later])).toEqual(['told', 'told', 'told']);
    expect([machine.logouts, machine.isDetached(ana), machine.isDetached(bo)]).toEqual([2, true, true]);
  });

  it('keep a caller waiting no longer than asked', async () => {
    const machine = new Machine();
    const ana = await machine.guest();
    await machine.tickets.keep(ana);
    const hold = machine.net.holdNext('logout', 'request');
    const told = machine.tickets.deliver(1_500);
    await hold.arrived;
    await machine.clock.advance(1_500);
    expect(await told).toBe('later');
    hold.release();
    await machine.clock.advance(0);
    expect(machine.isDetached(ana)).toBe(true);
  });
});

describe('A round while a ticket is being kept', () => {
  it('K-01 does not take it for one that is gone', async () => {
    const machine = new Machine();
    const ana = await machine.guest();
    let write = (): void => undefined;
    const slowly = new Promise<void>((done) => (write = done));
    const atOnce = machine.vault.write.bind(machine.vault);
    machine.vault.write = (...item) => slowly.then(() => atOnce(...item));
    const kept = machine.tickets.keep(ana);
    await settle();
    await machine.tickets.deliver();
    write();
    expect(await kept).toBe(true);
    expect(machine.listed).toHaveLength(machine.vault.items.size);
    await machine.tickets.deliver();
    expect([machine.isDetached(ana), machine.vault.items.size, machine.listed]).toEqual([true, 0, []]);
  });
});

describe('A kill', () => {
  it.each([0, 1, 2, 3])(
    'K-01 after %i calls of the keychain leaves nothing in it that nobody knows of',
    async (calls) => {
      const machine = new Machine();
      const ana = await machine.guest();
      let left = calls;
      const { vault } = machine;
      for (const name of ['read', 'write', 'erase'] as const) {
        const call = vault[name].bind(vault) as (...all: readonly unknown[]) => Promise<never>;
        Object.assign(vault, {
          [name]: (...all: readonly unknown[]) => (left-- > 0 ? call(...all) : new Promise(() => undefined)),
        });
      }
      void machine.tickets.keep(ana).then(() => machine.tickets.deliver());
      await settle();
      const listed = machine.listed as readonly { readonly id: string }[];
      const known = new Set(listed.map(({ id }) => id));
      expect([...vault.items.keys()].filter((id) => !known.has(id))).toEqual([]);
      left = Infinity;
      machine.restart();
      await machine.tickets.deliver();
      expect([vault.items.size, machine.listed]).toEqual([0, []]);
    },
  );
});
