import { describe, expect, it } from 'vitest';
import { Accounts } from '../../../main/identity/accounts.ts';
import { nodeRandom } from '../../../main/adapters/random-node.ts';
import type { DeviceState } from '../../../main/ports/device-state.ts';
import { FakeSealing } from '../../fakes/sealing.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { MemoryVault } from '../../fakes/vault.ts';
import { Device } from '../device.ts';

describe('A userId', () => {
  it('K-12 marks a userId without proof as not verified, and says so; one with proof is', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.login('ana@example.com');
    expect(device.view.session).toMatchObject({ kind: 'identified', verified: false });
    await device.write('hello');
    expect(device.view.session).toMatchObject({ kind: 'identified', verified: false });
    expect(device.view.notices).toContain('notVerified');

    await device.login('bo@example.com', world.jwt('bo@example.com'));
    expect(device.view.session).toMatchObject({ kind: 'identified', verified: true });
    expect(device.view.notices).not.toContain('notVerified');
  });
});

describe('An account', () => {
  const nowhere: DeviceState = {
    configured: true,
    accounts: () => [],
    active: () => null,
    erasing: () => [],
    passing: () => [],
    setPassing: () => true,
    shut: () => [],
    setShut: () => true,
    activate: () => true,
    beginErase: () => true,
    endErase: () => true,
  };

  it('R-02 draws for each account a key of its own, 32 random bytes from nothing else', () => {
    const drawn: string[] = [];
    const random = {
      ...nodeRandom,
      hex(bytes: number): string {
        const hex = nodeRandom.hex(bytes);
        if (bytes === 32) drawn.push(hex);
        return hex;
      },
    };
    const accounts = new Accounts({
      vault: new MemoryVault(),
      device: nowhere,
      random,
      sealing: new FakeSealing(),
    });
    const keys = Array.from({ length: 10_000 }, () => accounts.draw({ remember: true }).record.databaseKey);
    expect(keys).toEqual(drawn);
    expect(new Set(keys).size).toBe(10_000);
  });

  it('K-05 has its key in the keychain before there is a file, and no file where the keychain took no key', async () => {
    const device = new Device(new ServiceWorld());
    device.vault.hold();
    const started = device.start();
    await device.settle();
    expect(device.vault.waiting).toBe(1);
    expect(device.histories.disk.size).toBe(0);
    device.vault.release();
    await started;
    expect([...device.histories.disk.keys()]).toEqual([...device.vault.items.keys()]);
    expect(device.histories.disk.size).toBe(1);

    const refused = new Device(new ServiceWorld());
    refused.vault.state = 'denied';
    await refused.start();
    expect(refused.histories.disk.size).toBe(0);
  });
});
