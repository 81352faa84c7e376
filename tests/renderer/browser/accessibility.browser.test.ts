import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import { shots } from '../gallery/shots.ts';
import { browserPages } from './page.ts';

const openPage = browserPages();

describe('every screen, in light and dark', () => {
  const each = shots.flatMap((shot) => [
    { ...shot, colorScheme: 'light' as const },
    { ...shot, colorScheme: 'dark' as const },
  ]);

  it.each(each)(
    'has nothing that axe objects to: $name, $colorScheme',
    async ({ scene, act, colorScheme }) => {
      const page = await openPage(scene, { colorScheme });
      await act?.(page);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
      );
      expect(found).toEqual([]);
    },
  );

  it.each(['short', 'cards', 'offline', 'long-name', 'unconfigured', 'keychain-locked', 'first-run'])(
    'fits 320 pixels without scrolling sideways: %s',
    async (scene) => {
      const page = await openPage(scene, { viewport: { width: 320, height: 480 } });
      const wide = await page.evaluate(() =>
        [
          ...document.querySelectorAll(
            'html, body, .conversation, .stage, .thread, .composer, .screen, .bubble',
          ),
        ]
          .filter((element) => element.scrollWidth > element.clientWidth)
          .map((element) => `${element.tagName} ${element.className}`),
      );
      expect(wide).toEqual([]);
    },
  );
});
