import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { aPicture } from '../gallery/attachment-shots.ts';
import { asked, box, browserPages, button, focusedName, refuse, staysInside, thread } from './page.ts';

const openPage = browserPages();

const sheet = (page: Page) => page.getByRole('dialog');
const heading = (page: Page) => sheet(page).getByRole('heading');
const rows = (page: Page) => sheet(page).getByRole('listitem');
const choose = (page: Page, ...files: readonly { name: string; mimeType: string; buffer: Buffer }[]) =>
  page.locator('input[type=file]').setInputFiles([...files]);
const note = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('A note') });
const lastKey = (page: Page) => page.evaluate(() => window.stage.view.thread.messages.at(-1)?.key ?? '');
const nothingThere = (page: Page) => sheet(page).waitFor({ state: 'detached' });

/** What was sent so far. */
const sent = (page: Page) =>
  page.evaluate(() =>
    window.stage
      .asksFor('sendFile')
      .map((each) => each as { clientMessageId: string; name: string; mediaType: string; bytes: Uint8Array })
      .map(({ bytes, ...rest }) => ({ ...rest, bytes: [...bytes] })),
  );

/** What was chosen in a file manager, let go over the window. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const devTools = await page.context().newCDPSession(page);
  const at = { x: 400, y: 300, data: { items: [], files: [...paths], dragOperationsMask: 1 } };
  await devTools.send('Input.dispatchDragEvent', { type: 'dragEnter', ...at });
  await page.getByText('Drop files here').waitFor();
  await devTools.send('Input.dispatchDragEvent', { type: 'drop', ...at });
  await page.getByText('Drop files here').waitFor({ state: 'detached' });
}

/** Ctrl+V with this in the clipboard. */
const paste = (page: Page, given: { text?: string; html?: string; files?: readonly string[] }) =>
  box(page).evaluate((field, { text, html, files = [] }) => {
    const clipboardData = new DataTransfer();
    if (text !== undefined) clipboardData.setData('text/plain', text);
    if (html !== undefined) clipboardData.setData('text/html', html);
    for (const name of files) clipboardData.items.add(new File(['x'], name, { type: 'image/png' }));
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    field.dispatchEvent(event);
    return event.defaultPrevented;
  }, given);

