import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { BrowserContextOptions, Page } from 'playwright';
import { openGallery } from '../gallery/serve.ts';
import type { Gallery } from '../gallery/serve.ts';
import type { Failure } from '../../../contract/failure.ts';

/** A real Chromium on the built renderer. Every page that a test opens must end without a complaint of the browser. */
export function browserPages() {
  let gallery: Gallery;
  const open: Page[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    gallery = await openGallery();
  }, 60_000);
  afterAll(() => gallery.close());
  afterEach(async () => {
    for (const page of open.splice(0)) await page.context().close();
    expect(complaints.splice(0)).toEqual([]);
  });

  return async (scene: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await gallery.browser.newContext({
      viewport: { width: 900, height: 680 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    // Less than a test has, so that the one who waits says for what.
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    open.push(page);
    // Violations of the policy are reported to the console too.
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    // The longest thread takes its time to be made up.
    await page.goto(gallery.url(scene), { timeout: 20_000 });
    await page.locator('.conversation').waitFor();
    await firstFrames(page);
    return page;
  };
}

/** What has been drawn may still be without its effects: nobody is fast enough to type into a page before it has the focus. */
const firstFrames = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
      }),
  );

/** What the page asked of main under `name`, so far. */
export function asked(
  page: Page,
  name: Parameters<Window['stage']['asksFor']>[0],
): Promise<readonly unknown[]> {
  return page.evaluate((request) => window.stage.asksFor(request), name);
}

export const box = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
export const thread = (page: Page) => page.getByRole('log');
/**
 * The thread has come to rest: ten frames in which no message moved. While it opens, its rows are still being measured, and a
 * click whose button moves away under it is none.
 */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((done) => {
        let before = '';
        let still = 0;
        const look = (): void => {
          const tops = [...document.querySelectorAll('article')].map(
            (each) => each.getBoundingClientRect().top,
          );
          still = tops.join() === before ? still + 1 : 0;
          before = tops.join();
          if (still >= 10) done();
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

export async function chooseFromAccountMenu(page: Page, entry: string): Promise<void> {
  await button(page, /^Account: /).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

/** What a screen reader would call the element that has the focus. */
export const focusedName = (page: Page) =>
  page.evaluate(() => {
    const here = document.activeElement;
    const labels = here instanceof HTMLInputElement || here instanceof HTMLSelectElement ? here.labels : null;
    return here?.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? here?.textContent ?? '';
  });

/** Choose from the account menu without a pointer. The focus is back on its button, which then gives it away. */
export async function chooseByKeyboard(page: Page, entry: string | RegExp): Promise<void> {
  await button(page, /^Account: /).focus();
  await page.keyboard.press('Enter');
  const item = page.getByRole('menuitem', { name: entry });
  await item.waitFor();
  for (let step = 0; step < 20; step += 1) {
    if (await item.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

/** Whether Tab, pressed often enough to go round, ever reaches anything outside the dialog in front. */
export async function staysInside(page: Page): Promise<boolean> {
  for (let step = 0; step < 25; step += 1) {
    await page.keyboard.press('Tab');
    const inside = await page.evaluate(() => {
      const front = [...document.querySelectorAll('dialog[open]')].at(-1);
      return document.activeElement === document.body || front?.contains(document.activeElement) === true;
    });
    if (!inside) return false;
  }
  return true;
}

/** The real main would answer so. */
export const refuse = (
  page: Page,
  name: Parameters<Window['stage']['asksFor']>[0],
  failure: Failure,
): Promise<void> =>
  page.evaluate(
    ([request, why]) => {
      window.stage.answers[request] = () => ({ ok: false, failure: why });
    },
    [name, failure] as const,
  );
