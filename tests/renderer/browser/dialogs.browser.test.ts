import { describe, expect, it } from 'vitest';
import { asked, browserPages, button, chooseByKeyboard, focusedName, staysInside } from './page.ts';

const openPage = browserPages();

type Walk = {
  readonly entry: string | RegExp;
  readonly scene: string;
  readonly title: string;
  readonly starts: string | RegExp;
};

const walks: readonly Walk[] = [
  { entry: 'Sign in as someone else', scene: 'people', title: 'Switch user', starts: 'User ID' },
  { entry: 'Manage people…', scene: 'people', title: 'People on this computer', starts: /^Switch to Ben/ },
  { entry: /^Switch to Ben/, scene: 'people', title: 'Passcode of Ben Okafor', starts: 'Passcode' },
  { entry: 'Lock now', scene: 'short', title: 'Set a passcode to lock', starts: 'New passcode' },
  { entry: 'Settings…', scene: 'short', title: 'Settings', starts: 'Appearance' },
  { entry: 'Sign out and erase', scene: 'offline', title: 'Sign out and erase?', starts: 'Cancel' },
];

describe('a dialog of the account menu, by keyboard alone', () => {
  it.each(walks)(
    'takes the focus, keeps it, and gives it back on Esc: $title',
    async ({ entry, scene, title, starts }) => {
      const page = await openPage(scene);
      await chooseByKeyboard(page, entry);
      const front = page.locator('dialog').and(page.getByLabel(title, { exact: true }));
      await front.waitFor();
      expect(await focusedName(page)).toMatch(starts);
      expect(await staysInside(page)).toBe(true);
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('dialog').count()).toBe(0);
      expect(await focusedName(page)).toMatch(/^Account: /);
      for (const request of ['login', 'signIn', 'switchAccount', 'lock', 'setPasscode', 'logout'] as const)
        expect(await asked(page, request)).toEqual([]);
    },
  );

  it('gives the focus back to the button within the dialog that opened another one', async () => {
    const page = await openPage('people');
    await page.keyboard.press('Control+Shift+A');
    await button(page, 'Forget Ben Okafor').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog', { name: 'Forget Ben Okafor?' }).waitFor();
    expect(await focusedName(page)).toBe('Cancel');
    expect(await staysInside(page)).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => focusedName(page)).toBe('Forget Ben Okafor');
    expect(await page.getByRole('dialog', { name: 'People on this computer' }).count()).toBe(1);
    expect(await asked(page, 'forgetAccount')).toEqual([]);
  });
});

describe('the keys of the window', () => {
  it('lead to the people, the settings and the way out, one at a time', async () => {
    const page = await openPage('people');
    for (const [key, title] of [
      ['Control+Shift+A', 'People on this computer'],
      ['Control+,', 'Settings'],
      ['Control+Shift+L', 'Sign out and erase?'],
    ] as const) {
      await page.keyboard.press(key);
      const dialog = page.locator('dialog').and(page.getByLabel(title, { exact: true }));
      await dialog.waitFor();
      await page.keyboard.press('Control+,');
      await page.keyboard.press('Control+Shift+L');
      expect(await page.locator('dialog').count()).toBe(1);
      expect(await dialog.count()).toBe(1);
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('dialog').count()).toBe(0);
      await expect.poll(() => focusedName(page)).toBe('Message');
    }
  });

  it('lock at once where there is a passcode, even from within a dialog', async () => {
    const page = await openPage('passcode');
    await page.keyboard.press('Control+,');
    await page.getByRole('dialog', { name: 'Settings' }).waitFor();
    await page.keyboard.press('Control+l');
    await page.getByRole('heading', { name: 'Ana García' }).waitFor();
    expect(await asked(page, 'lock')).toHaveLength(1);
    expect(await page.locator('dialog').count()).toBe(0);
  });

  it('tell a stranger why there is nothing to lock', async () => {
    const page = await openPage('anonymous');
    await page.keyboard.press('Control+l');
    await page.getByRole('alert').getByText('You are not signed in, so nobody could open this').waitFor();
    expect(await asked(page, 'lock')).toEqual([]);
  });
});
