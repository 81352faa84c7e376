import { createHash, randomBytes } from 'node:crypto';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
let browser: Browser;
beforeAll(async () => {
  service = await startService();
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'],
  });
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

const state = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update('verifier').digest('base64url');

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await (await browser.newContext({ reducedMotion: 'reduce', ...options })).newPage();
  const query = new URLSearchParams({ state, code_challenge: challenge, code_challenge_method: 'S256' });
  await page.goto(`${service.ready.baseUrl}/demo/sign-in/page?${query.toString()}`);
  return page;
}

const focused = (page: Page) => page.evaluate<string>('document.activeElement?.id');

const stages: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  ['the form', async () => undefined],
  [
    'the form, refused',
    async (page) => {
      await page.getByLabel('E-mail').fill('ana@example.com');
      await page.getByLabel('Password').fill('guess');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
    },
  ],
  [
    'signed in',
    async (page) => {
      await page.getByLabel('E-mail').fill('bo@example.com');
      await page.getByLabel('Password').fill('onethread-bo');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: 'Open Onethread' }).waitFor();
    },
  ],
  ['opened by hand', async (page) => void (await page.goto(page.url().split('?', 1)[0] ?? ''))],
];

describe('The sign-in page in a browser', () => {
  it('goes on to the app by itself, by keyboard alone', async () => {
    const page = await open();
    const asked = page.waitForRequest((request) => request.url().startsWith('onethread:'));
    await expect.poll(() => focused(page)).toBe('userId');
    await page.keyboard.type('ana@example.com');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await focused(page)).toBe('password');
    await page.keyboard.type('onethread-ana');
    await page.keyboard.press('Enter');
    expect((await asked).url()).toMatch(new RegExp(`^onethread://login\\?state=${state}&code=[\\w-]{43}$`));
    // Neither the code nor the state stays behind where others could read them.
    expect(new URL(page.url()).search).toBe('');
    await page.context().close();
  });

  it.each(
    stages.flatMap(([name, act]) => (['light', 'dark'] as const).map((scheme) => ({ name, act, scheme }))),
  )('has nothing that axe objects to: $name, $scheme', async ({ act, scheme }) => {
    const page = await open({ colorScheme: scheme });
    await act(page);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))).toEqual([]);
    await page.context().close();
  });

  it.each(stages)('fits 320 pixels, and 200 % text, without scrolling sideways: %s', async (_name, act) => {
    const page = await open({ viewport: { width: 320, height: 480 } });
    await act(page);
    const isWide = () => page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
    expect(await isWide()).toBe(false);
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    expect(await isWide()).toBe(false);
    await page.context().close();
  });
});
