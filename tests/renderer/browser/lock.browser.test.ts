import { describe, expect, it } from 'vitest';
import { asked, box, browserPages, button, focusedName, refuse } from './page.ts';

const openPage = browserPages();

describe('the lock screen', () => {
  it('shows whose conversation waits, and nothing of it', async () => {
    const page = await openPage('passcode');
    await page.getByText('Perfect. We close at five.').waitFor();
    await page.keyboard.press('Control+l');
    await page.getByRole('heading', { name: 'Ana García' }).waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(/five|gate|pallet|Lena/);
    expect(await box(page).count()).toBe(0);
    expect(await page.getByRole('log').count()).toBe(0);
    expect(await page.title()).toBe('Nordwind Logistics');
  });

  it('opens by the passcode, typed at once and confirmed by Enter', async () => {
    const page = await openPage('locked');
    expect(await focusedName(page)).toBe('Passcode');
    await page.keyboard.type('1234');
    await page.keyboard.press('Enter');
    await button(page, 'Account: Ana García, Verified').waitFor();
    expect(await asked(page, 'unlock')).toEqual([{ passcode: '1234' }]);
  });

  it('forgets a wrong passcode, says so, and asks nothing until the next try counts', async () => {
    const page = await openPage('locked');
    await refuse(page, 'unlock', { kind: 'wrongPasscode', retryAfterMs: 60_000 });
    await page.keyboard.type('0000');
    await page.keyboard.press('Enter');
    const told = page.locator('[aria-live=assertive]', { hasText: 'That is not the passcode.' });
    await told.waitFor({ state: 'attached' });
    const sentence = await told.textContent();
    const counted = page.getByText(/^You can try again in \d+ seconds\.$/);
    const first = await counted.textContent();
    expect(await page.getByLabel('Passcode').inputValue()).toBe('');
    expect(await focusedName(page)).toBe('Passcode');
    await expect.poll(() => counted.textContent()).not.toBe(first);
    expect(await told.textContent()).toBe(sentence);
    await page.keyboard.type('1234');
    await page.keyboard.press('Enter');
    await button(page, 'Unlock').click({ force: true });
    expect(await asked(page, 'unlock')).toHaveLength(1);
  });

  it('knows of the wait from main alone, after the page was renewed', async () => {
    const page = await openPage('locked-waiting');
    await page.getByText(/^You can try again in 1\d seconds\.$/).waitFor();
    await page.keyboard.type('1234');
    await page.keyboard.press('Enter');
    expect(await asked(page, 'unlock')).toEqual([]);
  });

  it('leads a person without a passcode to signing in as themselves', async () => {
    const page = await openPage('locked-sign-in');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const sheet = page.getByRole('dialog', { name: 'Sign in to unlock' });
    expect(await sheet.getByLabel('User ID').inputValue()).toBe('ana@example.com');
  });

  it('lets anybody else pass: to themselves, or by erasing what is here', async () => {
    const page = await openPage('locked');
    await button(page, 'Switch user').click();
    await button(page, /^Switch to cem/).click();
    await button(page, /^Account: cem/).waitFor();
    const other = await openPage('locked-alone');
    await button(other, 'Sign out and erase').click();
    const question = other.getByRole('alertdialog');
    await question.getByText('Messages that were not sent yet are lost too.').waitFor();
    await question.getByRole('button', { name: 'Sign out and erase' }).click();
    await other.getByRole('dialog', { name: 'Everything was erased' }).waitFor();
    expect(await asked(other, 'logout')).toHaveLength(1);
  });
});

describe('locking without a passcode', () => {
  it('covers the thread while it asks for one, and locks when it is chosen', async () => {
    const page = await openPage('short');
    await page.keyboard.press('Control+l');
    const dialog = page.getByRole('dialog', { name: 'Set a passcode to lock' });
    await dialog.waitFor();
    expect(await page.getByText('The gate needs a code').isVisible()).toBe(false);
    await page.keyboard.type('a short sentence');
    await page.keyboard.press('Tab');
    await page.keyboard.type('another sentence');
    await page.keyboard.press('Enter');
    await dialog.getByText('The two passcodes are not the same.').waitFor();
    await dialog.getByLabel('New passcode, once more').fill('a short sentence');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ana García' }).waitFor();
    expect(await asked(page, 'setPasscode')).toEqual([{ epoch: 1, passcode: 'a short sentence' }]);
    expect(await asked(page, 'lock')).toHaveLength(1);
  });

  it('can be done without one too', async () => {
    const page = await openPage('short');
    await page.keyboard.press('Control+l');
    await button(page, 'Lock without one').click();
    await page.getByText('This conversation is locked, without a passcode.').waitFor();
    expect(await asked(page, 'setPasscode')).toEqual([]);
  });
});

describe('the passcode in the settings', () => {
  it('is set, changed and removed, each time with the focus where it can go on', async () => {
    const page = await openPage('short');
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: 'Privacy & security' }).click();
    await button(page, 'Set passcode…').click();
    await page.keyboard.type('123');
    await page.getByLabel('New passcode, once more').fill('123');
    await page.keyboard.press('Enter');
    await page.getByText('The passcode is too short. Choose at least 4 characters.').waitFor();
    expect(await page.getByLabel('New passcode', { exact: true }).inputValue()).toBe('');
    await page.getByLabel('New passcode', { exact: true }).fill('12345');
    await page.getByLabel('New passcode, once more').fill('12345');
    await page.keyboard.press('Enter');
    await page.getByText('A passcode protects this conversation.').waitFor();
    await expect.poll(() => focusedName(page)).toBe('Change…');

    await button(page, 'Remove…').click();
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('That is not the passcode. Try again.').waitFor();
    await page.getByLabel('Current passcode').fill('12345');
    await page.keyboard.press('Enter');
    await page.getByText('No passcode is set.').waitFor();
    await expect.poll(() => focusedName(page)).toBe('Set passcode…');
    expect(await asked(page, 'setPasscode')).toEqual([
      { epoch: 1, passcode: '123' },
      { epoch: 1, passcode: '12345' },
      { epoch: 1, passcode: null, current: 'wrong' },
      { epoch: 1, passcode: null, current: '12345' },
    ]);
  });
});
