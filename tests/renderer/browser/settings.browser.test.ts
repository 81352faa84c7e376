import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { asked, browserPages, refuse } from './page.ts';

const openPage = browserPages();

async function openPrivacy(page: Page): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByRole('tab', { name: 'Appearance' }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('tabpanel', { name: 'Privacy & security' }).waitFor();
}

describe('the settings', () => {
  it('apply each change at once', async () => {
    const page = await openPage('short');
    await page.keyboard.press('Control+,');
    await page.getByRole('radio', { name: 'Dark' }).check();
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await page.getByRole('tab', { name: 'Privacy & security' }).click();
    await page.getByRole('radio', { name: 'Shared with others' }).check();
    const idle = page.getByLabel('After a while without a key or a click');
    await expect.poll(() => idle.inputValue()).toBe('600');
    await idle.selectOption('After 2 minutes');
    await page.getByLabel('Then').selectOption('Lock');
    await page.getByLabel('When I quit').selectOption('Sign out and erase');
    await page.getByRole('checkbox', { name: 'Remember who signs in' }).check();
    await idle.selectOption('Never');
    expect(await page.getByLabel('Then').count()).toBe(0);
    const grace = { graceSeconds: 30 };
    expect(await asked(page, 'setMachine')).toEqual([
      { mode: 'shared' },
      { idle: { ...grace, afterSeconds: 120, then: 'signOut' } },
      { idle: { ...grace, afterSeconds: 120, then: 'lock' } },
      { onQuit: 'signOut' },
      { remember: true },
      { idle: null },
    ]);
  });

  it('show what the organization has fixed, and let nobody change it', async () => {
    const page = await openPage('managed');
    await openPrivacy(page);
    const fixed = [
      page.getByRole('radio', { name: 'Shared with others' }),
      page.getByLabel('After a while without a key or a click'),
      page.getByLabel('When this computer is locked or sleeps'),
      page.getByRole('checkbox', { name: 'Remember who signs in' }),
      page.getByRole('checkbox', { name: 'Only let in who can prove it' }),
    ];
    for (const control of fixed) {
      expect(await control.isVisible()).toBe(true);
      expect(await control.isDisabled()).toBe(true);
    }
    expect(await page.getByLabel('After a while without a key or a click').inputValue()).toBe('90');
    expect(await page.getByText('Set by your organization').count()).toBe(6);
    expect(await page.getByLabel('When I quit').isDisabled()).toBe(false);
  });

  it('say so when a change is not allowed, and show the rule that is in force', async () => {
    const page = await openPage('shared');
    await refuse(page, 'setMachine', { kind: 'forbidden' });
    await openPrivacy(page);
    await page.getByLabel('When I quit').selectOption('Sign out and erase');
    await page.getByText('Your organization does not allow this on this computer.').waitFor();
    await expect.poll(() => page.getByLabel('When I quit').inputValue()).toBe('keep');
  });

  it('warn that the rules of the organization cannot be read', async () => {
    const page = await openPage('managed-unreadable');
    await openPrivacy(page);
    await page.getByText('the strictest rules apply here').waitFor();
  });
});
