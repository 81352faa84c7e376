import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import type { Message } from '../../../contract/model.ts';
import { longTalk, tonight } from '../gallery/scenes.ts';
import { actionId, says, waits } from '../make.ts';
import { asked, box, browserPages, button, thread } from './page.ts';

const openPage = browserPages();

const fromEnd = (page: Page) =>
  thread(page).evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
const atEnd = (page: Page) => expect.poll(() => fromEnd(page)).toBeLessThanOrEqual(1);
const upsert = (page: Page, messages: readonly Message[], unreadCount = 0) =>
  page.evaluate(([given, unread]) => window.stage.upsert(given, { unreadCount: unread }), [
    messages,
    unreadCount,
  ] as const);
const now = tonight();
const news = says('news', now, 'The ship has arrived');

/** Put the reader `px` from the top, and wait until the rows met there for the first time have their true height. */
async function readAt(page: Page, px: number): Promise<void> {
  await thread(page).evaluate(async (log, top) => {
    log.scrollTo({ top, behavior: 'instant' });
    let restingFrames = 0;
    let last = '';
    while (restingFrames < 12) {
      await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
      const place = `${log.scrollTop} ${log.scrollHeight}`;
      restingFrames = place === last ? restingFrames + 1 : 0;
      last = place;
    }
  }, px);
}

/**
 * Let `messages` come in, and look at the message in the middle of the screen after each of the next 40 frames.
 *
 * @returns by how many pixels it was ever painted away from where it stood
 */
function movementWhile(page: Page, messages: readonly Message[]): Promise<number> {
  return page.evaluate(async (given) => {
    const middle = window.innerHeight / 2;
    const articles = [...document.querySelectorAll('article')];
    const bubble = articles
      .find((each) => each.getBoundingClientRect().bottom > middle)
      ?.querySelector('.bubble');
    if (!bubble) throw new Error('no message on the screen');
    const stood = bubble.getBoundingClientRect().top;
    window.stage.upsert(given);
    let moved = 0;
    for (let frame = 0; frame < 40; frame += 1) {
      await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
      moved = Math.max(
        moved,
        bubble.isConnected ? Math.abs(bubble.getBoundingClientRect().top - stood) : Infinity,
      );
    }
    return moved;
  }, messages);
}

