import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './electron.ts';

const folder = process.env['ONETHREAD_PICTURES'] ?? join(repository, 'test-results', 'pictures');

/** Save what a window shows as `<name>.png`. */
export async function savePicture(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // A window is shown when it has something to show; before that there is nothing to take a picture of.
  await expect.poll(async () => (await page.locator('body').boundingBox())?.width ?? 0).toBeGreaterThan(0);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}
