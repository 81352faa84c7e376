import { Business } from './harness/business.ts';
import type { Device } from './harness/device.ts';
import { Ear } from './harness/ear.ts';
import { ana } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

test.use({ serviceOptions: { args: ['--webhook-reach', 'private', '--webhook-wait', '20'] } });

const unreadOf = ({ page }: Device) =>
  page.evaluate(async () => {
    const view = await globalThis.smooch.getView();
    return view.ok ? view.value.unreadCount : null;
  });
/** Both stand on one screen, and only one can have its focus. */
const turnTo = ({ running }: Device) =>
  running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.focus());
const nameOf = async (device: Device, text: string) =>
  (await device.messages()).find((message) => message.text === text)?.name ?? '';

/** Notes what a screen reader is told politely, from now on. A string, because this room has no page. */
const listen = `
  globalThis.said = [];
  const region = document.querySelector('[aria-live="polite"]');
  new MutationObserver(() => region.textContent === '' || said.push(region.textContent)).observe(region, {
    childList: true,
    characterData: true,
    subtree: true,
  });
`;

test('Typing, seen, unread and read are the same for the business and on both devices of a person', async ({
  service,
  newDevice,
}) => {
  const business = new Business(service);
  const desk = await newDevice('desk');
  await desk.signIn(ana);
  await desk.write('Is anybody there?');
  await desk.waitUntilSent('Is anybody there?');
  const laptop = await newDevice('laptop');
  await laptop.signIn(ana);
  await laptop.waitForMessage('Is anybody there?');
  const conversation = await business.conversationOf(ana.userId);
  const ear = await Ear.open(service);

  // The person types: the business hears of it once, however many keys there are, and when it is over.
  await desk.composer.pressSequentially('I wanted to ask whether', { delay: 20 });
  await expect.poll(() => ear.heard).toEqual(['typing:start']);
  await desk.composer.fill('');
  await expect.poll(() => ear.heard).toEqual(['typing:start', 'typing:stop']);
  await expect(laptop.thread.getByText(/is typing/)).toBeHidden();

  // The business types: it is shown on both, said once, and goes out. (That it goes out by itself, by a clock that a test
  // moves: tests/main/sync/sync.test.ts.)
  await desk.page.evaluate(listen);
  await business.typing(conversation, true);
  await business.typing(conversation, true);
  for (const device of [desk, laptop])
    await expect(device.thread.getByText('Mira Fernandez is typing')).toBeVisible();
  await business.typing(conversation, false);
  for (const device of [desk, laptop])
    await expect(device.thread.getByText('Mira Fernandez is typing')).toBeHidden();
  expect(await desk.page.evaluate(`said.filter((each) => each.includes('is typing')).length`)).toBe(1);

  // The business has seen it: so it says under the last own message, on both.
  await business.see(conversation);
  for (const device of [desk, laptop])
    await expect.poll(() => nameOf(device, 'Is anybody there?')).toMatch(/, seen$/);
  await desk.picture('1-seen');

  // Nobody looks: it stays unread, here and there. Then somebody looks at one of them.
  for (const device of [laptop, desk]) {
    await turnTo(device);
    await device.lookAway();
  }
  const readBefore = ear.count('conversation:read');
  await business.say(conversation, 'I am here now.');
  await business.say(conversation, 'How can I help?');
  for (const device of [desk, laptop]) {
    await device.waitForMessage('How can I help?');
    await expect.poll(() => unreadOf(device)).toBe(2);
  }
  expect(ear.count('conversation:read')).toBe(readBefore);
  await desk.lookBack();
  await expect(desk.thread.getByText('2 new messages')).toBeVisible();
  for (const device of [desk, laptop]) await expect.poll(() => unreadOf(device)).toBe(0);
  await expect.poll(() => ear.count('conversation:read')).toBe(readBefore + 1);
  await desk.picture('2-read-here');
  await laptop.lookBack();
  await laptop.picture('3-read-elsewhere');
  ear.close();
});
