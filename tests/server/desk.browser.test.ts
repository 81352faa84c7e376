/** A person plays the business in a real browser; the people are devices as the service sees them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WireMessage } from '../../contract/sdk-api.ts';
import { buildDesk } from '../../scripts/build-desk.ts';
import { startInProcess, type InProcess } from './app-in-process.ts';
import { business, Device, type Feed, type FeedEvent } from './device.ts';
import { png } from './picture.ts';

let folder: string;
let service: InProcess;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'desk-'));
  await buildDesk(join(folder, 'built'));
  await writeFile(join(folder, 'parcel.png'), png);
  service = await startInProcess({ deskFolder: join(folder, 'built') });
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'],
  });
}, 120_000);
afterAll(async () => {
  await browser.close();
  await service.stop();
  await rm(folder, { recursive: true });
});

/** A page on which everything is noted that a policy stopped, that failed, and that went elsewhere. */
async function openPage(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', ...options });
  const page = await context.newPage();
  // Less than a test has, so that the one who waits says for what.
  page.setDefaultTimeout(12_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${service.ready.baseUrl}/`)) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(`${service.ready.baseUrl}/desk`);
  return { page, complaints };
}

async function signIn(page: Page, name = 'Mira', secret = service.ready.appKey.secret): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Key id').fill(service.ready.appKey.id);
  await page.getByLabel('Key secret').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function atDesk(options?: BrowserContextOptions): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage(options);
  await signIn(opened.page);
  await opened.page.getByText('Live', { exact: true }).waitFor();
  return opened;
}

async function person(givenName: string, surname?: string): Promise<{ device: Device; feed: Feed }> {
  const device = new Device(service.ready);
  await device.create({ givenName, ...(surname !== undefined && { surname }) });
  return { device, feed: await device.listen() };
}

const row = (page: Page, name: string) => page.getByRole('navigation').getByRole('button', { name });
const messageOf = (event: FeedEvent): WireMessage => WireMessage.parse(event['message']);
const isMessage = (wanted: (message: WireMessage) => boolean) => (event: FeedEvent) =>
  event.type === 'message' && wanted(messageOf(event));
const isActivity = (type: string) => (event: FeedEvent) => {
  const told = JSON.stringify(event);
  return told.includes(`"${type}"`) && told.includes('appMaker');
};

describe('The desk in a browser', () => {
  it('shows what a device writes at once, and sends text, choices, cards, a picture and typing back', async () => {
    const { page, complaints } = await atDesk();
    const { device, feed } = await person('Ana');
    await device.send('Where is my parcel?');
    await row(page, 'Ana').getByText('Where is my parcel?').waitFor();
    await row(page, 'Ana').getByText('1 unread').waitFor();
    await row(page, 'Ana').click();
    await page.getByRole('region', { name: 'Messages' }).getByText('Where is my parcel?').waitFor();
    expect(await feed.find(isActivity('conversation:read'))).toBeTruthy();

    await device.send('It was due yesterday.');
    await page.getByRole('region', { name: 'Messages' }).getByText('It was due yesterday.').waitFor();

    await page.getByPlaceholder('Write an answer').pressSequentially('On its way');
    await feed.find(isActivity('typing:start'));
    await page.keyboard.press('Enter');
    const answer = messageOf(await feed.find(isMessage(({ text }) => text === 'On its way')));
    expect(answer).toMatchObject({ role: 'appMaker', type: 'text', name: 'Mira' });
    await feed.find(isActivity('typing:stop'));

    await page.getByRole('button', { name: 'Offer choices' }).click();
    await page.keyboard.type('Today');
    await page.keyboard.press('Enter');
    await page.getByLabel('Choice 2', { exact: true }).fill('Tomorrow');
    await page.getByPlaceholder('Write an answer').fill('When shall we come?');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const question = messageOf(await feed.find(isMessage(({ text }) => text === 'When shall we come?')));
    expect(question.actions).toMatchObject([
      { type: 'reply', text: 'Today', payload: 'Today' },
      { type: 'reply', text: 'Tomorrow', payload: 'Tomorrow' },
    ]);

    await page.getByRole('button', { name: 'Send cards' }).click();
    await page.getByLabel('Title').fill('Small box');
    await page.getByLabel('Description').fill('Fits the letter box');
    await page.getByLabel('Button').fill('Look');
    await page.getByLabel('Link').fill('https://shop.example/small');
    await page
      .locator('input[type=file][aria-label="Picture of card 1"]')
      .setInputFiles(join(folder, 'parcel.png'));
    await page.getByRole('button', { name: 'Another card' }).click();
    await page.getByLabel('Title').last().fill('Large box');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const cards = messageOf(await feed.find(isMessage(({ type }) => type === 'carousel')));
    expect(cards.items).toMatchObject([
      {
        title: 'Small box',
        description: 'Fits the letter box',
        mediaUrl: expect.stringContaining('/attachments/'),
        actions: [{ type: 'link', text: 'Look', uri: 'https://shop.example/small' }],
      },
      { title: 'Large box', actions: [] },
    ]);

    const file = page.locator('input[type=file][aria-label="Attach a picture or a file"]');
    await file.setInputFiles(join(folder, 'parcel.png'));
    await page.getByLabel('Description of the picture').fill('The parcel on a shelf');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const picture = messageOf(await feed.find(isMessage(({ type }) => type === 'image')));
    expect(picture).toMatchObject({ mediaType: 'image/png', altText: 'The parcel on a shelf' });
    const bytes = await (await fetch(picture.mediaUrl ?? '')).bytes();
    expect(Buffer.from(bytes).equals(png)).toBe(true);
    const width = `document.querySelector('img[alt="The parcel on a shelf"]')?.naturalWidth ?? 0`;
    await expect.poll(() => page.evaluate<number>(width)).toBe(320);

    expect(complaints).toEqual([]);
    feed.close();
    await page.context().close();
  });
});

const messages = (page: Page) => page.getByRole('region', { name: 'Messages' });

/** A desk with something to look at; `stage` names what is open. */
async function scene(stage: string, options: BrowserContextOptions): Promise<Page> {
  const { page } = await openPage(options);
  if (stage === 'sign-in') return page;
  if (stage === 'refused') {
    await signIn(page, '', 'guess');
    await page.getByRole('alert').getByText('not right').waitFor();
    return page;
  }
  await signIn(page);
  await page.getByText('Live', { exact: true }).waitFor();
  if (stage === 'list') return page;
  await row(page, 'Bo Lindqvist').click();
  await messages(page).getByText('perfect').waitFor();
  if (stage === 'thread') return page;
  await page.getByRole('button', { name: stage === 'cards' ? 'Send cards' : 'Offer choices' }).click();
  await page.getByPlaceholder('Write an answer').fill('Which one do you like?');
  if (stage === 'cards') {
    await page.getByLabel('Title').fill('Small box');
    await page.getByRole('button', { name: 'Another card' }).click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Every card needs a title.').waitFor();
  } else {
    await page.getByLabel('Choice 1', { exact: true }).fill('The small one');
    await page.getByRole('button', { name: 'Another choice' }).click();
    await page.getByLabel('Choice 2', { exact: true }).fill('The large one, if it fits through the door');
  }
  return page;
}

/** Where to leave pictures of every stage, if somebody wants to look. */
const pictures = process.env['ONETHREAD_PICTURES'];
const stages = ['sign-in', 'refused', 'list', 'thread', 'choices', 'cards'];
const sizes = { wide: { width: 1400, height: 860 }, narrow: { width: 320, height: 640 } };

describe('The desk, looked at', () => {
  beforeAll(async () => {
    const { device: bo } = await person('Bo', 'Lindqvist');
    await bo.send(
      'Hello! Do you have the oak shelf in 120 cm? I saw it at https://shop.example/shelves/oak last week.',
    );
    const at = (await bo.page()).conversation._id;
    const from = { displayName: 'Mira' };
    const say = (content: object) =>
      business(service.ready, 'POST', `/conversations/${at}/messages`, {
        author: { type: 'business', ...from },
        content,
      });
    await say({
      type: 'text',
      text: 'Hello Bo, we do. In oak or in ash?',
      actions: [reply('Oak'), reply('Ash')],
    });
    await bo.send('Oak');
    const link = { type: 'link', text: 'Look', uri: 'https://shop.example/oak' };
    await say({
      type: 'carousel',
      items: [
        { title: 'Oak, oiled', description: '120 × 28 cm, 189 €', actions: [link] },
        { title: 'Oak, raw', description: '120 × 28 cm, 159 €', actions: [link] },
        { title: 'Oak, smoked', description: '120 × 32 cm, 229 €', actions: [link] },
      ],
    });
    await bo.send('Oiled is perfect');
    for (const name of ['Chris', 'Dana']) {
      const { device } = await person(name);
      await device.send(`Hi, this is ${name}. ${'Could you please look at my order again? '.repeat(3)}`);
    }
    await new Device(service.ready).create();
  });

  it.each(stages.flatMap((stage) => (['light', 'dark'] as const).map((scheme) => ({ stage, scheme }))))(
    'has nothing that axe objects to, and fits every width: $stage, $scheme',
    async ({ stage, scheme }) => {
      const page = await scene(stage, { colorScheme: scheme, viewport: sizes.wide });
      // The colours are the same at every width.
      for (const [size, viewport] of Object.entries(scheme === 'light' ? sizes : { wide: sizes.wide })) {
        await page.setViewportSize(viewport);
        const isWide = 'document.documentElement.scrollWidth > innerWidth';
        expect([size, await page.evaluate<boolean>(isWide)]).toEqual([size, false]);
        if (pictures) await page.screenshot({ path: join(pictures, `desk-${stage}-${scheme}-${size}.png`) });
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        const found = violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html }) => `${size} ${id}: ${html}`),
        );
        expect(found).toEqual([]);
      }
      await page.context().close();
    },
    60_000,
  );
});

const reply = (text: string) => ({ type: 'reply', text, payload: text });
