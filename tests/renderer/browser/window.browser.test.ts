import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { longTalk, tonight } from '../gallery/scenes.ts';
import { says } from '../make.ts';
import { asked, atRest, box, browserPages, button, thread } from './page.ts';

const openPage = browserPages();

const fromEnd = (page: Page) =>
  thread(page).evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
/** As the thread judges it: what arrives now scrolls in. */
const atEnd = (page: Page) => expect.poll(() => fromEnd(page)).toBeLessThanOrEqual(48);
const numberOf = (name: string) => Number(/(\d{1,6}):/.exec(name.replace(/^.*?, \d\d:\d\d: /, ''))?.[1]);
/** The numbers of the messages on the screen. */
const seen = async (page: Page): Promise<number[]> => {
  const names = await page.evaluate(() =>
    [...document.querySelectorAll('article')]
      .filter((each) => {
        const { top, bottom } = each.getBoundingClientRect();
        return bottom > 80 && top < window.innerHeight - 60;
      })
      .map((each) => each.getAttribute('aria-label') ?? ''),
  );
  return names.map(numberOf);
};
const held = (page: Page) => page.evaluate(() => window.stage.view.thread.messages.length);

/** Put the reader so many pixels from the top of what the page has, and let the rows met there take their true height. */
async function readAt(page: Page, px: number): Promise<void> {
  // A jump that has just been made may still be correcting itself, and would take the reader along.
  for (let turn = 0, away = Infinity; turn < 9 && away > 800; turn += 1) {
    await thread(page).evaluate((log, top) => log.scrollTo({ top, behavior: 'instant' }), px);
    await atRest(page);
    away = Math.abs((await thread(page).evaluate((log) => log.scrollTop)) - px);
  }
}

type Change = 'older' | 'newer' | 'deleted' | 'filled' | 'taller' | 'font';

/**
 * Change the thread around the reader, and look at the message in the middle of the screen after each of the next 40
 * frames.
 *
 * @returns by how many pixels it was ever painted away from where it stood
 */
function movementWhile(page: Page, change: Change): Promise<number> {
  return page.evaluate(async (kind) => {
    const middle = window.innerHeight / 2;
    const drawn = [...document.querySelectorAll('article')];
    const bubble = drawn
      .find((each) => each.getBoundingClientRect().bottom > middle)
      ?.querySelector('.bubble');
    if (!bubble) throw new Error('no message on the screen');
    const stood = bubble.getBoundingClientRect().top;
    const { stage } = window;
    const { messages, ...rest } = stage.view.thread;
    const edges = { gaps: [], conversationId: rest.conversationId };
    const all = stage.reading.archive ?? [];
    const first = all.findIndex(({ key }) => key === messages[0]?.key);
    const last = first + messages.length;
    const keys = (part: typeof messages) => part.map(({ key }) => key);
    const update = { kind: 'update' as const, older: 'more' as const, newer: true, ...edges };
    if (kind === 'older')
      stage.push({}, { ...update, upsert: all.slice(first - 80, first), remove: keys(messages.slice(-80)) });
    if (kind === 'newer')
      stage.push({}, { ...update, upsert: all.slice(last, last + 80), remove: keys(messages.slice(0, 80)) });
    if (kind === 'deleted') stage.push({}, { ...update, upsert: [], remove: keys(messages.slice(3, 9)) });
    if (kind === 'filled') {
      const into = messages[5];
      if (into === undefined || into.received === null) throw new Error('nothing to fill');
      const found = Array.from({ length: 7 }, (_none, n) => ({
        ...into,
        key: `filled${n}`,
        id: `filled${n}` as typeof into.id,
        received: ((into.received ?? 0) + n + 1) as typeof into.received,
      }));
      stage.push({}, { ...update, upsert: found, remove: [] });
    }
    const above = drawn.filter((each) => each.getBoundingClientRect().bottom < 60);
    if (kind === 'taller' || kind === 'font') {
      if (above.length === 0) throw new Error('nothing is drawn above the screen');
      // As a picture does that arrives without its size, or a font that is wider than the one before it.
      for (const each of above) {
        const inner = each.querySelector<HTMLElement>('.bubble');
        if (kind === 'taller') inner?.style.setProperty('padding-bottom', '120px');
        else inner?.style.setProperty('font', '1.4rem serif');
      }
    }
    let moved = 0;
    for (let frame = 0; frame < 40; frame += 1) {
      await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
      const at = bubble.isConnected ? bubble.getBoundingClientRect().top : Infinity;
      moved = Math.max(moved, Math.abs(at - stood));
    }
    return moved;
  }, change);
}