describe('the thread in a browser', () => {
  it('opens at the end', async () => {
    const page = await openPage('long');
    await page.getByRole('article', { name: /9999/ }).waitFor();
    await atEnd(page);
  });

  it('opens at the first unread message, with a line above it', async () => {
    const page = await openPage('long');
    await page.evaluate(
      (messages) => window.stage.upsert(messages, { unreadCount: 40 }),
      longTalk(40, 10_000),
    );
    await page.evaluate(() => {
      const view = window.stage.view;
      const session = { ...view.session, epoch: view.session.epoch + 1 } as typeof view.session;
      window.stage.push({ session, unreadCount: 20 });
    });
    const line = page.getByRole('separator', { name: '20 new messages' });
    await line.waitFor();
    await expect.poll(async () => (await line.boundingBox())?.y).toBeLessThan(200);
    await button(page, 'Jump to latest, 20 new messages').waitFor();
  });

  it.each([
    ['in the middle of a page', 1_500],
    ['two screens from the top', 900],
    ['at the very top', 0],
  ])('holds its place to the pixel while an older page comes in, %s', async (_where, top) => {
    const page = await openPage('long');
    // The page comes by hand, so that nothing else happens while the place is watched.
    await page.evaluate(() => {
      window.stage.answers.showOlder = () => ({ ok: true, value: undefined });
    });
    await atEnd(page);
    await readAt(page, top);
    expect(await movementWhile(page, longTalk(60, 9_880))).toBeLessThan(1);
    await readAt(page, 0);
    await page.getByRole('article', { name: /9880/ }).waitFor();
  });

  it('holds its place while a message arrives below, and while both happen at once', async () => {
    const page = await openPage('long');
    await page.evaluate(() => {
      window.stage.answers.showOlder = () => ({ ok: true, value: undefined });
    });
    await atEnd(page);
    await readAt(page, 1_500);
    expect(await movementWhile(page, [news])).toBeLessThan(1);
    expect(
      await movementWhile(page, [...longTalk(60, 9_880), says('more', now + 1, 'And more')]),
    ).toBeLessThan(1);
  });

  it('asks for older pages two screens ahead, each once, down to the beginning', async () => {
    const page = await openPage('long');
    await atEnd(page);
    for (let turn = 0; turn < 60; turn += 1) {
      await thread(page).hover();
      await page.mouse.wheel(0, -1_200);
      if (await page.getByText('Beginning of your conversation with Nordwind Logistics').isVisible()) break;
    }
    await page.getByText('Beginning of your conversation with Nordwind Logistics').waitFor();
    await page.getByRole('article', { name: /9760/ }).waitFor();
    expect(await asked(page, 'showOlder')).toEqual([{ epoch: 1 }, { epoch: 1 }, { epoch: 1 }]);
  });

  it('draws fewer than 200 rows of a thread of 5,000 messages, wherever it is read', async () => {
    const page = await openPage('huge');
    await page.getByRole('article', { name: /9999/ }).waitFor();
    for (const share of [1, 0.6, 0.2, 0]) {
      await thread(page).evaluate(
        (log, at) => log.scrollTo({ top: at * log.scrollHeight, behavior: 'instant' }),
        share,
      );
      const drawn = await page.evaluate(
        () =>
          new Promise<number>((done) =>
            requestAnimationFrame(() => done(document.querySelectorAll('article').length)),
          ),
      );
      expect(drawn).toBeGreaterThan(3);
      expect(drawn).toBeLessThan(200);
    }
    await page.getByRole('article', { name: / 5000: / }).waitFor();
  });

  it('follows what arrives while it stands at the end, also when the window gets smaller', async () => {
    const page = await openPage('long');
    await atEnd(page);
    await upsert(page, longTalk(20, 10_000));
    await page.getByRole('article', { name: /10019/ }).waitFor();
    await atEnd(page);
    await page.setViewportSize({ width: 500, height: 500 });
    await atEnd(page);
    await box(page).fill('one\ntwo\nthree\nfour\nfive\nsix');
    await atEnd(page);
    expect(await button(page, /^Jump to latest/).count()).toBe(0);
  });

  it('offers the way back with the number of new messages, and puts the focus on the first of them', async () => {
    const page = await openPage('long');
    await atEnd(page);
    await readAt(page, 1_500);
    await upsert(page, [news], 1);
    await button(page, 'Jump to latest, 1 new message').click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toContain('The ship has arrived');
    await page.getByRole('separator', { name: '1 new message' }).waitFor();
  });

  it('is one tab stop: arrows move, Enter goes in, Esc comes back', async () => {
    const page = await openPage('short');
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
      );
    await box(page).focus();
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toContain('Perfect. We close at five.');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toContain('Of course.');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toContain('It should reach Rotterdam');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('https://nordwind.example/t/88213');
    await page.keyboard.press('Enter');
    await expect.poll(() => asked(page, 'openLink')).toEqual([{ url: 'https://nordwind.example/t/88213' }]);
    await page.keyboard.press('Escape');
    expect(await focused()).toContain('It should reach Rotterdam');
    await page.keyboard.press('Tab');
    expect(await box(page).evaluate((field) => field === document.activeElement)).toBe(true);
  });

  it('marks as read what was before somebody’s eyes for a second, not what lies further down', async () => {
    const page = await openPage('long');
    await atEnd(page);
    await upsert(page, [news], 1);
    await expect.poll(() => asked(page, 'markAllAsRead')).toEqual([{ epoch: 1 }]);
    await readAt(page, 1_500);
    await page.clock.install();
    await upsert(page, [says('more', now + 1, 'And more')], 1);
    await page.clock.runFor(10_000);
    expect(await asked(page, 'markAllAsRead')).toHaveLength(1);
  });

  it('speaks a new message once, and is silent about the past', async () => {
    const page = await openPage('long');
    const spoken = page.evaluate(
      () =>
        new Promise<string[]>((done) => {
          const region = document.querySelector('[aria-live="polite"]');
          const heard: string[] = [];
          if (region === null) throw new Error('nobody speaks');
          new MutationObserver(() => {
            const text = region.textContent;
            if (text === '') done(heard);
            else heard.push(text);
          }).observe(region, { childList: true, characterData: true, subtree: true });
        }),
    );
    await page.evaluate((older) => window.stage.upsert(older), longTalk(60, 9_880));
    await upsert(page, [news]);
    expect(await spoken).toEqual(['Lena: The ship has arrived']);
  });

  it('offers to send a failed message again, or to delete it', async () => {
    const page = await openPage('failed');
    const failed = page.getByRole('article', { name: /, not sent$/ });
    await failed.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => failed.count()).toBe(0);
    await upsert(page, [waits(1, now, 'Once more', { status: 'failed' })]);
    await failed.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => failed.count()).toBe(0);
    expect(await page.getByText('Once more').count()).toBe(0);
  });

  it('keeps the focus in the thread when the button under it has done its work', async () => {
    const page = await openPage('failed');
    const failed = page.getByRole('article', { name: /, not sent$/ });
    const key = await failed.getAttribute('data-key');
    const focusedKey = () => page.evaluate(() => document.activeElement?.getAttribute('data-key') ?? null);
    await failed.getByRole('button', { name: 'Try again' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => failed.count()).toBe(0);
    await expect.poll(focusedKey).toBe(key);

    await upsert(page, [waits(1, now, 'Once more', { status: 'failed' })]);
    await failed.getByRole('button', { name: 'Delete' }).focus();
    const before = await page.getByRole('article').count();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('article').count()).toBe(before - 1);
    await expect.poll(focusedKey).toBe(await page.getByRole('article').last().getAttribute('data-key'));
  });

  it('goes back to the latest part of the thread from far up in the past', async () => {
    const page = await openPage('long');
    await atEnd(page);
    await page.evaluate(
      ([past, present]) => {
        const { stage } = window;
        const thread = { ...stage.view.thread, older: 'beginning' as const };
        stage.answers.showLatest = () => {
          stage.push({}, { kind: 'replace', thread: { ...thread, messages: present, newer: false } });
          return { ok: true, value: undefined };
        };
        stage.push({}, { kind: 'replace', thread: { ...thread, messages: past, newer: true } });
      },
      [longTalk(50, 5_000), longTalk(50, 9_950)] as const,
    );
    await page.getByRole('article', { name: /5049/ }).waitFor();
    await button(page, 'Jump to latest').click();
    await page.getByRole('article', { name: /9999/ }).waitFor();
    await atEnd(page);
    expect(await button(page, /^Jump to latest/).count()).toBe(0);
    expect(await asked(page, 'showLatest')).toEqual([{ epoch: 1 }]);
  });

  it('lets text be text, in every field', async () => {
    const page = await openPage('short');
    const evil = '<img src=x onerror=alert(1)><script>alert(1)</script>';
    await upsert(page, [
      says('x1', now, evil, {
        name: evil,
        actions: [{ kind: 'link', id: actionId('a1'), text: 'Open', uri: 'javascript:alert(1)' }],
      }),
      says('x2', now + 1, {
        kind: 'image',
        text: evil,
        mediaUrl: 'javascript:alert(1)',
        mediaType: null,
        altText: evil,
        name: evil,
      }),
    ]);
    await page
      .getByRole('article', { name: /onerror/ })
      .last()
      .waitFor();
    expect(await thread(page).locator('img, script, iframe, object').count()).toBe(0);
    await expect.poll(() => thread(page).getByRole('button', { name: 'Open' }).isDisabled()).toBe(true);
  });

  it('shows nothing of a session that is over', async () => {
    const page = await openPage('long');
    await atEnd(page);
    await readAt(page, 900);
    await page.evaluate(() => window.stage.bridge.logout());
    await button(page, /^Account: You/).waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(/crate|Ana/);
  });
});
