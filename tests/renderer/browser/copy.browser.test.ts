import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { asked, atRest, box, browserPages, refuse } from './page.ts';

const openPage = browserPages();

/** Once the thread is at rest: a row that is drawn anew takes the selection with it. */
async function select(page: Page, text: string): Promise<void> {
  await atRest(page);
  await page.getByText(text).evaluate((element) => getSelection()?.selectAllChildren(element));
}

describe('copying', () => {
  it('hands the plain text of the thread to main, and nothing to the clipboard by itself', async () => {
    const page = await openPage('short');
    await page.evaluate(() => {
      const heard = { prevented: [] as boolean[] };
      window.addEventListener('copy', (event) => heard.prevented.push(event.defaultPrevented));
      Object.assign(window, { heard });
    });
    await select(page, 'It should reach Rotterdam');
    await page.keyboard.press('Control+c');
    await expect.poll(() => page.evaluate('window.heard.prevented')).toEqual([true]);
    expect(await asked(page, 'copyText')).toEqual([
      {
        epoch: 1,
        text: 'It should reach Rotterdam on Thursday. You can follow it at https://nordwind.example/t/88213',
      },
    ]);
  });

  it('tells main of what is copied or cut out of the box too', async () => {
    const page = await openPage('short');
    await box(page).fill('My code is 4711');
    await box(page).evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(11, 15));
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+x');
    expect(await box(page).inputValue()).toBe('My code is ');
    expect(await asked(page, 'copyText')).toEqual([
      { epoch: 1, text: '4711' },
      { epoch: 1, text: '4711' },
    ]);
  });

  it('leaves alone what is not of the conversation, and says when it failed', async () => {
    const page = await openPage('short');
    await page.locator('h1').evaluate((element) => getSelection()?.selectAllChildren(element));
    await page.keyboard.press('Control+c');
    expect(await asked(page, 'copyText')).toEqual([]);
    await refuse(page, 'copyText', { kind: 'unavailable' });
    await select(page, 'It should reach Rotterdam');
    await page.keyboard.press('Control+c');
    await page.getByRole('alert').getByText('The service is not answering properly.').waitFor();
  });
});
