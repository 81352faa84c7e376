import { describe, expect, it } from 'vitest';
import {
  asked,
  browserPages,
  button,
  chooseFromAccountMenu,
  focusedName,
  refuse,
  staysInside,
} from './page.ts';

const openPage = browserPages();

describe('“Remember me on this computer”', () => {
  it('starts as the rules of the machine say, and is asked for as it was ticked', async () => {
    const page = await openPage('shared');
    await chooseFromAccountMenu(page, 'Sign in as someone else');
    const sheet = page.getByRole('dialog', { name: 'Switch user' });
    const tick = sheet.getByRole('checkbox', { name: 'Remember me on this computer' });
    expect(await tick.isChecked()).toBe(false);
    await sheet.getByText('If not, everything is erased when you leave.').waitFor();
    await tick.check();
    await sheet.getByLabel('User ID').fill('ben');
    await sheet.getByLabel('Password', { exact: true }).fill('secret');
    await page.keyboard.press('Enter');
    await button(page, 'Account: ben, Verified').waitFor();
    expect(await asked(page, 'signIn')).toEqual([
      { userId: 'ben', password: 'secret', remember: true, anonymous: 'ask' },
    ]);
  });

  it('is visible and fixed where the organization has decided, and asks for nothing else', async () => {
    const page = await openPage('managed');
    await chooseFromAccountMenu(page, 'Sign in as someone else');
    const sheet = page.getByRole('dialog', { name: 'Switch user' });
    expect(await sheet.getByRole('checkbox').isDisabled()).toBe(true);
    await sheet.getByText('Set by your organization').waitFor();
    await sheet.getByRole('tab', { name: 'With token' }).click();
    await sheet.getByLabel('User ID').fill('ben');
    await page.keyboard.press('Enter');
    await sheet.getByText('Your organization requires a token. Enter it.').waitFor();
    await sheet.getByRole('textbox', { name: 'Token', exact: true }).fill('a.b.c');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => asked(page, 'login'))
      .toEqual([{ userId: 'ben', jwt: 'a.b.c', anonymous: 'ask' }]);
  });

  it('is not offered where nobody can be remembered', async () => {
    const page = await openPage('kiosk');
    await chooseFromAccountMenu(page, 'Sign in');
    await page.getByRole('dialog').waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(0);
  });
});

describe('signing in with the browser', () => {
  it('waits for the answer, and is over when somebody has come in', async () => {
    const page = await openPage('browser');
    await chooseFromAccountMenu(page, 'Sign in');
    await button(page, 'Sign in with browser').click();
    const waiting = page.getByRole('dialog', { name: 'Go on in your browser' });
    await waiting.waitFor();
    expect(await focusedName(page)).toBe('Cancel');
    expect(await staysInside(page)).toBe(true);
    expect(await page.getByText('The gate needs a code').isVisible()).toBe(false);
    expect(await asked(page, 'beginBrowserSignIn')).toEqual([{ remember: true }]);
    await page.evaluate(() => window.stage.bridge.login('ben', 'a.b.c'));
    await button(page, 'Account: ben, Verified').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('closes when the same person only renewed the proof', async () => {
    const page = await openPage('sign-in-needed');
    await page.evaluate(() => window.stage.push({ browserSignIn: true }));
    await button(page, 'Sign in again').click();
    await button(page, 'Sign in with browser').click();
    await page.getByRole('dialog', { name: 'Go on in your browser' }).waitFor();
    await page.evaluate(() => {
      const { stage } = window;
      const { session } = stage.view;
      if (session.kind !== 'signInNeeded') throw new Error('another scene');
      const { epoch, persistence, userId, name } = session;
      stage.push({ session: { kind: 'identified', epoch, persistence, userId, name, verified: true } });
    });
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  it('says that the link which came back was no good, and can be begun again', async () => {
    const page = await openPage('browser');
    await chooseFromAccountMenu(page, 'Sign in');
    await button(page, 'Sign in with browser').click();
    await page.evaluate(() => window.stage.push({ notices: ['staleLink'] }));
    const waiting = page.getByRole('dialog', { name: 'Go on in your browser' });
    const problem = waiting.getByText('This sign-in link is too old');
    await problem.waitFor();
    await button(page, 'Open the page again').click();
    await expect.poll(() => problem.count()).toBe(0);
    expect(await asked(page, 'beginBrowserSignIn')).toHaveLength(2);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await expect.poll(() => focusedName(page)).toMatch(/^Account: /);
  });

  it('says at once when the page cannot be opened', async () => {
    const page = await openPage('browser');
    await refuse(page, 'beginBrowserSignIn', { kind: 'offline' });
    await chooseFromAccountMenu(page, 'Sign in');
    await button(page, 'Sign in with browser').click();
    await page.getByRole('dialog').getByText('There is no connection to the service.').waitFor();
  });
});

describe('“Bring this conversation with you?”', () => {
  it('takes the place of the sheet that led to it, and no Enter answers it', async () => {
    const page = await openPage('anonymous');
    await page.evaluate(() => {
      const { stage } = window;
      stage.answers.login = () => {
        stage.push({ question: { userId: 'ben' as never, name: 'Ben Okafor', unsent: 1 } });
        return { ok: false, failure: { kind: 'questionOpen' } };
      };
    });
    await chooseFromAccountMenu(page, 'Sign in');
    await page.getByLabel('User ID').fill('ben');
    await page.keyboard.press('Enter');
    const question = page.getByRole('alertdialog', { name: 'Bring this conversation with you?' });
    await question.getByText('Ben Okafor already has a conversation with Nordwind Logistics.').waitFor();
    await question.getByText('Not sent yet: 1 message.').waitFor();
    expect(await page.locator('dialog').count()).toBe(1);
    expect(await focusedName(page)).toBe('Bring this conversation with you?');
    await page.keyboard.press('Enter');
    await page.keyboard.press(' ');
    expect(await asked(page, 'answerQuestion')).toEqual([]);
    expect(await staysInside(page)).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => asked(page, 'answerQuestion')).toEqual([{ answer: 'cancel' }]);
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    await expect.poll(() => focusedName(page)).toMatch(/^Account: /);
    await page.getByText('It should reach Rotterdam').waitFor();
  });

  it.each([
    ['Bring it with me', 'bring'],
    ['Leave it and erase it', 'leave'],
  ])('goes on with “%s”', async (name, answer) => {
    const page = await openPage('question');
    await button(page, name).click();
    await button(page, 'Account: Ana García, Verified').waitFor();
    expect(await asked(page, 'answerQuestion')).toEqual([{ answer }]);
  });
});