/**
 * Scroll by `px` per frame until message number `goal` is on the screen.
 *
 * @returns the numbers between the first and the last one met that were never on the screen, and the most elements there were
 */
function walk(page: Page, px: number, goal: number): Promise<{ missing: number[]; mostNodes: number }> {
  return page.evaluate(
    async ([step, last]) => {
      const log = document.querySelector('[role="log"]');
      if (log === null) throw new Error('no thread');
      const met = new Set<number>();
      let mostNodes = 0;
      for (let turn = 0; turn < 2_000 && !met.has(last); turn += 1) {
        const { top, bottom } = log.getBoundingClientRect();
        for (const each of document.querySelectorAll('article')) {
          const at = each.getBoundingClientRect();
          if (at.bottom > top && at.top < bottom) met.add(Number(each.dataset['key']?.slice(1)));
        }
        mostNodes = Math.max(mostNodes, document.querySelectorAll('*').length);
        log.scrollBy({ top: step, behavior: 'instant' });
        await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
      }
      const [from, to] = [Math.min(...met), Math.max(...met)];
      if (!met.has(last)) throw new Error(`never met ${last}, only ${from} to ${to}`);
      const all = Array.from({ length: to - from }, (_none, n) => from + n);
      return { missing: all.filter((n) => !met.has(n)), mostNodes };
    },
    [px, goal] as const,
  );
}

/** No page comes by itself, so that nothing else happens while the place is watched. */
async function withoutPages(page: Page): Promise<void> {
  await page.evaluate(() => {
    const nothing = () => ({ ok: true as const, value: undefined });
    window.stage.answers.showOlder = nothing;
    window.stage.answers.showNewer = nothing;
  });
}

/** Somewhere in the midst of the archive. */
async function inTheMidst(page: Page): Promise<void> {
  await atEnd(page);
  await withoutPages(page);
  await page.evaluate(() => {
    const { stage } = window;
    const all = stage.reading.archive ?? [];
    const thread = { ...stage.view.thread, messages: all.slice(50_000, 50_400), newer: true };
    stage.push({}, { kind: 'replace', thread: { ...thread, older: 'more' } });
  });
  await page.getByRole('article', { name: /50399:/ }).waitFor();
  await atRest(page);
}

