import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { asked, atRest, box, browserPages, button, refuse } from './page.ts';

const openPage = browserPages();

describe('the connection banner in a browser', () => {
  it('says nothing at first, then what is wrong and what still works, and at last that it is over', async () => {
    const page = await openPage('short');
    const status = page.getByRole('status', { name: 'Connection' });
    const offline = { kind: 'offline', since: Date.now(), lastUpdatedAt: null, cause: 'network' };
    await page.evaluate((link) => window.stage.push({ link: link as never, waiting: 1 }), offline);
    expect(await status.textContent()).toBe('');
    await expect.poll(() => status.textContent()).toBe('Offline. You can read and write; 1 message waiting.');
    await button(page, 'Try now').click();
    await expect.poll(() => asked(page, 'tryNow')).toHaveLength(1);
    await page.evaluate(() => window.stage.push({ link: { kind: 'live' } }));
    await expect.poll(() => status.textContent()).toBe('Back online');
    await expect.poll(() => status.textContent()).toBe('');
  });

  it('has what waits tried at once when a network is there again, or another one', async () => {
    const page = await openPage('short');
    await box(page).waitFor();
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await expect.poll(async () => (await asked(page, 'tryNow')).length).toBeGreaterThanOrEqual(1);
  });
});

describe('a keychain that does not open, in a browser', () => {
  it('promises that nothing is lost, tries again, and says what to do when that fails', async () => {
    const page = await openPage('keychain-locked');
    await page.getByRole('heading', { name: 'The keychain is locked' }).waitFor();
    await page.getByText('Nothing was deleted.').waitFor();
    await page.evaluate(() => {
      window.stage.answers.retryKeychain = () => ({
        ok: false,
        failure: { kind: 'keychain', trouble: 'timeout' },
      });
    });
    await button(page, 'Try again').click();
    await page.getByText('Close other windows that ask for the keychain password').waitFor();
    await button(page, 'Use without saving').click();
    await expect.poll(() => asked(page, 'useWithoutSaving')).toHaveLength(1);
    expect(await box(page).count()).toBe(0);
  });
});

describe('keys under a passphrase, where there is no keychain', () => {
  it('begin with one that is typed twice, and say in its own words what is wrong with it', async () => {
    const page = await openPage('keychain-offered');
    const first = page.getByLabel('Passphrase', { exact: true });
    const again = page.getByLabel('Passphrase, once more');
    await first.fill('four unusual words here');
    await again.fill('four usual words here');
    await page.keyboard.press('Enter');
    await page.getByText('The two passphrases are not the same.').waitFor();
    await refuse(page, 'usePassphrase', { kind: 'passcodeTooShort', atLeast: 8 });
    await first.fill('short');
    await again.fill('short');
    await button(page, 'Use this passphrase').click();
    await page.getByText('The passphrase is too short. Choose at least 8 characters.').waitFor();
    expect(await first.inputValue()).toBe('');
    expect(await asked(page, 'usePassphrase')).toEqual([{ passphrase: 'short' }]);
  });

  it('open with the one that was chosen, which is typed once', async () => {
    const page = await openPage('keychain-set');
    await refuse(page, 'usePassphrase', { kind: 'wrongPasscode', retryAfterMs: 0 });
    await page.getByText('Nothing was deleted.').waitFor();
    expect(await page.getByLabel('Passphrase, once more').count()).toBe(0);
    await page.getByLabel('Passphrase').fill('not this one');
    await page.keyboard.press('Enter');
    await page.getByText('That is not the passphrase. Try again.').waitFor();
    await page.evaluate(() => delete window.stage.answers.usePassphrase);
    await page.getByLabel('Passphrase').fill('this one');
    await page.keyboard.press('Enter');
    await box(page).waitFor();
  });
});

describe('an app without its service, in a browser', () => {
  it('asks for two values, and passes them on only when they can be meant', async () => {
    const page = await openPage('unconfigured');
    await page.getByLabel('Address of the configuration').fill('chat.example.com');
    await page.getByLabel('App ID').fill('5f3c 1');
    await button(page, 'Connect').click();
    await page.getByText('Enter a full address').waitFor();
    await page.getByLabel('Address of the configuration').fill('https://chat.example.com/sdk/config');
    await button(page, 'Connect').click();
    await page.getByText('Enter the app ID').waitFor();
    await page.getByLabel('App ID').fill('5f3c1');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => asked(page, 'configure'))
      .toEqual([{ configUrl: 'https://chat.example.com/sdk/config', appId: '5f3c1' }]);
  });
});

describe('notices and complaints, in a browser', () => {
  it('stay until dismissed', async () => {
    const page = await openPage('not-verified');
    const notice = page.getByText('Nobody has checked that this user ID is yours.');
    await notice.waitFor();
    await button(page, 'Dismiss').click();
    await expect.poll(() => notice.count()).toBe(0);
    expect(await asked(page, 'dismissNotice')).toEqual([{ notice: 'notVerified' }]);
  });

  it('say what failed where the request has no place of its own', async () => {
    const page = await openPage('cards');
    await page.evaluate(() => {
      window.stage.answers.triggerPostback = () => ({ ok: false, failure: { kind: 'offline' } });
    });
    await atRest(page);
    await button(page, 'Choose Express').click();
    await page.getByRole('alert').getByText('There is no connection to the service.').waitFor();
    expect(await asked(page, 'triggerPostback')).toEqual([{ epoch: 1, actionId: 'Express' }]);
  });

  it('do not outlive the session they were about', async () => {
    const page = await openPage('cards');
    await page.evaluate(() => {
      window.stage.answers.triggerPostback = () => ({ ok: false, failure: { kind: 'offline' } });
    });
    await atRest(page);
    await button(page, 'Choose Express').click();
    const complaint = page.getByRole('alert').getByText('There is no connection to the service.');
    await complaint.waitFor();
    await page.evaluate(() => {
      const { session } = window.stage.view;
      window.stage.push({ session: { ...session, epoch: session.epoch + 1 } as typeof session });
    });
    // Sooner than its own ten seconds.
    await expect.poll(() => complaint.count()).toBe(0);
  });
});

describe('the keyboard, in a browser', () => {
  const where = (page: Page) =>
    page.evaluate(() => document.activeElement?.closest('header, main, form')?.tagName.toLowerCase());

  it('goes round the regions with F6, and straight to the composer with Ctrl+M', async () => {
    const page = await openPage('short');
    expect(await where(page)).toBe('form');
    const round: unknown[] = [];
    for (const key of ['F6', 'F6', 'F6', 'Shift+F6', 'Control+m']) {
      await page.keyboard.press(key);
      round.push(await where(page));
    }
    expect(round).toEqual(['header', 'main', 'form', 'main', 'form']);
  });

  it('opens the questions about the session, and never two at once', async () => {
    const page = await openPage('short');
    await page.keyboard.press('Control+Shift+L');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Control+Shift+A');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Shift+A');
    await page.getByRole('dialog', { name: 'Switch user' }).waitFor();
  });
});
