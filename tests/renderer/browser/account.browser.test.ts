import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { asked, box, browserPages, button, chooseFromAccountMenu, thread } from './page.ts';

const openPage = browserPages();

const focusedName = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');

describe('signing in', () => {
  it('says in plain words why it did not work, and leaves the old session and the typed user ID alone', async () => {
    const page = await openPage('short');
    await page.evaluate(() => {
      window.stage.answers.signIn = () => ({ ok: false, failure: { kind: 'wrongPassword' } });
    });
    await chooseFromAccountMenu(page, 'Sign in as someone else');
    const sheet = page.getByRole('dialog', { name: 'Switch user' });
    await page.keyboard.type('ben');
    await sheet.getByLabel('Password', { exact: true }).fill('wrong');
    await page.keyboard.press('Enter');
    await sheet.getByText('The user ID or the password is not right.').waitFor();
    expect(await asked(page, 'signIn')).toEqual([
      { userId: 'ben', password: 'wrong', remember: true, anonymous: 'ask' },
    ]);
    expect(await sheet.getByLabel('User ID').inputValue()).toBe('ben');
    await page.keyboard.press('Escape');
    await button(page, 'Account: Ana García, Verified').waitFor();
    expect(await focusedName(page)).toContain('Ana García');
  });

  it('hides the old thread while the sheet is open', async () => {
    const page = await openPage('short');
    await chooseFromAccountMenu(page, 'Sign in as someone else');
    await page.getByRole('dialog').waitFor();
    expect(await page.getByText('The gate needs a code').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('The gate needs a code').waitFor();
  });

  it('warns before a user ID is used without proof, and marks the session afterwards', async () => {
    const page = await openPage('anonymous');
    await chooseFromAccountMenu(page, 'Sign in');
    await page.getByText('Without a token nobody checks').waitFor();
    await page.getByLabel('User ID').fill('ben');
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
    await button(page, 'Account: ben, Not verified').waitFor();
    expect(await asked(page, 'login')).toEqual([{ userId: 'ben', remember: true, anonymous: 'ask' }]);
    expect(await page.getByText('Your pallet left').count()).toBe(0);
  });

  it('hands a token over, and shows that it proved the user', async () => {
    const page = await openPage('first-run');
    await button(page, 'Sign in to have it everywhere.').click();
    await page.getByRole('tab', { name: 'With token' }).click();
    await page.getByLabel('User ID').fill('ben');
    await page.getByLabel('Token (optional)').fill(' a.b.c ');
    await page.keyboard.press('Enter');
    await button(page, 'Account: ben, Verified').waitFor();
    expect(await asked(page, 'login')).toEqual([
      { userId: 'ben', jwt: 'a.b.c', remember: true, anonymous: 'ask' },
    ]);
  });
});

describe('signing out', () => {
  it('says what will be lost, keeps it on Enter, and reports what was erased', async () => {
    const page = await openPage('offline');
    await chooseFromAccountMenu(page, 'Sign out and erase');
    const question = page.getByRole('alertdialog', { name: 'Sign out and erase?' });
    await question.getByText('2 messages not sent yet will be lost.').waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => question.count()).toBe(0);
    expect(await asked(page, 'logout')).toEqual([]);

    await chooseFromAccountMenu(page, 'Sign out and erase');
    await question.getByRole('button', { name: 'Discard and sign out' }).click();
    const report = page.getByRole('dialog', { name: 'Everything was erased' });
    await report.getByText('7 files removed, 4.8 MB').waitFor();
    await page.keyboard.press('Enter');
    await button(page, 'Account: You, Only on this device').waitFor();
    expect(await thread(page).getByRole('article').count()).toBe(0);
    expect(await box(page).isEnabled()).toBe(true);
  });

  it('stays open with a sentence when it failed', async () => {
    const page = await openPage('short');
    await page.evaluate(() => {
      window.stage.answers.logout = () => ({ ok: false, failure: { kind: 'storage', reason: 'failed' } });
    });
    await chooseFromAccountMenu(page, 'Sign out and erase');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out and erase' }).click();
    await page.getByText('This computer could not save it.').waitFor();
    await button(page, 'Cancel').click();
    await page.getByText('Perfect. We close at five.').waitFor();
  });
});

describe('the account menu', () => {
  it('works by keyboard, and changes the theme without closing', async () => {
    const page = await openPage('short');
    await button(page, /^Account: /).focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await focusedName(page)).toBe('Dark');
    await page.keyboard.press('Enter');
    await expect.poll(() => asked(page, 'setAppearance')).toEqual([{ theme: 'dark' }]);
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    expect(await page.getByRole('menuitemradio', { name: 'Dark', checked: true }).count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await focusedName(page)).toContain('Ana García');
  });
});
