import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { asked, box, browserPages, button, focusedName, refuse } from './page.ts';

const openPage = browserPages();

const editBox = (page: Page) => page.getByRole('textbox', { name: 'Edit message' });
const menuItems = (page: Page) => page.getByRole('menu', { name: 'Message menu' }).getByRole('menuitem');

describe('a message that was not sent', () => {
  it('is edited in the composer, with the draft kept aside', async () => {
    const page = await openPage('two-failed');
    await box(page).fill('a thought for later');
    const failed = page.getByRole('article', { name: /MSKU 448.*not sent$/ });
    await failed.getByRole('button', { name: 'Edit' }).click();
    expect(await editBox(page).inputValue()).toContain('MSKU 448 201 7');
    expect(await box(page).isVisible()).toBe(false);
    await editBox(page).fill('The number is MSKU 448 201 8');
    await page.keyboard.press('Enter');
    await expect.poll(() => box(page).isVisible()).toBe(true);
    expect(await box(page).inputValue()).toBe('a thought for later');
    expect(await asked(page, 'editMessage')).toMatchObject([{ text: 'The number is MSKU 448 201 8' }]);
    await page.getByRole('article', { name: /MSKU 448 201 8/ }).waitFor();
    expect(await asked(page, 'saveDraft')).not.toContainEqual({
      epoch: 1,
      text: expect.stringContaining('MSKU'),
    });
  });

  it('stays as it is when the editing is given up by Esc', async () => {
    const page = await openPage('two-failed');
    await page
      .getByRole('article', { name: /not sent$/ })
      .first()
      .getByRole('button', { name: 'Edit' })
      .click();
    await editBox(page).fill('something else');
    await page.keyboard.press('Escape');
    expect(await asked(page, 'editMessage')).toEqual([]);
    expect(await focusedName(page)).toBe('Message');
  });

  it('says so when it has gone out meanwhile, and keeps the words', async () => {
    const page = await openPage('offline');
    await refuse(page, 'editMessage', { kind: 'alreadySent' });
    await page.getByRole('article', { name: /We just got the papers/ }).focus();
    await page.keyboard.press('Shift+F10');
    await menuItems(page).getByText('Edit').click();
    await editBox(page).fill('We have the papers');
    await button(page, 'Save').click();
    await page.getByText('This message is on its way already').waitFor();
    expect(await editBox(page).inputValue()).toBe('We have the papers');
  });

  it('is tried again together with all others that failed', async () => {
    const page = await openPage('two-failed');
    await page.getByText('2 messages were not sent.').waitFor();
    await button(page, 'Try all again').click();
    await expect.poll(() => page.getByRole('article', { name: /not sent$/ }).count()).toBe(0);
    expect(await asked(page, 'retryAll')).toEqual([{ epoch: 1 }]);
    expect(await page.getByText('messages were not sent').count()).toBe(0);
  });

  it('has a menu by keyboard, which gives the focus back to the message', async () => {
    const page = await openPage('two-failed');
    const message = page.getByRole('article', { name: /MSKU 448/ });
    await message.focus();
    await page.keyboard.press('Shift+F10');
    expect(await menuItems(page).allTextContents()).toEqual([
      'Try again',
      'Try all again',
      'Copy text',
      'Edit',
      'Delete',
    ]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => asked(page, 'copyText'))
      .toEqual([{ epoch: 1, text: 'Here is the number of the container: MSKU 448 201 7' }]);
    expect(await focusedName(page)).toMatch(/MSKU 448/);
  });

  it('offers only copying where nothing can be taken back any more', async () => {
    const page = await openPage('short');
    await page.getByRole('article', { name: /Perfect/ }).click({ button: 'right' });
    expect(await menuItems(page).allTextContents()).toEqual(['Copy text']);
    await page.keyboard.press('Escape');
    expect(await menuItems(page).count()).toBe(0);
  });
});

describe('sending with a time to undo', () => {
  it('says how long it waits, and brings the words back into the box', async () => {
    const page = await openPage('undo');
    await box(page).fill('Please cancel the order');
    await page.keyboard.press('Enter');
    await page.getByText(/^Sending in \d+ s$/).waitFor();
    await page.getByRole('article', { name: /Please cancel the order, not sent yet$/ }).waitFor();
    await box(page).fill('and');
    await button(page, 'Undo sending').click();
    await expect.poll(() => box(page).inputValue()).toBe('Please cancel the order\nand');
    expect(await page.getByRole('article', { name: /Please cancel/ }).count()).toBe(0);
    expect(await button(page, 'Undo sending').count()).toBe(0);
    expect(await focusedName(page)).toBe('Message');
  });

  it('says when it is too late', async () => {
    const page = await openPage('undo');
    await refuse(page, 'discardMessage', { kind: 'alreadySent' });
    await box(page).fill('Too fast');
    await page.keyboard.press('Enter');
    await button(page, 'Undo sending').click();
    await page.getByText('This message is on its way already').waitFor();
    expect(await box(page).inputValue()).toBe('');
  });
});

describe('the box on a full disk', () => {
  it('keeps every word, says why, and sends once there is room again, without doubling', async () => {
    const page = await openPage('short');
    await refuse(page, 'sendMessage', { kind: 'storage', reason: 'full' });
    await box(page).fill('Does it still fit?');
    await page.keyboard.press('Enter');
    await page.getByText('The disk of this computer is full').waitFor();
    await button(page, 'Send').click();
    expect(await box(page).inputValue()).toBe('Does it still fit?');
    await page.evaluate(() => delete window.stage.answers.sendMessage);
    await button(page, 'Send').click();
    await page.getByRole('article', { name: /Does it still fit/ }).waitFor();
    expect(await box(page).inputValue()).toBe('');
    const ids = (await asked(page, 'sendMessage')).map(
      (sent) => (sent as { clientMessageId: string }).clientMessageId,
    );
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });
});
