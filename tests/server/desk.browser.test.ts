/** A person plays the business in a real browser; the people are devices as the service sees them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { WireMessage } from '../../contract/sdk-api.ts';
import { buildDesk } from '../../scripts/build-desk.ts';
import { startInProcess, type InProcess } from './app-in-process.ts';
import { business, Device, type Feed, type FeedEvent } from './device.ts';
import { png } from './picture.ts';

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let service: InProcess;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'desk-'));
  await buildDesk(join(folder, 'built'));
  await writeFile(join(folder, 'parcel.png'), png);
  service = await startInProcess({ deskFolder: join(folder, 'built'), rateScale: 100 });
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
const answer = (page: Page) => page.getByPlaceholder('Write an answer');

describe('Somebody at the desk', () => {
  it('needs no mouse', async () => {
    const { device, feed } = await person('Kay');
    await device.send('Anybody there?');
    const { page } = await openPage();
    const { appKey } = service.ready;
    await page.locator('input:focus').waitFor();
    for (const word of ['Mira', appKey.id, appKey.secret]) {
      await page.keyboard.type(word);
      await page.keyboard.press(word === appKey.secret ? 'Enter' : 'Tab');
    }
    await page.getByText('Live', { exact: true }).waitFor();
    const focused = "document.activeElement?.closest('button')?.textContent ?? ''";
    for (let tabs = 0; tabs < 20 && !(await page.evaluate<string>(focused)).includes('Anybody'); tabs += 1) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await messages(page).getByText('Anybody there?').waitFor();
    await page.keyboard.type('Yes,');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('always.');
    await page.keyboard.press('Enter');
    expect(messageOf(await feed.find(isMessage(({ text }) => text === 'Yes,\nalways.'))).name).toBe('Mira');
    // The message may be heard before the desk has its answer.
    await expect.poll(() => answer(page).inputValue()).toBe('');
    feed.close();
    await page.context().close();
  });

  it('sees a person write, read and press, and everything said before', async () => {
    const { device, feed } = await person('Lea');
    for (let count = 1; count <= 120; count += 1) await device.send(`number ${count}`);
    const { page } = await atDesk();
    await row(page, 'Lea').getByText('99 unread').waitFor();
    await row(page, 'Lea').click();
    await messages(page).getByText('number 120').waitFor();
    expect(await messages(page).getByText('number 20', { exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Earlier messages' }).click();
    await messages(page).getByText('number 1', { exact: true }).waitFor({ state: 'attached' });

    const activity = (type: string) =>
      device.request('POST', `${device.own}/conversation/activity`, { activity: { type } });
    await activity('typing:start');
    await row(page, 'Lea').getByText('Writing…').waitFor();
    await activity('typing:stop');
    await row(page, 'Lea').getByText('number 120').waitFor();

    const conversationId = (await device.page()).conversation._id;
    const actions = [{ type: 'postback', text: 'Call me', payload: 'x' }];
    await business(service.ready, 'POST', `/conversations/${conversationId}/messages`, {
      author: { type: 'business', displayName: 'Ann' },
      content: { type: 'text', text: 'Shall we?', actions },
    });
    await messages(page).getByText('Shall we?').waitFor();
    await device.request('POST', `${device.own}/conversation/read`);
    await messages(page).getByText('Seen').waitFor();
    const actionId = (await device.page()).messages.at(-1)?.actions?.[0]?._id;
    await device.request('POST', `${device.own}/postback`, { postback: { actionId } });
    await messages(page).getByText('Pressed “Call me”').waitFor();
    feed.close();
    await page.context().close();
  });

  it('loses neither an answer nor news while there is no connection', async () => {
    const { device, feed } = await person('Max');
    await device.send('before');
    const { page } = await atDesk();
    await row(page, 'Max').click();
    await messages(page).getByText('before').waitFor();
    await page.context().setOffline(true);
    await answer(page).fill('On the train');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('cannot be reached').waitFor();
    expect(await answer(page).inputValue()).toBe('On the train');
    await device.send('meanwhile');
    await page.context().setOffline(false);
    await messages(page).getByText('meanwhile').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await answer(page).press('Enter');
    await feed.text('On the train');
    expect(feed.texts().filter((text) => text === 'On the train')).toHaveLength(1);
    feed.close();
    await page.context().close();
  });

  it('is sent away with the key, and leaves nothing of it behind', async () => {
    const made = await business(service.ready, 'POST', '/keys', { displayName: 'desk' });
    const { key } = z.object({ key: z.object({ id: z.string(), secret: z.string() }) }).parse(made.body);
    const { page } = await openPage();
    await signIn(page, '', 'wrong');
    await page.getByRole('alert').getByText('not right').waitFor();
    await page.getByLabel('Key id').fill(key.id);
    await page.getByLabel('Key secret').fill(key.secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    const kept = `JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state])`;
    const isKept = async () =>
      `${await page.evaluate<string>(kept)}${await page.content()}`.includes(key.secret);
    expect(await isKept()).toBe(false);
    expect(await page.context().cookies()).toEqual([]);
    expect(await page.evaluate<number>('indexedDB.databases().then((all) => all.length)')).toBe(0);
    await business(service.ready, 'DELETE', `/keys/${key.id}`);
    await (await person('Nia')).device.send('news for nobody');
    await page.getByText('The key is no longer valid').waitFor();
    expect(await isKept()).toBe(false);

    await signIn(page);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.reload();
    await page.getByLabel('Key secret').waitFor();
    expect(await page.getByLabel('Key secret').inputValue()).toBe('');
    await signIn(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    await page.context().close();
  });

  it('is shown what strangers send as text, with links that are safe and no picture from elsewhere', async () => {
    const { page, complaints } = await atDesk();
    const { device } = await person('<b>Mallory</b>\u202Egnp');
    const says = [
      '<img src=x onerror="alert(1)"><script>alert(1)</script>',
      'javascript:alert(1) data:text/html,x file:///etc/passwd vbscript:x',
      'see https://shop.example/a or mailto:ann@shop.example',
    ];
    for (const text of says) await device.send(text);
    const conversationId = (await device.page()).conversation._id;
    const say = (content: object) =>
      business(service.ready, 'POST', `/conversations/${conversationId}/messages`, {
        author: { type: 'business', displayName: 'Ann' },
        content,
      });
    await say({ type: 'image', mediaUrl: 'https://tracker.example/pixel.png', altText: 'x' });
    await say({ type: 'image', mediaUrl: 'javascript:alert(1)' });
    await say({ type: 'file', mediaUrl: 'javascript:alert(1)' });
    const link = (uri: string) => ({ type: 'link', text: 'Go', uri });
    const items = [
      {
        title: '<i>Card</i>',
        mediaUrl: 'data:image/png;base64,x',
        actions: [link('javascript:alert(1)'), link('https://shop.example/b')],
      },
    ];
    await say({ type: 'carousel', items });
    await say({ type: 'location', coordinates: { lat: 1, long: 2 } });
    await row(page, 'Mallory').click();
    await messages(page).getByText('<i>Card</i>').waitFor();
    for (const text of says.slice(0, 2)) await messages(page).getByText(text).waitFor();
    const links = await page.evaluate<string[][]>(
      "[...document.querySelectorAll('a')].map((a) => [a.getAttribute('href'), a.rel, a.target])",
    );
    const rel = 'noopener noreferrer nofollow';
    expect(links).toEqual([
      ['https://shop.example/a', rel, '_blank'],
      ['mailto:ann@shop.example', rel, '_blank'],
      ['https://tracker.example/pixel.png', rel, '_blank'],
      ['https://shop.example/b', rel, '_blank'],
      ['https://maps.google.com/maps?q=1,2', rel, '_blank'],
    ]);
    expect(
      await page.evaluate<number>("document.querySelectorAll('img, iframe, .bubble script, b, i').length"),
    ).toBe(0);
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toBe('<b>Mallory</b>gnp');
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

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

  // What is dark has the same colours in the stages left out.
  const dark = ['refused', 'thread', 'cards'].map((stage) => ({ stage, scheme: 'dark' as const }));
  it.each([...stages.map((stage) => ({ stage, scheme: 'light' as const })), ...dark])(
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
  );
});

const reply = (text: string) => ({ type: 'reply', text, payload: text });
