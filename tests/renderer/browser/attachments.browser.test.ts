import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { asked, box, browserPages, button } from './page.ts';

const openPage = browserPages();

const sheet = (page: Page) => page.getByRole('dialog');
const input = (page: Page) => page.locator('input[type=file]');
const lastKey = (page: Page) =>
  page.evaluate(() => window.stage.view.thread.messages.at(-1)?.key ?? 'nothing');

/** A picture made by the browser itself. */
async function aPicture(
  page: Page,
  type: 'image/jpeg' | 'image/png' | 'image/webp',
  width = 300,
  height = 200,
) {
  const bytes = await page.evaluate(
    async ([kind, across, down]) => {
      const canvas = new OffscreenCanvas(across, down);
      const context = canvas.getContext('2d');
      context?.fillRect(0, 0, across / 2, down);
      const blob = await canvas.convertToBlob({ type: kind });
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [type, width, height] as const,
  );
  return Buffer.from(bytes);
}

describe('sending files', () => {
  it('shows what was chosen, sends each as a message of its own, with its progress, and leaves the text alone', async () => {
    const page = await openPage('short');
    await box(page).fill('Two files follow');
    await input(page).setInputFiles([
      { name: 'Gate.png', mimeType: 'image/png', buffer: await aPicture(page, 'image/png') },
      { name: 'Waybill.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') },
    ]);
    await expect.poll(() => sheet(page).getByRole('heading').textContent()).toBe('Send 2 files');
    await sheet(page).locator('img').waitFor();
    await sheet(page).getByLabel('Description for those').fill('The gate');
    expect(await asked(page, 'sendFile')).toEqual([]);
    await button(page, 'Send 2 files').click();
    await sheet(page).waitFor({ state: 'detached' });
    const sent = await page.evaluate(() =>
      window.stage.asksFor('sendFile').map((each) => ({ ...(each as object), bytes: null })),
    );
    expect(sent).toMatchObject([
      { name: 'Gate.png', mediaType: 'image/png', altText: 'The gate' },
      { name: 'Waybill.pdf', mediaType: 'application/pdf', altText: null },
    ]);
    expect(await box(page).inputValue()).toBe('Two files follow');
    await page.getByRole('img', { name: 'The gate' }).waitFor();
    const key = await lastKey(page);
    await page.evaluate((file) => window.stage.media.progress(file, 42), key);
    const bar = page.getByRole('progressbar', { name: 'Sending Waybill.pdf' });
    await expect.poll(() => bar.getAttribute('value')).toBe('42');
    await page.evaluate((file) => window.stage.media.arrived(file), key);
    await bar.waitFor({ state: 'detached' });
  });
});
