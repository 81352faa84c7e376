import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { asked, atRest, browserPages, thread } from './page.ts';

const openPage = browserPages();

/** What stands at one end of a line, by where it stands: from the left edge of the window and from the right one. */
const places = (page: Page) =>
  page.evaluate(() => {
    const selectors = {
      person: '.top-bar .avatar',
      own: '.message-own.ends-group .bubble',
      business: '.message-business.ends-group .bubble',
      face: '.message-business .avatar',
      time: '.message-business .message-foot time',
      send: '.composer-box [type="submit"]',
    };
    return Object.entries(selectors).map(([name, selector]) => {
      const box = document.querySelector(selector)?.getBoundingClientRect();
      if (box === undefined) throw new Error(`nothing is ${selector}`);
      return { name, left: box.left, right: window.innerWidth - box.right, width: box.width };
    });
  });

/** Rows and frames whose content is wider than they are, and boxes that stand out of the window. */
const overflowing = (page: Page) =>
  page.evaluate(() => {
    const frames =
      'html, body, .conversation, .top-bar, .strips, .stage, .thread, .column, .message, .bubble, .card, .composer, .dialog, .menu';
    const wide = [...document.querySelectorAll(frames)].filter(
      (frame) => frame.scrollWidth > frame.clientWidth && getComputedStyle(frame).overflowX !== 'visible',
    );
    const out = [...document.querySelectorAll('button, .bubble, .avatar, time, input')].filter((box) => {
      const { left, right, width } = box.getBoundingClientRect();
      const isCarried = box.closest('.carousel-track, .visually-hidden') !== null;
      return width > 0 && !isCarried && (left < -1 || right > window.innerWidth + 1);
    });
    return [...wide, ...out].map((element) => element.outerHTML.slice(0, 120));
  });

describe('a language that is written from right to left', () => {
  it('turns the window round: what stands at one end stands as far from the other', async () => {
    const usual = await openPage('short');
    await atRest(usual);
    const leftToRight = await places(usual);
    expect(await usual.evaluate(() => document.documentElement.dir)).toBe('ltr');
    const page = await openPage('short', { locale: 'he-IL' });
    await atRest(page);
    expect(await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang])).toEqual([
      'rtl',
      'he',
    ]);
    const rightToLeft = await places(page);
    for (const [index, { name, left, right, width }] of leftToRight.entries()) {
      const turned = rightToLeft[index];
      const end = left < right ? 'left' : 'right';
      const other = end === 'left' ? 'right' : 'left';
      expect(`${name} ${Math.round(turned?.[other] ?? -1)}`).toBe(
        `${name} ${Math.round(end === 'left' ? left : right)}`,
      );
      // Words of another language are as long as they are; what has none is as wide as ever.
      if (['person', 'face', 'send'].includes(name)) expect(turned?.width).toBe(width);
    }
  });

  it.each(['cards', 'failed', 'long-name', 'unconfigured', 'messages-long'])(
    'leaves every row in its frame at 320 pixels: %s',
    async (scene) => {
      const page = await openPage(scene, { locale: 'he-IL', viewport: { width: 320, height: 640 } });
      await atRest(page);
      expect(await overflowing(page)).toEqual([]);
    },
  );

  it('moves a carousel along its own line, by the arrow that points there', async () => {
    const page = await openPage('messages-short', {
      locale: 'he-IL',
      viewport: { width: 600, height: 6_400 },
    });
    await atRest(page);
    const carousel = thread(page).locator('.carousel').first();
    const [previous, next] = await carousel.locator('.carousel-steps button').all();
    const track = carousel.locator('.carousel-track');
    const at = () => track.evaluate((element) => Math.round(element.scrollLeft));
    await next?.focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(at).toBeLessThan(-50);
    await page.keyboard.press('ArrowRight');
    await expect.poll(at).toBe(0);
    await next?.click();
    await expect.poll(at).toBeLessThan(-50);
    await previous?.click();
    await expect.poll(at).toBe(0);
    expect(await asked(page, 'openLink')).toEqual([]);
  });

  it('opens the menu of a message where it was asked for', async () => {
    const page = await openPage('short', { locale: 'he-IL' });
    await atRest(page);
    const bubble = page.locator('.message-own .bubble').last();
    const box = await bubble.boundingBox();
    await bubble.click({ button: 'right', position: { x: 20, y: 10 } });
    const menu = await page.locator('.message-menu').boundingBox();
    const clicked = (box?.x ?? 0) + 20;
    // From there towards where lines go, as far as there is room.
    expect(menu?.x).toBeGreaterThanOrEqual(0);
    expect((menu?.x ?? 0) + (menu?.width ?? 0)).toBeGreaterThanOrEqual(clicked - 2);
    expect((menu?.x ?? 0) + (menu?.width ?? 0)).toBeLessThanOrEqual(900);
  });
});
