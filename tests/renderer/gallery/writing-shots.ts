import type { Page } from 'playwright';
import type { Locale } from './hands.ts';
import type { Shot } from './people-shots.ts';

const field = (page: Page) => page.locator('.composer-box textarea').first();

async function openEmoji(page: Page): Promise<void> {
  await page.keyboard.press('Control+Shift+E');
  await page.getByRole('gridcell').first().waitFor();
}

async function complete(page: Page): Promise<void> {
  await field(page).pressSequentially('See you there :smi');
  await page.getByRole('option').first().waitFor();
}

async function openShortcuts(page: Page): Promise<void> {
  await page.keyboard.press('Control+/');
  await page.getByRole('dialog').waitFor();
}

async function openProfile(page: Page): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByRole('tab').nth(3).click();
  await page.locator('.device-table').waitFor();
}

/** What stands beside the box and over the window while somebody writes; each in both languages. */
const surfaces: readonly Pick<Shot, 'name' | 'act'>[] = [
  { name: 'emoji-picker', act: openEmoji },
  { name: 'emoji-code', act: complete },
  { name: 'shortcuts', act: openShortcuts },
  { name: 'settings-profile', act: openProfile },
  { name: 'over-the-limit', act: (page) => field(page).fill('x'.repeat(4_120)) },
];
const locales: readonly Locale[] = ['en-GB', 'de-DE'];

export const writingShots: readonly Shot[] = surfaces.flatMap((surface) =>
  locales.map((locale) => ({
    ...surface,
    name: locale === 'de-DE' ? `${surface.name}-german` : surface.name,
    scene: 'short',
    locale,
  })),
);
