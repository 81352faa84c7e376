import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { asked, box, browserPages, button, focusedName, thread } from './page.ts';

declare global {
  interface Window {
    /** Let those searches answer that were held back. */
    answerLate: () => void;
  }
}

const openPage = browserPages();

const field = (page: Page) => page.getByRole('combobox', { name: 'Search in this conversation' });
const results = (page: Page) => page.getByRole('listbox', { name: 'Messages found' }).getByRole('option');
const panel = (page: Page) => page.getByRole('search');

async function search(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+f');
  await field(page).pressSequentially(text);
}

describe('the search', () => {
  it('finds as one types, marks what was found, and goes there by Enter: the message lights up with the focus', async () => {
    const page = await openPage('archive');
    await page.getByRole('article', { name: /99999:/ }).waitFor();
    await search(page, '50123');
    await expect.poll(() => results(page).count()).toBe(1);
    await panel(page).getByRole('status').getByText('1 message').waitFor();
    expect(await results(page).locator('mark').allTextContents()).toEqual(['50123']);
    await page.keyboard.press('Enter');
    const found = page.getByRole('article', { name: /50123:/ });
    await found.waitFor();
    await expect.poll(() => focusedName(page)).toMatch(/50123:/);
    await expect.poll(() => found.getAttribute('class')).toContain('message-lit');
    const { y = 0 } = (await found.boundingBox()) ?? {};
    expect(y).toBeGreaterThan(60);
    expect(y).toBeLessThan(600);
    await expect.poll(() => found.getAttribute('class')).not.toContain('message-lit');
    await panel(page).getByRole('status').getByText('1 of 1 message').waitFor();
  });

  it('drops the answer to an older question, however late it comes', async () => {
    const page = await openPage('short');
    await page.evaluate(() => {
      const { stage } = window;
      const answerTo = (text: string) => stage.view.thread.messages.filter(({ key }) => key === text);
      const late: (() => void)[] = [];
      window.answerLate = () => late.splice(0).forEach((answer) => answer());
      stage.answers.search = (input) => {
        const { terms } = input as { terms: { text: string } };
        const isFirst = terms.text === 'pallet';
        const page = {
          matches: answerTo(isFirst ? 'm1' : 'm6').map((message) => ({ message, parts: [] })),
          next: null,
          complete: true,
        };
        const answer = { ok: true as const, value: page };
        return isFirst ? new Promise((done) => late.push(() => done(answer))) : answer;
      };
    });
    await page.keyboard.press('Control+f');
    await field(page).fill('pallet');
    await expect.poll(async () => (await asked(page, 'search')).length).toBe(1);
    await field(page).fill('perfect');
    await results(page).getByText('Perfect. We close at five.').waitFor();
    await page.evaluate(() => window.answerLate());
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted))));
    expect(await results(page).count()).toBe(1);
    expect(await results(page).getByText('pallet').count()).toBe(0);
  });

  it('walks through the hits by arrows, by F3 and by buttons, and fetches more at the end', async () => {
    const page = await openPage('archive');
    await search(page, 'papers');
    await expect.poll(() => results(page).count()).toBe(20);
    await panel(page).getByRole('status').getByText('1,000+ messages').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await results(page).nth(1).getAttribute('aria-selected')).toBe('true');
    expect(await field(page).getAttribute('aria-activedescendant')).toBe(
      await results(page).nth(1).getAttribute('id'),
    );
    await page.keyboard.press('Enter');
    await panel(page).getByRole('status').getByText(/^2 of/).waitFor();
    await page.keyboard.press('F3');
    await panel(page).getByRole('status').getByText(/^3 of/).waitFor();
    await page.keyboard.press('Shift+F3');
    await panel(page).getByRole('status').getByText(/^2 of/).waitFor();
    await button(page, 'Next result').click();
    await panel(page).getByRole('status').getByText(/^3 of/).waitFor();
    await button(page, 'Show more').click();
    await expect.poll(() => results(page).count()).toBe(40);
  });

  it('is narrowed down by sender, kind and days', async () => {
    const page = await openPage('cards');
    await page.keyboard.press('Control+f');
    await button(page, 'Filters').click();
    await page.getByLabel('What').selectOption('Images');
    await expect.poll(() => results(page).count()).toBe(1);
    await page.getByLabel('From').selectOption('You');
    await page.getByText('Nothing found.').waitFor();
    await page.getByLabel('From').selectOption('Lena');
    await page.getByLabel('Not after').fill('2020-01-01');
    await page.getByText('Nothing found.').waitFor();
    await button(page, 'Filters, 3 in use').waitFor();
    await button(page, 'Reset filters').click();
    await page.getByText('Enter a word or a part of one.').waitFor();
    const terms = (await asked(page, 'search')).map(
      (input) => (input as { terms: { until: number | null } }).terms,
    );
    // The last day counts as a whole.
    expect(terms.at(-1)?.until).toBe(new Date(2020, 0, 2).getTime());
  });

  it('says that not everything can be searched yet, and asks again until it can', async () => {
    const page = await openPage('short');
    await page.evaluate(() => {
      window.stage.reading.complete = false;
    });
    await search(page, 'gate');
    await page.getByText('Not everything can be searched yet.').waitFor();
    await page.evaluate(() => {
      window.stage.reading.complete = true;
    });
    await expect.poll(() => page.getByText('Not everything can be searched yet.').count()).toBe(0);
    expect(await results(page).count()).toBe(2);
  });

  it('lets text be text in what was found', async () => {
    const page = await openPage('hostile');
    await search(page, 'onerror');
    await results(page).first().waitFor();
    expect(await panel(page).locator('img, script, iframe, a').count()).toBe(0);
    expect(await results(page).last().textContent()).toContain('<img src=x onerror=');
  });

  it('closes by Esc with the focus where it was, and forgets what was looked for', async () => {
    const page = await openPage('short');
    await box(page).focus();
    await search(page, 'gate');
    await results(page).first().waitFor();
    await page.keyboard.press('Escape');
    expect(await panel(page).count()).toBe(0);
    expect(await box(page).evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Control+f');
    expect(await field(page).inputValue()).toBe('');
  });

  it('ends with its session, and leaves nothing of it in the page', async () => {
    const page = await openPage('short');
    await search(page, 'secretquery');
    await page.getByText('Nothing found.').waitFor();
    await page.evaluate(() => window.stage.bridge.logout());
    await button(page, /^Account: You/).waitFor();
    expect(await panel(page).count()).toBe(0);
    expect(await page.content()).not.toContain('secretquery');
    expect(
      await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])),
    ).toBe('[{},{},null]');
  });

  it('gives way to the message that was chosen in a narrow window', async () => {
    const page = await openPage('archive', { viewport: { width: 360, height: 640 } });
    await search(page, '77001');
    await results(page).click();
    await page.getByRole('article', { name: /77001:/ }).waitFor();
    await expect.poll(() => results(page).count()).toBe(0);
    await field(page).focus();
    await expect.poll(() => results(page).count()).toBe(1);
  });
});

describe('a jump to a date', () => {
  it('leads to the first message of the day, and to the oldest', async () => {
    const page = await openPage('archive');
    await page.getByRole('article', { name: /99999:/ }).waitFor();
    await button(page, /^Account: /).click();
    await page.getByRole('menuitem', { name: 'Jump to a date…' }).click();
    const day = new Date(Date.now() - 20 * 86_400_000);
    const two = (part: number) => String(part).padStart(2, '0');
    await page
      .getByLabel('Date', { exact: true })
      .fill(`${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    const midnight = new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
    expect(await asked(page, 'showMessage')).toEqual([{ epoch: 1, at: midnight }]);
    await expect.poll(() => focusedName(page)).toMatch(/, 00:0\d: /);
    await button(page, /Jump to a date$/).click();
    await button(page, 'To the oldest').click();
    await page.getByText('Beginning of your conversation').waitFor();
    expect(await thread(page).evaluate((log) => log.scrollTop)).toBeLessThan(400);
  });
});
