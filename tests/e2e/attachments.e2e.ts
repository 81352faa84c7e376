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

/** What an element on the page says of itself; zero while it is not there. */
const told = (page: Page, selector: string, property: string): Promise<number> =>
  page
    .locator(selector)
    .evaluate((element, name) => Number(Reflect.get(element, name)), property)
    .catch(() => 0);

const drawnWidth = (page: Page): Promise<number> => told(page, '.picture img', 'naturalWidth');

/** Whether a page can draw what is at an address. */
const draws = (page: Page, url: string): Promise<unknown> =>
  page.evaluate(`new Promise((tell) => {
    const img = new Image();
    img.onload = () => tell(true);
    img.onerror = () => tell(false);
    img.src = ${JSON.stringify(url)};
  })`);

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
  await expect.poll(() => told(laptop.page, 'audio', 'duration')).toBe(2);
  await laptop.page.locator('audio').evaluate((audio) => Reflect.set(audio, 'currentTime', 1.5));
  await expect.poll(() => told(laptop.page, 'audio', 'currentTime')).toBeGreaterThanOrEqual(1.5);
  await laptop.picture('3-on-the-laptop');

  // An address is good for its page alone, and neither to be guessed nor to be fetched.
  const address = (await laptop.page.locator('.picture img').getAttribute('src')) ?? '';
  expect(address).toMatch(/^att:\/\/[0-9a-f]{32}\/$/);
  expect(await draws(laptop.page, address)).toBe(true);
  expect(await draws(desk.page, address)).toBe(false);
  expect(await draws(laptop.page, `att://${'0'.repeat(32)}/`)).toBe(false);
  const fetching = `fetch(${JSON.stringify(address)}).then(() => 'read', () => 'refused')`;
  expect(await laptop.page.evaluate(fetching)).toBe('refused');

  await laptop.quit();
  await service.kill();
  await laptop.open();
  await expect.poll(() => drawnWidth(laptop.page)).toBe(320);
  expect(await draws(laptop.page, address)).toBe(false);
  await laptop.picture('4-offline');

  await laptop.signOut();
  expect(laptop.accounts()).toHaveLength(1);
  await expect(laptop.page.locator('.picture')).toHaveCount(0);
});

test('what is typed after a sheet was left by a click goes into the box', async ({ newDevice }) => {
  const desk = await newDevice('desk');
  await desk.composer.focus();
  await desk.page.keyboard.press('Control+,');
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await expect(desk.page.getByRole('dialog')).toHaveCount(0);
  await desk.page.keyboard.type('One, ');
  await expect(desk.composer).toHaveValue('One, ');

  const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') };
  await desk.page.locator('input[type=file]').setInputFiles(file);
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
  await expect(desk.page.getByRole('dialog')).toHaveCount(0);
  await desk.page.keyboard.type('two');
  await expect(desk.composer).toHaveValue('One, two');
});

test('D-20 a file larger than the service takes is refused before it is sent, and says so; the one beside it is sent', async ({
  newDevice,
}) => {
  const desk = await newDevice('desk');
  await desk.signIn(ana);
  await desk.page.locator('input[type=file]').setInputFiles([
    { name: 'film.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(26 * 1024 * 1024) },
    { name: 'parcel.png', mimeType: 'image/png', buffer: png },
  ]);
  await desk.page.getByRole('button', { name: 'Send 2 files' }).click();
  await desk.page.getByText('The file is too large: at most 26 MB can be sent.').first().waitFor();
  await expect(desk.page.getByRole('dialog', { name: 'Send 1 file' })).toContainText('film.bin');
  await expect.poll(() => drawnWidth(desk.page)).toBe(320);
  await desk.picture('too-large');
});
