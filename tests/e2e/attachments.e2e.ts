import type { Page } from '@playwright/test';
import { png } from '../server/picture.ts';
import { ana } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

/** Two seconds of silence: PCM, 8 kHz, 8 bits, one channel. */
function silence(): Buffer {
  const samples = Buffer.alloc(16_000, 0x80);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(8_000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

/** How wide the picture of the thread is, once it is drawn; zero before. */
const drawnWidth = (page: Page): Promise<number> =>
  page
    .locator('.picture img')
    .evaluate((img) => (img instanceof HTMLImageElement && img.complete ? img.naturalWidth : 0))
    .catch(() => 0);

test('E-18 R-08 two files chosen at the desk are on the laptop, there offline after a restart, and gone after signing out', async ({
  service,
  newDevice,
}) => {
  const desk = await newDevice('desk');
  await desk.signIn(ana);
  const laptop = await newDevice('laptop');
  await laptop.signIn(ana);
  await desk.page.locator('input[type=file]').setInputFiles([
    { name: 'parcel.png', mimeType: 'image/png', buffer: png },
    { name: 'voice note.wav', mimeType: 'audio/wav', buffer: silence() },
  ]);
  await desk.picture('1-looked-over');
  await desk.page.getByRole('button', { name: 'Send 2 files' }).click();

  await expect.poll(() => drawnWidth(desk.page)).toBe(320);
  await expect.poll(() => drawnWidth(laptop.page)).toBe(320);
  await desk.picture('2-sent');

  // A player reads in parts, and goes where it is told to.
  await laptop.page.getByRole('button', { name: 'Play' }).click();
  const sound = laptop.page.locator('audio');
  await expect
    .poll(() => sound.evaluate((audio) => (audio instanceof HTMLAudioElement ? audio.duration : 0)))
    .toBe(2);
  await sound.evaluate((audio) => audio instanceof HTMLAudioElement && (audio.currentTime = 1.5));
  await expect
    .poll(() => sound.evaluate((audio) => audio instanceof HTMLAudioElement && audio.currentTime >= 1.5))
    .toBe(true);
  await laptop.picture('3-on-the-laptop');

  // An address is good for its page alone, and neither to be guessed nor to be fetched.
  const address = (await laptop.page.locator('.picture img').getAttribute('src')) ?? '';
  expect(address).toMatch(/^att:\/\/[0-9a-f]{32}\/$/);
  const loads = (page: Page, url: string): Promise<string> =>
    page.evaluate(
      (src) =>
        new Promise<string>((tell) => {
          const img = new Image();
          img.onload = () => tell('drawn');
          img.onerror = () => tell('nothing');
          img.src = src;
        }),
      url,
    );
  expect(await loads(laptop.page, address)).toBe('drawn');
  expect(await loads(desk.page, address)).toBe('nothing');
  expect(await loads(laptop.page, `att://${'0'.repeat(32)}/`)).toBe('nothing');
  const fetched = await laptop.page.evaluate(
    (url) =>
      fetch(url).then(
        () => 'read',
        () => 'refused',
      ),
    address,
  );
  expect(fetched).toBe('refused');

  await laptop.quit();
  await service.kill();
  await laptop.open();
  await expect.poll(() => drawnWidth(laptop.page)).toBe(320);
  expect(await loads(laptop.page, address)).toBe('nothing');
  await laptop.picture('4-offline');

  await laptop.signOut();
  expect(laptop.accounts()).toHaveLength(1);
  await expect(laptop.page.locator('.picture')).toHaveCount(0);
});
