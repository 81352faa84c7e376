import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import {
  asked,
  browserPages,
  button,
  chooseFromAccountMenu,
  focusedName,
  refuse,
  staysInside,
} from './page.ts';
import { thread } from './page.ts';

const openPage = browserPages();

const signOut = async (page: Page) => {
  await chooseFromAccountMenu(page, 'Sign out and erase');
  return page.getByRole('alertdialog', { name: 'Sign out and erase?' });
};
/** The messages that wait are on the service. */
const send = (page: Page, count: number) =>
  page.evaluate((accepted) => {
    const { stage } = window;
    const waiting = stage.view.thread.messages.filter(({ status }) => status === 'queued');
    const sent = waiting.slice(0, accepted).map((message) => ({ ...message, status: 'sent' as const }));
    stage.upsert(sent, { waiting: waiting.length - sent.length });
  }, count);

describe('signing out with messages that were not sent', () => {
  it('can wait until they are sent, shows how far that is, and then goes on by itself', async () => {
    const page = await openPage('offline');
    const question = await signOut(page);
    await question.getByRole('button', { name: 'Send and wait' }).click();
    await question.getByText('Waiting for the connection…').waitFor();
    expect(await focusedName(page)).toBe('Do not wait');
    expect(await asked(page, 'tryNow')).toHaveLength(1);
    await page.evaluate(() => window.stage.push({ link: { kind: 'live' } }));
    await question.getByText('Sending: 0 of 2 messages sent').waitFor();
    await send(page, 1);
    await question.getByText('Sending: 1 of 2 messages sent').waitFor();
    expect(await asked(page, 'logout')).toEqual([]);
    await send(page, 1);
    await page.getByRole('dialog', { name: 'Everything was erased' }).waitFor();
    expect(await asked(page, 'logout')).toHaveLength(1);
  });

  it('stops waiting when told to, and nobody was signed out', async () => {
    const page = await openPage('offline');
    const question = await signOut(page);
    await question.getByRole('button', { name: 'Send and wait' }).click();
    await question.getByRole('button', { name: 'Do not wait' }).click();
    await question.getByText('2 messages not sent yet will be lost.').waitFor();
    await page.keyboard.press('Escape');
    await send(page, 2);
    await expect.poll(() => page.getByRole('alertdialog').count()).toBe(0);
    expect(await asked(page, 'logout')).toEqual([]);
  });

  it('tries the failed ones again, and says when they fail again', async () => {
    const page = await openPage('failed');
    const question = await signOut(page);
    await page.evaluate(() => {
      const { stage } = window;
      const failed = stage.view.thread.messages.filter(({ status }) => status === 'failed');
      stage.answers.retryMessage = () => {
        stage.upsert(
          failed.map((message) => ({ ...message, status: 'queued' as const })),
          { waiting: 1 },
        );
        return { ok: true, value: undefined };
      };
      stage.answers.tryNow = () => {
        setTimeout(() => stage.upsert(failed, { waiting: 0 }), 100);
        return { ok: true, value: undefined };
      };
    });
    await question.getByRole('button', { name: 'Send and wait' }).click();
    await question.getByText('1 message could not be sent. Save to a file, or discard.').waitFor();
    expect(await asked(page, 'retryMessage')).toHaveLength(1);
    expect(await asked(page, 'logout')).toEqual([]);
  });

  it('can save them to a file first', async () => {
    const page = await openPage('offline');
    const question = await signOut(page);
    await question.getByRole('button', { name: 'Save to a file…' }).click();
    await question.getByText('Saved to the file. It is not encrypted.').waitFor();
    expect(await asked(page, 'saveUnsent')).toEqual([{ epoch: 1 }]);
    await question.getByRole('button', { name: 'Discard and sign out' }).click();
    await page.getByRole('dialog', { name: 'Everything was erased' }).waitFor();
  });

  it('does not offer to wait for what cannot be sent before signing in', async () => {
    const page = await openPage('sign-in-needed');
    await page.evaluate(() => window.stage.push({ waiting: 2 }));
    const question = await signOut(page);
    await question.getByRole('button', { name: 'Save to a file…' }).waitFor();
    expect(await question.getByRole('button', { name: 'Send and wait' }).count()).toBe(0);
  });
});

