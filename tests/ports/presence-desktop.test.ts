import { spawn, spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hearDesktopLock } from '../../main/adapters/desktop-lock-dbus.ts';
import { createPresence } from '../../main/adapters/presence-desktop.ts';
import { RecordingLog } from '../fakes/log.ts';

describe('Presence by powerMonitor', () => {
  const make = () => {
    const power = Object.assign(new EventEmitter(), { getSystemIdleTime: () => 42 });
    const presence = createPresence({
      powerMonitor: power,
      platform: 'darwin',
      env: {},
      log: new RecordingLog(),
    });
    return { power, presence };
  };

  it('tells the system’s idle time', () => {
    expect(make().presence.idleSeconds()).toBe(42);
  });

  it('A-10 hears the screen being locked, the machine going to sleep and another desktop in front', () => {
    const { power, presence } = make();
    let heard = 0;
    const undo = presence.onSystemLock(() => (heard += 1));
    for (const event of ['lock-screen', 'suspend', 'user-did-resign-active']) power.emit(event);
    for (const event of ['unlock-screen', 'resume']) power.emit(event);
    expect(heard).toBe(3);
    undo();
    power.emit('lock-screen');
    expect(heard).toBe(3);
  });
});

describe.runIf(process.platform === 'linux')('A Linux desktop that is locked', () => {
  let folder: string;
  let address: string;
  let daemon: ReturnType<typeof spawn>;
  let stop = (): void => undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'onethread-bus-'));
    address = `unix:path=${join(folder, 'bus')}`;
    daemon = spawn(
      'dbus-daemon',
      [
        '--config-file=/usr/share/dbus-1/session.conf',
        '--nofork',
        '--print-address=1',
        `--address=${address}`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    if (daemon.stdout !== null) await once(daemon.stdout, 'data');
  });
  afterEach(() => stop());
  afterAll(() => {
    daemon.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const send = (path: string, signal: string, ...words: string[]): void => {
    const { status } = spawnSync('dbus-send', ['--session', '--type=signal', path, signal, ...words], {
      env: { ...process.env, DBUS_SESSION_BUS_ADDRESS: address },
    });
    expect(status).toBe(0);
  };
  const listen = async (env: Record<string, string>): Promise<{ readonly heard: () => number }> => {
    let locks = 0;
    stop = await hearDesktopLock({ env, log: new RecordingLog(), onLock: () => (locks += 1) });
    return { heard: () => locks };
  };
  const lockGnome = (): void =>
    send('/org/gnome/ScreenSaver', 'org.gnome.ScreenSaver.ActiveChanged', 'boolean:true');

  it.each(['freedesktop', 'gnome', 'cinnamon', 'mate', 'xfce'])('A-10 is heard from %s', async (desktop) => {
    const { heard } = await listen({ DBUS_SESSION_BUS_ADDRESS: address });
    send(`/org/${desktop}/ScreenSaver`, `org.${desktop}.ScreenSaver.ActiveChanged`, 'boolean:true');
    await expect.poll(heard).toBe(1);
  });

  it('is not confused with one that is unlocked, nor with anything else', async () => {
    const { heard } = await listen({ DBUS_SESSION_BUS_ADDRESS: address });
    send('/org/gnome/ScreenSaver', 'org.gnome.ScreenSaver.ActiveChanged', 'boolean:false');
    send('/org/gnome/ScreenSaver', 'org.gnome.ScreenSaver.WakeUpScreen');
    send('/x', 'org.example.Other.ActiveChanged', 'boolean:true');
    // The bus keeps the order: what is heard is the last one alone.
    lockGnome();
    await expect.poll(heard).toBeGreaterThan(0);
    expect(heard()).toBe(1);
  });

  it('A-10 is heard from logind, of this login and of no other', async () => {
    const buses = { DBUS_SESSION_BUS_ADDRESS: address, DBUS_SYSTEM_BUS_ADDRESS: address };
    const { heard } = await listen({ ...buses, XDG_SESSION_ID: '3' });
    const lock = (session: string): void =>
      send(`/org/freedesktop/login1/session/${session}`, 'org.freedesktop.login1.Session.Lock');
    lock('_34');
    lock('_33');
    await expect.poll(heard).toBeGreaterThan(0);
    expect(heard()).toBe(1);
  });

  it('is not heard where there is no bus, and that is no failure', async () => {
    const log = new RecordingLog();
    const nowhere = `unix:path=${join(folder, 'none')}`;
    const env = { DBUS_SESSION_BUS_ADDRESS: nowhere, DBUS_SYSTEM_BUS_ADDRESS: nowhere, XDG_SESSION_ID: '3' };
    stop = await hearDesktopLock({ env, log, onLock: () => undefined });
    expect(log.about('presence.desktopLock')).toMatchObject([{ fields: { heardFrom: 0 } }]);
  });
});
