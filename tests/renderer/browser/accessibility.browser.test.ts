import { join, resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { otherMessageShots } from '../gallery/message-shots.ts';
import { germanShots, peopleShots } from '../gallery/people-shots.ts';
import { shots } from '../gallery/shots.ts';
import { browserPages } from './page.ts';

const openPage = browserPages();

/** Where a picture of each screen is left, to be looked at. */
const pictures = resolve(import.meta.dirname, '../../../test-results/gallery');

const small = { viewport: { width: 320, height: 480 } };

/** Elements whose content is wider than they are. */
const tooWide = (page: Page) =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll(
        'html, body, .conversation, .banner, .stage, .thread, .composer, .screen, .bubble, .menu, .dialog',
      ),
    ]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map((element) => `${element.tagName} ${element.className}`),
  );

/** Controls of the screen or dialog in front that cannot be brought into sight. */
const outOfReach = (page: Page) =>
  page.evaluate(() => {
    const front = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.querySelector('.screen');
    return [...(front?.querySelectorAll('button, input, select') ?? [])]
      .filter((control) => {
        control.scrollIntoView({ block: 'nearest' });
        const { top, bottom } = control.getBoundingClientRect();
        // Scrolling stops at whole pixels.
        const isPushedOut = (document.querySelector('.conversation')?.getBoundingClientRect().top ?? 0) < 0;
        return isPushedOut || top < -1 || bottom > window.innerHeight + 1;
      })
      .map((control) => control.outerHTML);
  });

/** What axe objects to. */
async function objections(page: Page, rules?: readonly string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules === undefined ? axe : axe.withRules([...rules])).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
}

describe('every screen, in light and dark', () => {
  it.each(shots)('has nothing that axe objects to: $name', async ({ name, scene, act, height }) => {
    const viewport = { width: 900, height: height ?? 680 };
    const page = await openPage(scene, { colorScheme: 'light', viewport });
    await act?.(page);
    await page.screenshot({ path: join(pictures, `${name}-light.png`) });
    expect(await objections(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    // The business's colour is corrected for the background by the page itself.
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    await page.screenshot({ path: join(pictures, `${name}-dark.png`) });
    // The same elements in other colours.
    expect(await objections(page, ['color-contrast'])).toEqual([]);
  });
});

describe('every kind of message', () => {
  it.each(otherMessageShots)(
    'stays within its bounds, whatever it says: $name',
    async ({ name, scene, height = 680 }) => {
      const page = await openPage(scene, { colorScheme: 'light', viewport: { width: 900, height } });
      expect(await tooWide(page)).toEqual([]);
      await page.screenshot({ path: join(pictures, `${name}-light.png`) });
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      await page.screenshot({ path: join(pictures, `${name}-dark.png`) });
    },
  );
});

describe('a window of 320 × 480 pixels', () => {
  it.each(['short', 'cards', 'offline', 'long-name', 'unconfigured', 'keychain-locked', 'first-run'])(
    'needs no scrolling sideways: %s',
    async (scene) => {
      const page = await openPage(scene, small);
      expect(await tooWide(page)).toEqual([]);
    },
  );

  it.each([...peopleShots.filter(({ name }) => name.includes('long')), ...germanShots])(
    'needs no scrolling sideways, and leaves every control within reach: $name',
    async ({ scene, act, locale = 'en-GB' }) => {
      const page = await openPage(scene, { ...small, locale });
      await act?.(page);
      expect(await tooWide(page)).toEqual([]);
      expect(await outOfReach(page)).toEqual([]);
    },
  );
});