async function objections(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe('sending files', () => {
  it('says of which it is not known what they tell of a place', async () => {
    const page = await openPage('short');
    const file = (name: string, mimeType: string) => ({ name, mimeType, buffer: Buffer.from('x') });
    await choose(page, file('IMG_1.HEIC', ''), file('walk.mov', 'video/quicktime'), note('list.txt'));
    await rows(page).nth(2).waitFor();
    const hints = await rows(page).evaluateAll((all) =>
      all.map((row) => row.querySelector('.hint')?.textContent ?? ''),
    );
    const says = 'A picture or film of this kind may tell where it was taken; that cannot be removed here.';
    expect(hints).toEqual([says, says, '']);
  });

  it('shows what was chosen, sends each as a message of its own, with its progress, and leaves the text alone', async () => {
    const page = await openPage('short');
    await box(page).fill('Two files follow');
    const jpeg = await aPicture(page, 'image/jpeg');
    const exif = Buffer.from('Exif\0\0 53.0793 north');
    const told = [jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif, jpeg.subarray(2)];
    await choose(
      page,
      { name: 'Gate.jpg', mimeType: 'image/jpeg', buffer: Buffer.concat(told) },
      note('Waybill.txt'),
    );
    await expect.poll(() => heading(page).textContent()).toBe('Send 2 files');
    await sheet(page).locator('img').waitFor();
    expect(await focusedName(page)).toBe('Send 2 files');
    await sheet(page).getByLabel('Description for those').fill('The gate');
    // Enter in a field sends neither the files nor the text that waits behind the sheet.
    await page.keyboard.press('Enter');
    expect([...(await asked(page, 'sendFile')), ...(await asked(page, 'sendMessage'))]).toEqual([]);

    // Nothing is lost where main says no, and the next try is the same message.
    await refuse(page, 'sendFile', { kind: 'storage', reason: 'full' });
    await button(page, 'Send 2 files').click();
    await expect.poll(() => sheet(page).getByText('The disk of this computer is full').count()).toBe(2);
    await page.evaluate(() => delete window.stage.answers.sendFile);
    await button(page, 'Send 2 files').click();
    await nothingThere(page);
    const all = await sent(page);
    expect(all.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ...[
        ['Gate.jpg', 'image/jpeg'],
        ['Waybill.txt', 'text/plain'],
      ],
      ...[
        ['Gate.jpg', 'image/jpeg'],
        ['Waybill.txt', 'text/plain'],
      ],
    ]);
    expect(all[2]).toMatchObject({ altText: 'The gate', clientMessageId: all[0]?.clientMessageId });
    expect(new Set(all.map(({ clientMessageId }) => clientMessageId)).size).toBe(2);
    expect(Buffer.from(all[2]?.bytes ?? []).equals(jpeg)).toBe(true);
    expect(await box(page).inputValue()).toBe('Two files follow');
    expect(await focusedName(page)).toBe('Message');

    await page.getByRole('img', { name: 'The gate' }).waitFor();
    const key = await lastKey(page);
    await page.evaluate((file) => window.stage.media.progress(file, 42), key);
    const bar = page.getByRole('progressbar', { name: 'Sending Waybill.txt' });
    await expect.poll(() => bar.getAttribute('value')).toBe('42');
    await page.evaluate((file) => window.stage.media.arrived(file), key);
    await bar.waitFor({ state: 'detached' });

    // Smaller, drawn anew, and a second one that is called off on its way.
    await choose(page, {
      name: 'Gate.png',
      mimeType: 'image/png',
      buffer: await aPicture(page, 'image/png', 4_096, 64),
    });
    await sheet(page).getByLabel('Size').selectOption({ label: 'Smaller, 2048 × 32' });
    await button(page, 'Send').last().click();
    await nothingThere(page);
    const small = (await sent(page)).at(-1);
    expect(small).toMatchObject({ name: 'Gate.webp', mediaType: 'image/webp' });
    await expect
      .poll(() =>
        page.getByRole('img', { name: 'Gate.webp' }).evaluate((img: HTMLImageElement) => img.naturalWidth),
      )
      .toBe(2_048);
    await page.getByRole('button', { name: 'Do not send Gate.webp' }).dispatchEvent('click');
    await page.getByRole('img', { name: 'Gate.webp' }).waitFor({ state: 'detached' });
    expect(await asked(page, 'discardMessage')).toMatchObject([{ key: small?.clientMessageId }]);
  }, 60_000);

  it('H-16 refuses folders, pipes, what is too large and too many before a byte is read', async () => {
    const page = await openPage('short');
    const folder = await mkdtemp(join(tmpdir(), 'dropped-'));
    const at = (name: string) => join(folder, name);
    try {
      await mkdir(at('Photos'));
      execFileSync('mkfifo', [at('pipe')]);
      await writeFile(at('fine.txt'), 'fine');
      await symlink('/dev/zero', at('zero'));
      await writeFile(at('film.mp4'), '');
      await truncate(at('film.mp4'), 5 * 1024 ** 3);
      await drop(page, ['Photos', 'pipe', 'zero', 'film.mp4', 'fine.txt'].map(at));
      await expect.poll(() => heading(page).textContent()).toBe('Send 1 file');
      expect(await rows(page).allTextContents()).toEqual([
        '\u2068Photos\u2069 is a folder. Choose the files in it.',
        '\u2068pipe\u2069 is empty.',
        '\u2068zero\u2069 is empty.',
        '\u2068film.mp4\u2069 is too large: at most 52 MB can be sent.',
        expect.stringContaining('fine.txt'),
      ]);
      // What is gone by the time it is sent stays, with the reason.
      await rm(at('fine.txt'));
      await button(page, 'Send').last().click();
      await sheet(page).getByText('cannot be read').waitFor();
      expect(await asked(page, 'sendFile')).toEqual([]);
      await page.keyboard.press('Escape');
      await nothingThere(page);
      await page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        for (let n = 0; n < 10_000; n += 1) dataTransfer.items.add(new File(['x'], `${n}.txt`));
        window.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
      });
      await sheet(page).getByText('At most 20 files can be sent at once.').waitFor();
      expect(await heading(page).textContent()).toBe('Nothing to send');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('E-27 pastes files into the sheet, and of rich text only the words; none outlives its session', async () => {
    const page = await openPage('short');
    const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script><b>bold</b>';
    const elements = () => page.locator('img, b, body script, [id^=pasted]').count();
    for (let turn = 0; turn < 100; turn += 1)
      expect(await paste(page, { html: `${evil}<p id="pasted${turn}">`, text: 'words' })).toBe(false);
    // A document brings a picture of itself along.
    expect(await paste(page, { html: evil, text: 'words', files: ['image.png'] })).toBe(false);
    expect(await elements()).toBe(0);
    expect(await page.title()).not.toBe('1');
    expect(await paste(page, { files: ['image.png'] })).toBe(true);
    await expect.poll(() => heading(page).textContent()).toBe('Send 1 file');
    // More of them join it, and Esc leaves them all unsent without a question.
    await paste(page, { files: ['one.png', 'two.png'] });
    await expect.poll(() => heading(page).textContent()).toBe('Send 3 files');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    expect(await focusedName(page)).toBe('Remove two.png');
    await page.keyboard.press('Enter');
    await expect.poll(() => heading(page).textContent()).toBe('Send 2 files');
    expect(await focusedName(page)).toBe('Send 2 files');
    expect(await staysInside(page)).toBe(true);
    await page.keyboard.press('Escape');
    await nothingThere(page);
    expect(await asked(page, 'sendFile')).toEqual([]);
    expect(await focusedName(page)).toBe('Message');
    // What one person has chosen is not there for the next.
    await choose(page, note('Mine.txt'));
    await heading(page).waitFor();
    await page.evaluate(() => void window.stage.bridge.logout());
    await page.getByRole('dialog', { name: 'Send 1 file' }).waitFor({ state: 'detached' });
    expect(await page.getByText('Mine.txt').count()).toBe(0);
  });
});

describe('pictures and files of the thread', () => {
  it('H-12 draws them when they come near, and a stranger’s only when asked', async () => {
    const page = await openPage('pictures-trouble');
    const load = page.getByRole('button', { name: /^Load picture from media\.with/ });
    await thread(page).evaluate((log) => log.scrollTo({ top: 0, behavior: 'instant' }));
    await load.waitFor();
    expect(await page.locator('.thread img').count()).toBe(0);
    const consents = async () =>
      (await asked(page, 'showMedia')).map((each) => (each as { consent: boolean }).consent);
    expect(new Set(await consents())).toEqual(new Set([false]));
    await load.dispatchEvent('click');
    await page.getByRole('img', { name: 'The new timetable' }).waitFor();
    expect((await consents()).filter(Boolean)).toHaveLength(1);
    // What failed for want of a connection comes by itself; what cannot be drawn says so, and can be saved.
    await page.evaluate(() => {
      window.stage.media.hold('t5', new Blob(['no picture'], { type: 'image/png' }), { width: 9, height: 9 });
      delete window.stage.media.troubles['t5'];
      window.stage.push({ link: { kind: 'idle' } });
    });
    await page.getByText('Connected').waitFor({ state: 'detached' });
    await page.evaluate(() => window.stage.push({ link: { kind: 'live' } }));
    const last = page.getByRole('article', { name: /On the way/ });
    await page.keyboard.press('Control+j');
    await last.getByText('This cannot be shown here.').waitFor();
    await last.getByText('Save…').dispatchEvent('click');
    await last.getByText('Saved').waitFor();
    expect(await asked(page, 'saveMedia')).toMatchObject([{ key: 't5', consent: false }]);
  });

  it('moves the message in the middle of the screen by 0 pixels when the pictures around it come', async () => {
    const page = await openPage('pictures');
    const moved = await page.evaluate(async () => {
      const { stage } = window;
      const [first, , own] = stage.view.thread.messages;
      if (first === undefined || own === undefined) throw new Error('no pictures');
      const release: (() => void)[] = [];
      const sizes = [
        { width: 900, height: 1600 },
        { width: 2400, height: 900 },
        { width: 40, height: 30 },
      ];
      const given = Array.from({ length: 12 }, (_, n) => {
        const message = {
          ...(n % 2 ? own : first),
          id: first.id,
          key: `later-${n}`,
          received: first.received,
        };
        const size = sizes[n % 3] ?? null;
        stage.media.hold(
          message.key,
          new Blob([`<svg xmlns="http://www.w3.org/2000/svg"/>`], { type: 'image/svg+xml' }),
          size,
        );
        return message;
      });
      stage.answers.showMedia = (input) =>
        new Promise((done) => {
          release.push(() => {
            const answer = stage.media.answer('showMedia', input);
            if (answer !== undefined) done(answer);
          });
        });
      stage.upsert(given);
      const frame = () => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
      for (let count = 0; count < 10; count += 1) await frame();
      const log = document.querySelector('.thread');
      log?.scrollTo({ top: log.scrollHeight / 2, behavior: 'instant' });
      for (let count = 0; count < 20; count += 1) await frame();
      const bubble = [...document.querySelectorAll('article')]
        .find((each) => each.getBoundingClientRect().bottom > window.innerHeight / 2)
        ?.querySelector('.bubble');
      const stood = bubble?.getBoundingClientRect().top ?? Infinity;
      const loaded = release.length;
      for (const each of release.splice(0)) each();
      let most = 0;
      for (let count = 0; count < 30; count += 1) {
        await frame();
        most = Math.max(most, Math.abs((bubble?.getBoundingClientRect().top ?? Infinity) - stood));
      }
      return { most, loaded, drawn: document.querySelectorAll('.thread img').length };
    });
    expect(moved).toMatchObject({ most: 0 });
    expect(moved.loaded).toBeGreaterThan(2);
    expect(moved.drawn).toBeGreaterThan(2);
  });

  it('are looked at closely without a pointer: arrows, zoom, save, and back to where one was', async () => {
    const page = await openPage('pictures');
    await page.keyboard.press('F6');
    await page.keyboard.press('F6');
    await page.keyboard.press('Home');
    await button(page, 'Look at The pallet at the gate').waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => focusedName(page)).toBe('Look at The pallet at the gate');
    await page.keyboard.press('Enter');
    await expect.poll(() => heading(page).textContent()).toBe('The pallet at the gate');
    expect(await objections(page)).toEqual([]);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => heading(page).textContent()).toBe('The whole lorry, from the side');
    await page.getByRole('status').getByText('2 of 4').waitFor();
    const transform = () =>
      sheet(page)
        .locator('.viewer-stage img')
        .evaluate((img: HTMLElement) => img.style.transform);
    await page.keyboard.press('+');
    expect(await transform()).toBe('translate(0px, 0px) scale(1.4)');
    await sheet(page).locator('.viewer-stage').hover();
    await page.mouse.down();
    await page.mouse.move(500, 300);
    await page.mouse.move(540, 310);
    await page.mouse.up();
    expect(await transform()).not.toContain('translate(0px, 0px)');
    await page.mouse.wheel(0, -200);
    await expect.poll(transform).not.toContain('scale(1.4)');
    await page.keyboard.press('0');
    await expect.poll(transform).toBe('translate(0px, 0px) scale(1)');
    await page.keyboard.press('s');
    expect(await asked(page, 'saveMedia')).toMatchObject([{ key: 'p2' }]);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => heading(page).textContent()).toBe('The pallet at the gate');
    expect(await staysInside(page)).toBe(true);
    await page.keyboard.press('Escape');
    await nothingThere(page);
    await expect.poll(() => focusedName(page)).toBe('Look at The pallet at the gate');
    await page.keyboard.press('Enter');
    await heading(page).waitFor();
    await page.evaluate(() => void window.stage.bridge.logout());
    await page.locator('.viewer').waitFor({ state: 'detached' });
  });

  it('play only when Play is pressed, and save a stranger’s file at the second press', async () => {
    const page = await openPage('files');
    expect(await page.locator('audio, video').count()).toBe(0);
    expect(await asked(page, 'showMedia')).toEqual([]);
    await page.getByRole('article', { name: 'Lena, 09:02: 1 file, Voice message.wav' }).waitFor();
    await page.locator('.player-sound').getByRole('button', { name: 'Play' }).dispatchEvent('click');
    const sound = page.locator('audio');
    await sound.waitFor({ state: 'attached' });
    expect(
      await sound.evaluate((each: HTMLAudioElement) => [each.preload, each.autoplay, each.tabIndex]),
    ).toEqual(['none', false, -1]);
    expect(await asked(page, 'showMedia')).toMatchObject([{ key: 'f3', consent: false }]);
    await page.evaluate(() => {
      window.stage.media.troubles['f5'] = { kind: 'media', trouble: 'foreign' };
    });
    await page.getByRole('button', { name: 'Save Photos.zip' }).dispatchEvent('click');
    await page.getByRole('button', { name: 'Save from service.example' }).dispatchEvent('click');
    await page.getByRole('button', { name: 'Saved: Photos.zip' }).waitFor();
    expect((await asked(page, 'saveMedia')).map((each) => (each as { consent: boolean }).consent)).toEqual([
      false,
      true,
    ]);
    expect(await objections(page)).toEqual([]);
  });

  it('have nothing that axe objects to on their way there, and no scrolling sideways in a small window', async () => {
    const page = await openPage('uploads', { colorScheme: 'dark', viewport: { width: 320, height: 480 } });
    await page.getByRole('progressbar').waitFor();
    expect(await objections(page)).toEqual([]);
    await choose(page, {
      name: `${'Long-name-'.repeat(20)}.png`,
      mimeType: 'image/png',
      buffer: await aPicture(page, 'image/png', 3_000, 60),
    });
    await sheet(page).locator('img').waitFor();
    expect(await objections(page)).toEqual([]);
    const tooWide = await page.evaluate(() =>
      [...document.querySelectorAll('.thread .bubble, .thread .bubble *, .dialog, .dialog *')]
        .filter((each) => {
          const { left, right, width } = each.getBoundingClientRect();
          return width > 1 && (left < 0 || right > window.innerWidth) && each.closest('.file-head') === null;
        })
        .map((each) => `${each.tagName} ${each.className}`),
    );
    expect(tooWide).toEqual([]);
  });
});
