import { Business } from './harness/business.ts';
import { ana } from './harness/people.ts';
import { expect, test } from './harness/story.ts';
import { startService } from '../server/running-service.ts';

test.describe('In the train', () => {
  test('four messages written offline survive the battery, and arrive once and in order', async ({
    service,
    newDevice,
  }) => {
    const laptop = await newDevice('laptop');
    await laptop.signIn(ana);
    await laptop.write('Written at home.');
    await laptop.waitUntilSent('Written at home.');
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.waitForMessage('Written at home.');

    // The service goes away as a network does: without a word.
    await service.kill();
    const written = ['One.', 'Two.', 'Three.', 'Four.'];
    for (const text of written) await laptop.write(text);
    await expect(laptop.page.getByText('Offline. You can read and write')).toBeVisible();
    await laptop.picture('1-four-waiting');
    await laptop.kill();

    const back = await startService({
      dataDir: service.dataDir,
      port: Number(new URL(service.ready.baseUrl).port),
    });
    try {
      await laptop.open();
      for (const text of written) await laptop.waitUntilSent(text);
      await desk.waitForMessage('Four.');
      for (const device of [laptop, desk]) {
        expect(await device.texts()).toEqual(['Written at home.', ...written]);
      }
      await laptop.picture('2-all-arrived');
    } finally {
      await back.stop();
    }
  });

  test('the thread is there to read with no service at all, and catches up by itself when it is back', async ({
    service,
    newDevice,
  }) => {
    const laptop = await newDevice('laptop');
    await laptop.signIn(ana);
    await laptop.write('To be read on the way.');
    await laptop.waitUntilSent('To be read on the way.');
    await laptop.quit();
    await service.kill();
    await laptop.open();
    await laptop.waitForMessage('To be read on the way.');
    expect(await laptop.whoAmI()).toBe(`${ana.userId}, Verified`);
    await expect(laptop.page.getByText('Offline. You can read and write')).toBeVisible();
    await laptop.picture('3-reading-offline');

    const back = await startService({
      dataDir: service.dataDir,
      port: Number(new URL(service.ready.baseUrl).port),
    });
    try {
      const business = new Business(back);
      const conversation = await business.conversationOf(ana.userId);
      expect(conversation).toBe(await laptop.conversationId());
      await business.say(conversation, 'Written while you were away.');
      await laptop.waitForMessage('Written while you were away.');
      expect(await laptop.texts()).toEqual(['To be read on the way.', 'Written while you were away.']);
    } finally {
      await back.stop();
    }
  });
});