describe('the report of what was erased', () => {
  it('goes through every place, can be saved, and is dismissed once', async () => {
    const page = await openPage('offline');
    const question = await signOut(page);
    await question.getByRole('button', { name: 'Discard and sign out' }).click();
    const report = page.getByRole('dialog', { name: 'Everything was erased' });
    await report.getByRole('row', { name: 'Messages, drafts, search index 7 removed, 4.8 MB' }).waitFor();
    await report.getByRole('row', { name: 'What the window kept Nothing was there' }).waitFor();
    await report.getByText('The service is told as soon as it can be reached').waitFor();
    await report.getByRole('button', { name: 'Save report…' }).click();
    await report.getByText('The report was saved.').waitFor();
    expect(await staysInside(page)).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => report.count()).toBe(0);
    expect(await asked(page, 'dismissEraseReport')).toHaveLength(1);
  });

  it('says what is left over, and where', async () => {
    const page = await openPage('short');
    await page.evaluate(() => {
      const { stage } = window;
      const places = [{ place: 'history' as const, removed: 5, bytes: 912, remaining: 1 }];
      stage.push({ erased: { ...stage.report, places, remaining: 1 } });
    });
    const report = page.getByRole('dialog', { name: 'Erased, with something left over' });
    await report.getByText('1 thing could not be removed.').waitFor();
    await report.getByRole('row', { name: '5 removed, 912 bytes; 1 left' }).waitFor();
  });
});

describe('“Still there?”', () => {
  it('covers the thread, tells the time once, and counts it down for the eyes alone', async () => {
    const page = await openPage('still-there');
    const dialog = page.getByRole('alertdialog', { name: 'Still there, Ana García?' });
    await dialog.waitFor();
    expect(await page.getByText('The gate needs a code').isVisible()).toBe(false);
    const said = page.locator('[id="' + (await dialog.getAttribute('aria-describedby')) + '"]');
    const sentence = await said.textContent();
    expect(sentence).toMatch(
      /^You are signed out in (30|29) seconds, and everything here is erased\.2 messages/,
    );
    const count = dialog.locator('.countdown-number');
    const first = Number(await count.textContent());
    await expect.poll(async () => Number(await count.textContent())).toBeLessThan(first);
    expect(await count.getAttribute('aria-hidden')).toBe('true');
    expect(await said.textContent()).toBe(sentence);
    expect(await focusedName(page)).toBe('Stay');
    expect(await staysInside(page)).toBe(true);
  });

  it.each(['Enter', 'Escape'])('takes %s for a yes', async (key) => {
    const page = await openPage('still-there');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press(key);
    await expect.poll(() => page.getByRole('alertdialog').count()).toBe(0);
    expect(await asked(page, 'stay')).toEqual([undefined]);
    expect(await asked(page, 'logout')).toEqual([]);
    await page.getByText('The gate needs a code').waitFor();
  });

  it.each(['header', 'form'])('gives the focus back to whatever it interrupted: %s', async (region) => {
    const page = await openPage('short');
    await page.locator(`${region} :is(button, textarea)`).first().focus();
    await page.evaluate(() => {
      const at = (Date.now() + 30_000) as never;
      window.stage.push({ stillThere: { then: 'lock', at } });
    });
    await page.getByText(/^This conversation is locked in (30|29) seconds\.$/).waitFor();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.evaluate((tag) => document.activeElement?.closest(tag) !== null, region))
      .toBe(true);
  });

  it('signs out at once for whoever wants to go', async () => {
    const page = await openPage('still-there');
    await button(page, 'Sign out now').click();
    await page.getByRole('dialog', { name: 'Everything was erased' }).waitFor();
  });
});

describe('a screen for visitors', () => {
  it('is left by one button, and greets the next visitor with an empty thread', async () => {
    const page = await openPage('kiosk-talk');
    await button(page, 'I’m done').click();
    await page.getByText('Everything of the visitor before you was erased.').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await thread(page).getByRole('article').count()).toBe(0);
    expect(await asked(page, 'logout')).toHaveLength(1);
    expect(await page.getByText('You are now anonymous').count()).toBe(0);
    await button(page, 'Show the report').click();
    await page.getByRole('dialog', { name: 'Everything was erased' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => focusedName(page)).toBe('Show the report');
  });

  it('asks first if a message was not sent', async () => {
    const page = await openPage('kiosk-talk');
    await page.evaluate(() => window.stage.push({ waiting: 1 }));
    await button(page, 'I’m done').click();
    await page.getByRole('alertdialog', { name: 'Erase this conversation?' }).waitFor();
    expect(await asked(page, 'logout')).toEqual([]);
  });

  it('has no settings where the organization has made it one, and has them elsewhere', async () => {
    const page = await openPage('kiosk');
    await page.evaluate(() => {
      const { stage } = window;
      stage.push({ machine: { ...stage.view.machine, managed: ['mode'] } });
    });
    await page.keyboard.press('Control+,');
    await button(page, /^Account: /).click();
    expect(await page.getByRole('menuitem', { name: 'Settings…' }).count()).toBe(0);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.evaluate(() => {
      const { stage } = window;
      stage.push({ machine: { ...stage.view.machine, managed: [] } });
    });
    await page.getByRole('menuitem', { name: 'Settings…' }).waitFor();
  });

  it('says why it could not be reset', async () => {
    const page = await openPage('kiosk-talk');
    await refuse(page, 'logout', { kind: 'storage', reason: 'failed' });
    await button(page, 'I’m done').click();
    await page.getByText('This computer could not save it.').waitFor();
  });
});
