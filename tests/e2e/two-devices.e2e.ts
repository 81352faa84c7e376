import { ana } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

test.describe('One customer on two devices', () => {
  test.use({ serviceOptions: { autoReply: true } });

  test('reads the same thread on both, whichever of them writes', async ({ newDevice }) => {
    const desk = await newDevice('desk');
    await desk.picture('1-first-start');
    await desk.signIn(ana);
    await desk.write('Good morning! Is my order on its way?');
    await desk.waitUntilSent('Good morning! Is my order on its way?');
    await expect.poll(async () => (await desk.messages()).some(({ own }) => !own)).toBe(true);
    await desk.picture('2-answered');

    const laptop = await newDevice('laptop');
    await laptop.useTheme('Dark');
    await laptop.signIn(ana);
    await laptop.waitForMessage('Good morning! Is my order on its way?');
    await expect.poll(() => laptop.texts()).toEqual(await desk.texts());
    await laptop.picture('3-the-thread-is-there');

    await laptop.write('I am on the train now.');
    await desk.waitForMessage('I am on the train now.');
    await desk.write('And this was written at the desk.');
    await laptop.waitForMessage('And this was written at the desk.');

    const own = async (device: typeof desk) =>
      (await device.messages()).filter((message) => message.own).map(({ text }) => text);
    const written = [
      'Good morning! Is my order on its way?',
      'I am on the train now.',
      'And this was written at the desk.',
    ];
    expect(await own(desk)).toEqual(written);
    expect(await own(laptop)).toEqual(written);
    // The business answers in its own time; at the end both show the same, once and in one order.
    await expect(async () => {
      const shown = await desk.texts();
      expect(shown.length).toBeGreaterThan(written.length + 1);
      expect(await laptop.texts()).toEqual(shown);
    }).toPass({ timeout: 30_000 });
    await desk.picture('4-both-the-same');
    await laptop.picture('4-both-the-same');
  });
});
