import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { asked, box, browserPages, refuse } from './page.ts';

const openPage = browserPages();

async function openPrivacy(page: Page): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByRole('tab', { name: 'Appearance' }).waitFor();
  for (let tab = 0; tab < 4; tab += 1) await page.keyboard.press('ArrowRight');
  await page.getByRole('tabpanel', { name: 'Privacy & security' }).waitFor();
}

describe('the settings of writing and of the history', () => {
  it('let Enter make a new line, and hold back what was sent for a while', async () => {
    const page = await openPage('short');
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: 'Writing' }).click();
    await page.getByRole('checkbox', { name: 'Enter sends the message' }).uncheck();
    await page.getByText('Ctrl+Enter sends').waitFor();
    await page.getByLabel('Time to undo sending').selectOption('5 seconds');
    await page.getByRole('checkbox', { name: 'Check spelling while writing' }).uncheck();
    expect(await asked(page, 'setWriting')).toEqual([
      { undoSeconds: 0, enterSends: false, spelling: true },
      { undoSeconds: 5, enterSends: false, spelling: true },
      { undoSeconds: 5, enterSends: false, spelling: false },
    ]);
    expect(
      await page.getByRole('textbox', { name: 'Message', includeHidden: true }).getAttribute('spellcheck'),
    ).toBe('false');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    await box(page).click();
    await page.keyboard.type('one');
    await page.keyboard.press('Enter');
    await page.keyboard.type('two');
    expect(await asked(page, 'sendMessage')).toEqual([]);
    await page.keyboard.press('Control+Enter');
    await expect
      .poll(async () => (await asked(page, 'sendMessage')).map((sent) => (sent as { text: string }).text))
      .toEqual(['one\ntwo']);
  });

  it('say what notifications show and where the app stands, where there is a tray', async () => {
    const page = await openPage('short');
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: 'Notifications' }).click();
    const { machine } = await page.evaluate(() => window.stage.view);
    const capped = { ...machine, notifications: 'hidden' as const, managed: ['notifications' as const] };
    await page.evaluate((rules) => window.stage.push({ machine: rules }), capped);
    await page.getByText('Set by your organization.').waitFor();
    expect(await page.getByRole('radio').count()).toBe(2);
    await page.evaluate((rules) => window.stage.push({ machine: rules }), machine);
    await page.getByRole('radio', { name: 'Who wrote and what' }).check();
    await page.getByRole('checkbox', { name: 'With a sound' }).uncheck();
    expect(await asked(page, 'setNotifications')).toEqual([
      { level: 'full', sound: true },
      { level: 'full', sound: false },
    ]);
    const tray = page.getByRole('checkbox', { name: 'Go on in the tray when the window is closed' });
    expect(await tray.isDisabled()).toBe(true);
    await page.getByText('This desktop has no tray.').first().waitFor();
    await page.getByRole('checkbox', { name: 'Start when I log in to this computer' }).check();
    await page.getByRole('tab', { name: 'Appearance' }).click();
    await page.getByLabel('Size of everything in the window').selectOption('125%');
    const kept = { closeToTray: true, startHidden: false, startAtLogin: true };
    expect(await asked(page, 'setDesktop')).toEqual([
      { ...kept, zoom: 100 },
      { ...kept, zoom: 125 },
    ]);
  });

  it('show how much is stored, and how much of it is kept', async () => {
    const page = await openPage('short');
    await openPrivacy(page);
    await page.getByText('6 messages, 4.8 MB, encrypted').waitFor();
    await page.getByLabel('Keep messages for').selectOption('90 days');
    await page.getByLabel('Use at most').selectOption('100 MB');
    await expect.poll(async () => (await asked(page, 'setMachine')).length).toBe(2);
    expect(await asked(page, 'setMachine')).toEqual([
      { retention: { days: 90, megabytes: null } },
      { retention: { days: 90, megabytes: 100 } },
    ]);
    expect((await asked(page, 'historySize')).length).toBeGreaterThanOrEqual(2);
  });

  it('export whole days, and say before and after that the file is plain', async () => {
    const page = await openPage('short');
    await openPrivacy(page);
    await page.getByText('The file is not encrypted: whoever has it can read it.').waitFor();
    await page.getByLabel('From the day').fill('2026-03-02');
    await page.getByLabel('To the day').fill('2026-03-01');
    await page.getByRole('button', { name: 'Export…' }).click();
    await page.getByText('The first day lies after the last.').waitFor();
    await page.getByLabel('To the day').fill('2026-03-03');
    await page.getByLabel('As', { exact: true }).selectOption('Web page (HTML)');
    await page.getByRole('button', { name: 'Export…' }).click();
    await page.getByText('The file was saved. It is not encrypted.').waitFor();
    expect(await asked(page, 'exportHistory')).toEqual([
      {
        epoch: 1,
        since: new Date(2026, 2, 2).getTime(),
        until: new Date(2026, 2, 4).getTime(),
        format: 'html',
      },
    ]);
  });

  it('show a limit and a ban that the organization has set, and let nobody change them', async () => {
    const page = await openPage('managed');
    await openPrivacy(page);
    expect(await page.getByLabel('Keep messages for').isDisabled()).toBe(true);
    expect(await page.getByLabel('Keep messages for').inputValue()).toBe('45');
    expect(await page.getByRole('button', { name: 'Export…' }).isDisabled()).toBe(true);
  });
});

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
    expect(await page.getByText('Set by your organization').count()).toBe(9);
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
