import type { Page } from 'playwright';
import { openSettings } from './hands.ts';
import type { Shot } from './people-shots.ts';

// Reading, finding, and what is on its way. By keys and by class, which are the same in every language.

async function search(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+f');
  await page.locator('.search-field').fill(text);
  await page.locator('.search-result, .search-nothing').first().waitFor();
}

async function openFilters(page: Page): Promise<void> {
  await page.keyboard.press('Control+f');
  await page.locator('.search-tools [aria-expanded]').click();
  await page.locator('.search-filters').waitFor();
}

async function goToResult(page: Page): Promise<void> {
  await search(page, 'papers');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('.message-lit').waitFor();
}

async function openMessageMenu(page: Page): Promise<void> {
  await page.locator('article').last().focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menu').waitFor();
}

async function edit(page: Page): Promise<void> {
  await page.locator('.message-failed').first().waitFor();
  await page.locator('.message-failed .link-button').nth(1).dispatchEvent('click');
  await page.locator('.edit-buttons').waitFor();
}

async function sendHeld(page: Page): Promise<void> {
  await page.locator('.composer textarea').fill('Please cancel the order');
  await page.keyboard.press('Enter');
  await page.locator('.outbox-bar').waitFor();
}

async function openDates(page: Page): Promise<void> {
  await page.keyboard.press('Control+f');
  await page.locator('.search-tools .icon-button').last().click();
  await page.getByRole('dialog').waitFor();
}

async function openTab(page: Page, index: number): Promise<void> {
  await openSettings(page);
  await page.getByRole('tab').nth(index).click();
}

/** The top of a page of the past that is still coming. */
async function waitForOlder(page: Page): Promise<void> {
  await page.locator('article').first().waitFor();
  await page.evaluate(() => {
    window.stage.answers.showOlder = () => new Promise(() => undefined);
    const { gaps, conversationId } = window.stage.view.thread;
    const loading = { older: 'loading' as const, newer: false, gaps, conversationId };
    window.stage.push({}, { kind: 'update', upsert: [], remove: [], ...loading });
  });
  await page.getByRole('log').evaluate((log) => log.scrollTo({ top: 0, behavior: 'instant' }));
  await page.locator('.skeleton').waitFor();
}

export const readingShots: readonly Shot[] = [
  { name: 'search', scene: 'long', act: (page) => search(page, 'papers') },
  { name: 'search-hit', scene: 'long', act: goToResult },
  { name: 'search-nothing', scene: 'short', act: (page) => search(page, 'zeppelin') },
  { name: 'search-filters', scene: 'cards', act: openFilters },
  { name: 'search-hostile', scene: 'hostile', act: (page) => search(page, 'onerror') },
  { name: 'search-long-name', scene: 'long-name', act: (page) => search(page, 'haupt') },
  { name: 'dates', scene: 'short', act: openDates },
  { name: 'loading-older', scene: 'long', act: waitForOlder },
  { name: 'message-menu', scene: 'two-failed', act: openMessageMenu },
  { name: 'two-failed', scene: 'two-failed' },
  { name: 'editing', scene: 'two-failed', act: edit },
  { name: 'undo', scene: 'undo', act: sendHeld },
  { name: 'settings-writing', scene: 'undo', act: (page) => openTab(page, 1) },
  { name: 'settings-notifications', scene: 'undo', act: (page) => openTab(page, 2) },
  {
    name: 'settings-history',
    scene: 'short',
    act: async (page) => {
      await openTab(page, 4);
      await page.locator('.settings-pair').scrollIntoViewIfNeeded();
    },
  },
];
