import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { attachmentShots } from './attachment-shots.ts';
import { otherMessageShots } from './message-shots.ts';
import { openGallery } from './serve.ts';
import { germanShots } from './people-shots.ts';
import { shots } from './shots.ts';
import { writingShots } from './writing-shots.ts';

// node tests/renderer/gallery/shoot.ts <outdir> [name part]: a picture of every state, light and dark, narrow and wide.

const [outDir, only = ''] = process.argv.slice(2);
if (outDir === undefined) throw new Error('usage: node tests/renderer/gallery/shoot.ts <outdir> [name part]');

const sizes = [
  { width: 320, height: 480 },
  { width: 360, height: 640 },
  { width: 900, height: 680 },
] as const;

await mkdir(outDir, { recursive: true });
const gallery = await openGallery();
for (const { name, scene, act, height, locale = 'en-GB' } of [
  ...shots,
  ...germanShots,
  ...otherMessageShots,
  ...writingShots,
  ...attachmentShots,
].filter((shot) => shot.name.includes(only))) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of sizes) {
      const page = await gallery.browser.newPage({
        viewport: { ...viewport, height: height ?? viewport.height },
        colorScheme,
        locale,
        reducedMotion: 'reduce',
      });
      page.on('console', (message) => console.log(`${name}: ${message.text()}`));
      page.on('pageerror', (error) => console.log(`${name}: ${error.message}`));
      await page.goto(gallery.url(scene));
      await page.locator('.conversation').waitFor();
      await act?.(page);
      await page.screenshot({ path: join(outDir, `${name}-${colorScheme}-${viewport.width}.png`) });
      await page.close();
    }
  }
  console.log(name);
}
await gallery.close();
