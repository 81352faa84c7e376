import { describe, expect, it } from 'vitest';
import { AppId } from '../../contract/ids.ts';
import { ServiceWorld } from '../fakes/service.ts';
import { Device } from './device.ts';

const address = { configUrl: 'https://desk.example/sdk/', appId: AppId.parse('app1') };

describe('Pointing the app at a service', () => {
  it('keeps the address and starts anew once the service there knows the app', async () => {
    const device = new Device(new ServiceWorld());
    device.configured = false;
    await device.start();

    expect(await device.handlers.configure(address)).toEqual({ ok: true, value: undefined });
    expect(device.settingsFile.raw).toMatchObject({ service: address });
    expect(device.relaunches).toBe(1);
  });

  it('keeps nothing of an address that answers wrong, and says how', async () => {
    const device = new Device(new ServiceWorld());
    device.configured = false;
    await device.start();
    device.probeAnswer = { ok: false, failure: { kind: 'unknownApp' } };

    expect(await device.handlers.configure(address)).toEqual({ ok: false, failure: { kind: 'unknownApp' } });
    expect(device.settingsFile.raw).not.toMatchObject({ service: address });
    expect(device.relaunches).toBe(0);
  });
});

describe('The business', () => {
  it('has its name offline too, as it last presented itself', async () => {
    const device = await Device.started(new ServiceWorld());
    expect(device.view.business.name).toBe('Northwind');
    device.net.goOffline();
    await device.quitAndStart();

    expect(device.view.business.name).toBe('Northwind');
  });

  it('offers its sign-in also where the keychain keeps everything shut', async () => {
    const device = new Device(new ServiceWorld());
    device.vault.state = 'locked';
    await device.start();

    expect(device.view.session.kind).toBe('keychainTrouble');
    expect(device.view.passwordSignIn).toBe(true);
  });
});

describe('What a person chooses on a disk that takes nothing', () => {
  it('is not shown as chosen', async () => {
    const device = await Device.started(new ServiceWorld());
    const before = device.view;
    device.settingsFile.refusesToSave = true;
    const refused = { ok: false, failure: { kind: 'storage', reason: 'failed' } };
    expect([
      await device.handlers.setAppearance({ theme: 'dark' }),
      await device.handlers.setWriting({ undoSeconds: 10, enterSends: false, spelling: false }),
      await device.handlers.setNotifications({ level: 'full', sound: false }),
      await device.handlers.setDesktop({ ...before.desktop, closeToTray: false, zoom: 150 }),
    ]).toEqual([refused, refused, refused, refused]);
    expect(device.view).toEqual(before);
    // What the desktop had begun to do is undone.
    expect(device.desktops.map(({ zoom }) => zoom)).toEqual([150, 100]);
    device.settingsFile.refusesToSave = false;
    await device.handlers.setWriting({ undoSeconds: 10, enterSends: false, spelling: false });
    expect(device.view.writing).toEqual({ undoSeconds: 10, enterSends: false, spelling: false });
  });
});
