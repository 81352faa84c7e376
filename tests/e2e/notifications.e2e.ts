import { startKeyring } from '../keyring-session.ts';
import { Business } from './harness/business.ts';
import { NotificationDaemon } from './harness/notification-daemon.ts';
import { ana } from './harness/people.ts';
import { expect, test } from './harness/story.ts';
import type { KeyringSession } from '../keyring-session.ts';

let bus: KeyringSession;
let daemon: NotificationDaemon;
test.beforeEach(async () => {
  bus = await startKeyring({ password: 'a password for one test' });
  daemon = await NotificationDaemon.start(bus);
});
test.afterEach(async () => {
  await daemon.stop();
  await bus.stop();
});

test('R-12 a message that comes while nobody looks is told without its words, opens with a click, and is taken away with its session', async ({
  service,
  newDevice,
}) => {
  const business = new Business(service);
  const device = await newDevice('desk', { keyring: bus });
  await device.signIn(ana);
  await device.write('Is my parcel there?');
  await device.waitUntilSent('Is my parcel there?');
  const conversation = await business.conversationOf(ana.userId);

  await business.say(conversation, 'Not yet.');
  await device.waitForMessage('Not yet.');
  expect(daemon.shown()).toEqual([]);
  const unread = async () => {
    const view = await device.page.evaluate(() => globalThis.smooch.getView());
    return view.ok ? view.value.unreadCount : -1;
  };
  await expect.poll(unread).toBe(0);

  await device.lookAway();
  await business.say(conversation, 'Now it is: the canary in a cage.');
  const told = await daemon.newest();
  expect(told).toMatchObject({ body: 'New message' });
  await daemon.click(told);
  await expect.poll(() => device.page.evaluate('document.hasFocus()')).toBe(true);
  await device.waitForMessage('Now it is: the canary in a cage.');
  await expect(device.page.locator('[data-key]:focus')).toContainText('the canary in a cage');

  await device.lookAway();
  await business.say(conversation, 'And one more.');
  await expect.poll(() => daemon.shown().length).toBe(2);
  await device.lookBack();
  await expect.poll(() => daemon.closed()).toContain(2);

  await device.lookAway();
  await business.say(conversation, 'The last one.');
  await expect.poll(() => daemon.shown().length).toBe(3);
  // By the business's revocation of the session, a policy, or another window: without anybody at this one.
  // The page goes with the session, and its answer with it.
  await device.page.evaluate(() => globalThis.smooch.logout()).catch(() => undefined);
  await expect.poll(() => daemon.closed()).toContain(3);
  expect(JSON.stringify(daemon.shown())).not.toMatch(/canary|parcel|ana@/);
});