describe('the thread as a window of a long one', () => {
  it.each<[Change, string]>([
    ['older', 'an older page comes and the newest messages go'],
    ['newer', 'a newer page comes and the oldest messages go'],
    ['deleted', 'messages further up are deleted'],
    ['filled', 'a hole further up is filled'],
    ['taller', 'pictures above get their height'],
    ['font', 'the font above changes'],
  ])('does not move by a pixel while %s: %s', async (change) => {
    const page = await openPage('archive');
    await inTheMidst(page);
    await readAt(page, 14_000);
    // A place on the screen is a whole number of device pixels.
    expect(await movementWhile(page, change)).toBeLessThanOrEqual(1);
  });

  it('is read up and down through a thousand messages, none missing, in a page that stays small', async () => {
    const page = await openPage('archive');
    await atEnd(page);
    const up = await walk(page, -400, 98_990);
    expect(up.missing).toEqual([]);
    const down = await walk(page, 400, 99_999);
    expect(down.missing).toEqual([]);
    expect(await held(page)).toBeLessThanOrEqual(480);
    expect(Math.max(up.mostNodes, down.mostNodes)).toBeLessThan(2_500);
    await atEnd(page);
    expect(await button(page, /^Jump to latest/).count()).toBe(0);
  }, 120_000);

  it('jumps from the past to the latest by Ctrl+J, with the focus on the last message', async () => {
    const page = await openPage('archive');
    await inTheMidst(page);
    await page.keyboard.press('Control+j');
    await page.getByRole('article', { name: /99999:/ }).waitFor();
    await atEnd(page);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toMatch(/99999:/);
    expect(await asked(page, 'showLatest')).toEqual([{ epoch: 1 }]);
  });

  it('goes to the latest when the person sends from the past', async () => {
    const page = await openPage('archive');
    await inTheMidst(page);
    await box(page).fill('I am here');
    await page.keyboard.press('Enter');
    await page.getByRole('article', { name: /99999:/ }).waitFor();
    await atEnd(page);
    expect(await asked(page, 'showLatest')).toEqual([{ epoch: 1 }]);
  });

  it('tells that something came while it shows the past, and neither moves nor speaks of old pages', async () => {
    const page = await openPage('archive');
    await inTheMidst(page);
    await readAt(page, 3_000);
    const before = await seen(page);
    await page.evaluate(() => window.stage.push({ unreadCount: 2 }));
    await button(page, 'Jump to latest, 2 new messages').waitFor();
    await expect.poll(() => page.locator('[aria-live="polite"]').textContent()).toBe('2 new messages');
    expect(await seen(page)).toEqual(before);
    await expect.poll(() => page.locator('[aria-live="polite"]').textContent()).toBe('');
    await page.evaluate(() => {
      const { stage } = window;
      delete stage.answers.showNewer;
      void stage.bridge.showNewer({ epoch: stage.view.session.epoch });
    });
    await expect
      .poll(() => page.evaluate(() => window.stage.view.thread.messages.at(-1)?.key))
      .toBe('n50479');
    await readAt(page, 4_000);
    expect(await page.locator('[aria-live="polite"]').textContent()).toBe('');
  });

  it('keeps the line of the unread messages when the window goes up and comes back', async () => {
    const page = await openPage('archive');
    await atEnd(page);
    await thread(page).hover();
    await page.mouse.wheel(0, -700);
    await button(page, 'Jump to latest').waitFor();
    await page.evaluate(
      (news) => {
        const { stage } = window;
        stage.reading.archive = [...(stage.reading.archive ?? []), ...news];
        stage.upsert(news, { unreadCount: 2 });
      },
      [says('u1', tonight(), 'One'), says('u2', tonight() + 1, 'Two')],
    );
    await button(page, 'Jump to latest, 2 new messages').waitFor();
    await page.evaluate(() => {
      const { stage } = window;
      const all = stage.reading.archive ?? [];
      const thread = { ...stage.view.thread, messages: all.slice(200, 300), newer: true };
      stage.push({}, { kind: 'replace', thread });
    });
    await page.getByRole('article', { name: /299:/ }).waitFor();
    await button(page, 'Jump to latest, 2 new messages').click();
    await page.getByRole('separator', { name: '2 new messages' }).waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toContain('One');
  });
});

it('holds the message that is read when the window changes its width', async () => {
  const page = await openPage('archive');
  await inTheMidst(page);
  await readAt(page, 6_000);
  const [, before] = await seen(page);
  await page.setViewportSize({ width: 420, height: 680 });
  await atRest(page);
  expect((await seen(page)).slice(0, 4)).toContain(before);
});

it('is the same talk in the gallery and in the archive', () => {
  expect(longTalk(1, 99_999, 100_000)[0]?.content.text).toMatch(/^99999: /);
});
