import type { Browser } from 'playwright';
import { openGallery } from './serve.ts';
import { shots } from './shots.ts';

// node tests/renderer/gallery/time.ts <rounds>: how long each page takes to be drawn, a line of JSON for each turn.

/** A page that has not changed for so long has been drawn. */
const stillMs = 250;

const rounds = Number(process.argv[2] ?? 3);
const scenes = new Set(shots.map(({ scene }) => scene));
const gallery = await openGallery();
try {
  for (let round = 0; round <= rounds; round += 1) {
    for (const scene of scenes) {
      const ms = await drawnAfter(gallery.browser, gallery.url(scene));
      // The first of each fills caches.
      if (round > 0) process.stdout.write(`${JSON.stringify({ scene, ms })}\n`);
    }
  }
} finally {
  await gallery.close();
}

/** Milliseconds from the start of loading to the last change of the page before it came to rest. */
async function drawnAfter(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 900, height: 680 }, reducedMotion: 'reduce' });
  try {
    await page.addInitScript(() => {
      const all = { subtree: true, childList: true, attributes: true, characterData: true };
      new MutationObserver(() => performance.mark('changed')).observe(document, all);
    });
    await page.goto(url, { waitUntil: 'commit' });
    await page.locator('.conversation').waitFor();
    const at = await page.waitForFunction(
      (still) => {
        const last = performance.getEntriesByName('changed').at(-1)?.startTime ?? Infinity;
        return performance.now() - last > still ? last : null;
      },
      stillMs,
      { polling: 20 },
    );
    return Number(await at.jsonValue());
  } finally {
    await page.close();
  }
}
