import { startKeyring, type KeyringSession } from '../keyring-session.ts';
import { Business } from './harness/business.ts';
import { ana } from './harness/people.ts';
import { expect, test } from './harness/story.ts';
import { TrayHost } from './harness/tray-host.ts';

let bus: KeyringSession;
test.beforeEach(async () => {
  bus = await startKeyring({ password: 'a password for one test' });
});
test.afterEach(() => bus.stop());

test('a closed window goes on in the tray, which counts what is unread and brings it back', async ({
  service,
  newDevice,
}) => {
  const tray = await TrayHost.start(bus);
  const business = new Business(service);
  const device = await newDevice('desk', { keyring: bus });
  await device.signIn(ana);
  await device.write('I go for lunch.');
  await device.waitUntilSent('I go for lunch.');
  await expect.poll(() => tray.icon()).not.toBeNull();

  const close = () =>
    device.running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  const isVisible = () =>
    device.running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
  await close();
  await expect.poll(isVisible).toBe(false);
  await business.say(await business.conversationOf(ana.userId), 'Enjoy your meal.');
  await expect.poll(() => tray.toolTip()).toContain('1 unread');
  expect(await tray.toolTip()).not.toMatch(/meal|ana/i);
  tray.click();
  await expect.poll(isVisible).toBe(true);
  await device.waitForMessage('Enjoy your meal.');
  expect(await device.quit()).toBe('quit');
  await tray.stop();
});

test('a closed window is the end of the app where there is no tray to bring it back from', async ({
  newDevice,
}) => {
  const device = await newDevice('desk');
  const { app, pid } = device.running;
  const gone = app.waitForEvent('close');
  await app.evaluate(({ BrowserWindow }) => setImmediate(() => BrowserWindow.getAllWindows()[0]?.close()));
  await gone;
  await expect(async () => expect(() => process.kill(pid, 0)).toThrow()).toPass();
});
