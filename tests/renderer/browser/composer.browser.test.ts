import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { asked, box, browserPages, button, thread } from './page.ts';

const openPage = browserPages();

const sent = async (page: Page) =>
  (await asked(page, 'sendMessage')) as { text: string; clientMessageId: string; epoch: number }[];

describe('the composer in a browser', () => {
  it('has the focus at first run, and clears the box only when the message was accepted', async () => {
    const page = await openPage('first-run');
    await page.evaluate(() => {
      window.stage.answers.sendMessage = () =>
        new Promise((accept) =>
          Object.assign(window, { accept: () => accept({ ok: true, value: undefined }) }),
        );
    });
    await page.keyboard.type('Where is my pallet?');
    await page.keyboard.press('Enter');
    await expect.poll(() => sent(page)).toMatchObject([{ text: 'Where is my pallet?', epoch: 1 }]);
    expect(await box(page).inputValue()).toBe('Where is my pallet?');
    await page.evaluate('window.accept()');
    await expect.poll(() => box(page).inputValue()).toBe('');
    await expect.poll(() => asked(page, 'saveDraft')).toContainEqual({ epoch: 1, text: '' });
  });

  it('draws the message at once when it is accepted, and stays at the end', async () => {
    const page = await openPage('long');
    await box(page).fill('On my way');
    await button(page, 'Send').click();
    await page.getByRole('article', { name: /^You, .*: On my way, sending$/ }).waitFor();
    expect(await button(page, /^Jump to latest/).count()).toBe(0);
    expect(
      await thread(page).evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight),
    ).toBeLessThanOrEqual(1);
  });

  it('keeps a refused text in the box with a sentence, and tries it again as the same message', async () => {
    const page = await openPage('short');
    await page.evaluate(() => {
      window.stage.answers.sendMessage = () => ({ ok: false, failure: { kind: 'storage', reason: 'full' } });
    });
    await box(page).fill('Please wait for us');
    await box(page).press('Enter');
    await page.getByText('The disk of this computer is full').waitFor();
    expect(await box(page).inputValue()).toBe('Please wait for us');
    await page.evaluate(() => delete window.stage.answers.sendMessage);
    await box(page).press('Enter');
    await expect.poll(() => box(page).inputValue()).toBe('');
    const [first, second] = await sent(page);
    expect(second?.clientMessageId).toBe(first?.clientMessageId);
    expect(await page.getByText('The disk of this computer is full').count()).toBe(0);
  });

  it('does not send with the Enter that ends a composition, nor with Shift+Enter', async () => {
    const page = await openPage('short');
    const input = await page.context().newCDPSession(page);
    await box(page).focus();
    await input.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
    await page.keyboard.press('Enter');
    await input.send('Input.insertText', { text: '日本' });
    expect(await sent(page)).toEqual([]);
    await box(page).fill('日本');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('x');
    expect(await box(page).inputValue()).toBe('日本\nx');
    expect(await sent(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await sent(page)).length).toBe(1);
  });

  it('keeps a text that is too long, counts it, and asks main nothing', async () => {
    const page = await openPage('short');
    const text = 'x'.repeat(4_097);
    await box(page).fill(text);
    await page.getByText('4,097 of 4,096').waitFor();
    await box(page).press('Enter');
    await page.getByText('This message is too long.').waitFor();
    expect(await box(page).inputValue()).toBe(text);
    expect(await sent(page)).toEqual([]);
  });

  it('restores the draft of a session, saves what is typed within half a second, and forgets it with the epoch', async () => {
    const page = await openPage('short');
    await page.evaluate(() => window.stage.push({ draft: 'Half a thou' }));
    await expect.poll(() => box(page).inputValue()).toBe('Half a thou');
    await page.clock.install();
    await box(page).pressSequentially('ght');
    await page.clock.runFor(500);
    await expect.poll(() => asked(page, 'saveDraft')).toContainEqual({ epoch: 1, text: 'Half a thought' });
    await page.evaluate(() => window.stage.push({ draft: 'An echo of what was saved' }));
    expect(await box(page).inputValue()).toBe('Half a thought');
    await page.evaluate(() => window.stage.bridge.login('ben'));
    await page.getByRole('button', { name: /^Account: ben, Not verified/ }).waitFor();
    expect(await box(page).inputValue()).toBe('');
  });

  it('offers the replies of the last message only, sends one once, and goes back to the box', async () => {
    const page = await openPage('cards');
    const replies = page.getByRole('group', { name: 'Quick replies' });
    await replies.getByRole('button', { name: 'Thursday' }).evaluate((reply: HTMLElement) => {
      reply.click();
      reply.click();
    });
    await expect.poll(() => sent(page)).toMatchObject([{ text: 'Thursday', payload: 'r2' }]);
    await expect.poll(() => replies.count()).toBe(0);
    expect(await box(page).evaluate((field) => field === document.activeElement)).toBe(true);
  });
});
