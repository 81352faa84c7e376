import { describe, expect, it } from 'vitest';
import { asked, browserPages, button, chooseFromAccountMenu, focusedName, refuse } from './page.ts';

const openPage = browserPages();
const cem = '00000000000000000000000000000003';
const ben = '00000000000000000000000000000002';

describe('the people whom this computer remembers', () => {
  it('stand in the account menu, with all that their line shows in words', async () => {
    const page = await openPage('people');
    await button(page, /^Account: /).click();
    const others = page.getByRole('group', { name: 'Also on this computer' });
    const names = await others
      .getByRole('menuitem', { name: /^Switch to / })
      .evaluateAll((items) => items.map((item) => item.getAttribute('aria-label') ?? ''));
    expect(names).toHaveLength(3);
    expect(names[0]).toMatch(
      /^Switch to Ben Okafor\. Verified, Passcode, 3 unread messages, Last here: .+, \d\d:\d\d$/,
    );
    expect(names[1]).toMatch(/^Switch to cem\.yilmaz\. Not verified, Last here: /);
    expect(await others.getByText('Ana García').count()).toBe(0);
  });

  it('are one click away where no passcode stands before them', async () => {
    const page = await openPage('people');
    await chooseFromAccountMenu(page, 'Switch to cem.yilmaz');
    await button(page, 'Account: cem.yilmaz, Not verified').waitFor();
    expect(await asked(page, 'switchAccount')).toEqual([{ account: cem, anonymous: 'ask' }]);
    expect(await page.getByText('The gate needs a code').count()).toBe(0);
  });

  it.each(['from the menu', 'from the list'])(
    'sign in where several people use the machine and no passcode guards them, %s',
    async (from) => {
      const page = await openPage('shared');
      if (from === 'from the menu') await chooseFromAccountMenu(page, 'Switch to cem.yilmaz');
      else {
        await page.keyboard.press('Control+Shift+A');
        await button(page, /^Switch to cem/).click();
      }
      const sheet = page.getByRole('dialog', { name: 'Switch user' });
      expect(await sheet.getByLabel('User ID').inputValue()).toBe('cem.yilmaz');
      await page.keyboard.press('Escape');
      // Back where it was asked for: the list was opened by a key, out of the box.
      await expect
        .poll(() => focusedName(page))
        .toMatch(from === 'from the menu' ? /^Account: / : /^Message$/);
    },
  );

  it('stay where they are if it cannot be done, with a sentence', async () => {
    const page = await openPage('people');
    await refuse(page, 'switchAccount', { kind: 'forbidden' });
    await chooseFromAccountMenu(page, 'Switch to cem.yilmaz');
    await page.getByRole('alert').getByText('Your organization does not allow this').waitFor();
    await button(page, 'Account: Ana García, Verified').waitFor();
  });

  it('come in by their passcode, with the thread of the one before covered meanwhile', async () => {
    const page = await openPage('people');
    await page.keyboard.press('Control+Shift+A');
    expect(await page.getByText('The gate needs a code').isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Passcode of Ben Okafor' }).waitFor();
    await page.keyboard.type('0000');
    await page.keyboard.press('Enter');
    await page.getByText('That is not the passcode. Try again.').waitFor();
    expect(await focusedName(page)).toBe('Passcode');
    await page.keyboard.type('1234');
    await page.keyboard.press('Enter');
    await button(page, 'Account: Ben Okafor, Verified').waitFor();
    expect(await asked(page, 'switchAccount')).toEqual([
      { account: ben, passcode: '0000', anonymous: 'ask' },
      { account: ben, passcode: '1234', anonymous: 'ask' },
    ]);
  });

  it('are forgotten after a question, and gone from the list', async () => {
    const page = await openPage('people');
    await page.keyboard.press('Control+Shift+A');
    await button(page, 'Forget cem.yilmaz').click();
    const question = page.getByRole('alertdialog', { name: 'Forget cem.yilmaz?' });
    await question.getByText('The conversation stays with Nordwind Logistics').waitFor();
    await question.getByRole('button', { name: 'Forget and erase' }).click();
    const report = page.getByRole('dialog', { name: 'Everything was erased' });
    await report.waitFor();
    expect(await report.getByText('You are now anonymous').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('status').getByText('cem.yilmaz was erased from this computer.').waitFor();
    expect(await button(page, /cem/).count()).toBe(0);
    expect(await asked(page, 'forgetAccount')).toEqual([{ account: cem }]);
    // The button that had the focus is gone; it has not fallen out of the dialog.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
  });

  it('are none of a visitor’s business on a kiosk', async () => {
    const page = await openPage('kiosk');
    await button(page, /^Account: /).click();
    expect(await page.getByRole('menuitem', { name: /Switch to|Manage/ }).count()).toBe(0);
  });
});
