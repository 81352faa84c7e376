import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Business } from './harness/business.ts';
import type { Device } from './harness/device.ts';
import { ana } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

const many = 1_000;
const note = (n: number) => `Note ${String(n).padStart(4, '0')}: ${n === 500 ? 'her résumé' : 'a pallet'}`;

/** Scroll by `px` a frame until `text` stands on the screen. @returns how many messages the page ever drew at once */
async function walkTo(device: Device, text: string, px: number): Promise<number> {
  const most = await device.page.evaluate(`(async () => {
    const log = document.querySelector('[role="log"]');
    const isThere = () =>
      [...log.querySelectorAll('.bubble')].some((each) => each.textContent === ${JSON.stringify(text)});
    const deadline = performance.now() + 90_000;
    let most = 0;
    while (!isThere() && performance.now() < deadline) {
      log.scrollBy({ top: ${px}, behavior: 'instant' });
      await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
      most = Math.max(most, log.querySelectorAll('article').length);
    }
    return isThere() ? most : null;
  })()`);
  if (typeof most !== 'number') throw new Error(`never met “${text}”`);
  return most;
}

const focused = async (device: Device): Promise<string> =>
  String(await device.page.evaluate(`document.activeElement?.getAttribute('aria-label') ?? ''`));

async function openPrivacy(device: Device): Promise<void> {
  await device.page.keyboard.press('Control+,');
  await device.page.getByRole('tab', { name: 'Privacy & security' }).click();
}

test.describe('A long conversation', () => {
  test.setTimeout(300_000);

  test('is found, walked through, exported and kept in bounds with no service at all', async ({
    service,
    newDevice,
  }) => {
    const laptop = await newDevice('laptop');
    await laptop.signIn(ana);
    await laptop.write('The very first words.');
    await laptop.waitUntilSent('The very first words.');
    const business = new Business(service);
    const conversation = await business.conversationOf(ana.userId);
    for (let n = 1; n <= many; n += 1) await business.say(conversation, note(n));
    await expect
      .poll(() => laptop.texts(), { message: 'the last note is here', timeout: 60_000 })
      .toContain(note(many));
    await laptop.quit();
    await service.kill();

    await laptop.open();
    await expect(laptop.page.getByText('Offline. You can read and write')).toBeVisible();

    // The search is folded, knows parts of words, and leads to the message.
    await laptop.page.keyboard.press('Control+f');
    const field = laptop.page.getByRole('combobox', { name: 'Search in this conversation' });
    await field.fill('RESUME 05');
    const results = laptop.page.getByRole('listbox', { name: 'Messages found' }).getByRole('option');
    await expect(results).toHaveCount(1);
    await expect(results.locator('mark')).toHaveText(['05', 'résumé']);
    await laptop.picture('1-found');
    await laptop.page.keyboard.press('Enter');
    await expect.poll(() => focused(laptop)).toContain(note(500));
    await field.fill('pallet');
    await expect(laptop.page.getByRole('search').getByRole('status')).toHaveText('999 messages');
    await field.press('Escape');

    await laptop.composer.press('End');
    await laptop.waitForMessage(note(many));
    await walkTo(laptop, 'The very first words.', -600);
    await expect(laptop.page.getByText(/^Beginning of your conversation/)).toBeVisible();
    expect(await walkTo(laptop, note(many), 600)).toBeLessThan(200);

    await laptop.page.getByRole('button', { name: /^Account:/ }).click();
    await laptop.page.getByRole('menuitem', { name: 'Jump to a date…' }).click();
    await laptop.page.getByRole('button', { name: 'Jump', exact: true }).click();
    await expect.poll(() => focused(laptop)).toContain('The very first words.');

    const folder = mkdtempSync(join(tmpdir(), 'onethread-export-'));
    try {
      const file = join(folder, 'conversation.json');
      await laptop.running.app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = async () => ({ canceled: false, filePath });
      }, file);
      await openPrivacy(laptop);
      await expect(laptop.page.getByText(/^1,001 messages, .+, encrypted$/)).toBeVisible();
      await laptop.page.getByLabel('As', { exact: true }).selectOption('Data (JSON)');
      await laptop.page.getByRole('button', { name: 'Export…' }).click();
      await expect(laptop.page.getByText('The file was saved. It is not encrypted.')).toBeVisible();
      const exported = readFileSync(file, 'utf8');
      JSON.parse(exported);
      for (const text of ['The very first words.', note(1), note(500), note(many)])
        expect(exported.split(JSON.stringify(text)).length - 1).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }

    await laptop.page.getByLabel('Keep messages for').selectOption('30 days');
    await laptop.page.getByLabel('Use at most').selectOption('10 MB');
    await laptop.restart();
    await openPrivacy(laptop);
    await expect(laptop.page.getByLabel('Keep messages for')).toHaveValue('30');
    await expect(laptop.page.getByLabel('Use at most')).toHaveValue('10');
    await laptop.picture('2-kept');
  });
});
