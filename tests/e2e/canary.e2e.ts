import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ClientMessageId } from '../../contract/ids.ts';
import type { AnyClipboard } from '../../main/desktop/own-clipboard.ts';
import { type Canary, plant } from '../canary/encodings.ts';
import { scanFolder, scanMemory } from '../canary/scanner.ts';
import { Search } from '../canary/search.ts';
import { png } from '../server/picture.ts';
import { Business } from './harness/business.ts';
import type { Device } from './harness/device.ts';
import { descendantsOf, isRunning, readProc, renderersOf } from './harness/electron.ts';
import { jwtFor } from './harness/jwt.ts';
import { expect, test as base } from './harness/story.ts';

/** One person's words, each planted where words of a person come to rest. */
const newPlants = () => ({
  userId: plant('userId'),
  name: plant('name'),
  message: plant('message'),
  answer: plant('answer'),
  draft: plant('draft'),
  selected: plant('selected'),
  copied: plant('copied'),
  /** Inside of a text that was sent as a file. */
  file: plant('file'),
  /** Inside of what a picture tells of itself. */
  picture: plant('picture'),
});
type Plants = ReturnType<typeof newPlants>;

interface Machine {
  readonly device: Device;
  /** The system's folder for temporary files, of this device alone. */
  readonly temp: string;
  /** Somebody signs in and leaves canaries wherever that can be done. */
  readonly live: () => Promise<Plants>;
}

const test = base.extend<{ machine: Machine }>({
  machine: async ({ newDevice, service }, use) => {
    const temp = mkdtempSync(join(tmpdir(), 'onethread-temp-'));
    const device = await newDevice('desk', { env: { TMPDIR: temp } });
    const business = new Business(service);
    const live = async (): Promise<Plants> => {
      const plants = newPlants();
      const { userId, message, answer, draft, selected, copied, name } = plants;
      expect(await device.login(userId.text, await jwtFor(service, userId.text))).toMatchObject({ ok: true });
      await device.running.oneWindow();
      for (const { text } of [message, selected, copied]) await device.write(text);
      await device.waitUntilSent(copied.text);
      await business.say(await business.conversationOf(userId.text), answer.text);
      await device.waitForMessage(answer.text);
      await device.page.evaluate(async (givenName) => {
        const view = await globalThis.smooch.getView();
        if (view.ok)
          await globalThis.smooch.updateUser({ epoch: view.value.session.epoch, profile: { givenName } });
      }, name.text);
      await sendFile(device, 'notes.txt', Buffer.from(plants.file.text));
      await sendFile(device, 'parcel.png', pictureTelling(plants.picture.text));
      await expect(device.thread.locator('.picture img')).toBeVisible();
      await expect.poll(() => device.page.evaluate(waiting)).toBe(0);
      await device.thread.getByText(copied.text).click({ clickCount: 3 });
      await device.page.keyboard.press('Control+C');
      await device.thread.getByText(selected.text).click({ clickCount: 3 });
      await device.composer.fill(draft.text);
      return plants;
    };
    await use({ device, temp, live });
    rmSync(temp, { recursive: true, force: true });
  },
});

/** As the page sends a file, without a look at what is in it. */
async function sendFile({ page }: Device, name: string, bytes: Buffer): Promise<void> {
  const accepted = await page.evaluate(
    async ([fileName, letters]) => {
      const view = await globalThis.smooch.getView();
      if (!view.ok) return view;
      return globalThis.smooch.sendFile({
        epoch: view.value.session.epoch,
        clientMessageId: crypto.randomUUID() as ClientMessageId,
        name: fileName,
        mediaType: 'text/plain',
        bytes: Uint8Array.from(letters, (letter) => letter.charCodeAt(0)),
        altText: null,
      });
    },
    [name, bytes.toString('latin1')] as const,
  );
  expect(accepted).toMatchObject({ ok: true });
}

const waiting = `globalThis.smooch.getView().then((view) => view.ok ? view.value.waiting : -1)`;

/** A picture with a comment in it (PNG third edition, 11.3.3.3). */
function pictureTelling(comment: string): Buffer {
  const body = Buffer.from(`tEXtComment\0${comment}`, 'latin1');
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, 33), length, body, sum, png.subarray(33)]);
}

/** What a process is, by its command line: a page, a part of Chromium, or a helper of ours. */
function kindOf(pid: number): string {
  const line = readProc(pid, 'cmdline');
  const type = /--type=(\S+)/.exec(line)?.[1] ?? /(store|vault)\.cjs/.exec(line)?.[1] ?? line;
  return [type, /--utility-sub-type=(\S+)/.exec(line)?.[1]].filter(Boolean).join(' ');
}

/**
 * Every process below the main one, which holds what it needs and lets it go when its memory is used again. So does
 * Chromium's network process: what went through it may be found there for a while.
 */
function helpers(device: Device): number[] {
  return descendantsOf(device.running.pid).filter((pid) => !kindOf(pid).includes('network'));
}

/** Where the canaries can be read in memory. Every process that is asked has to answer, unless it ends meanwhile. */
function inMemory(device: Device, canaries: readonly Canary[]): string[] {
  return helpers(device).flatMap((pid) => {
    const what = kindOf(pid);
    const scan = scanMemory(pid, canaries);
    if (scan.outcome === 'skipped') return isRunning(pid) ? [`${what} was not seen: ${scan.reason}`] : [];
    return scan.hits.map(({ kind, encoding }) => `${kind} as ${encoding} in ${what}`);
  });
}

/** Where they can be read on the disk: the app's data, the folder for temporary files, the home with its keyring. */
function onDisk({ device, temp }: Machine, canaries: readonly Canary[]): string[] {
  return [device.userDataDir, temp, device.keyring.env['HOME'] ?? ''].flatMap((folder) => {
    const { hits, unreadable } = scanFolder(folder, canaries);
    return [
      ...hits.map(({ kind, where }) => `${kind} in ${where}`),
      ...unreadable.map((path) => `${path} unread`),
    ];
  });
}

/** Where they can be read by anybody who looks at the machine: on command lines, in environments, in what the app has said. */
function inTheOpen({ device }: Machine, canaries: readonly Canary[]): string[] {
  const search = new Search(canaries);
  for (const pid of [device.running.pid, ...descendantsOf(device.running.pid)]) {
    for (const file of ['cmdline', 'environ'] as const)
      search.look(Buffer.from(readProc(pid, file)), `${file} of ${kindOf(pid)}`);
  }
  search.look(Buffer.from(device.running.output()), 'log');
  return search.hits.map(({ kind, where }) => `${kind} in ${where}`);
}

/** Of somebody who is remembered, or locked, the next person is shown who it is. */
const unknownToTheNext = (plants: Plants): Canary[] =>
  Object.values(plants).filter(({ kind }) => kind !== 'userId' && kind !== 'name');

/** The page in front is one that has drawn nothing of `plants`: another process than `before`, the only one. */
async function expectClean(
  machine: Machine,
  before: readonly number[],
  canaries: readonly Canary[],
): Promise<void> {
  const { device } = machine;
  await device.running.oneWindow();
  await expect.poll(() => renderersOf(device.running.pid).filter((pid) => before.includes(pid))).toEqual([]);
  expect(renderersOf(device.running.pid).length).toBeGreaterThan(0);
  expect(inMemory(device, canaries)).toEqual([]);
  expect(onDisk(machine, canaries)).toEqual([]);
}

test.describe('The canaries of one person', () => {
  test('A-02 A-03 K-02 K-14 are in no page and no helper after a switch, and never on the disk', async ({
    machine,
    service,
  }) => {
    const { device, live } = machine;
    const plants = await live();
    const before = renderersOf(device.running.pid);
    // The scan sees what is there: else what it does not see would prove nothing.
    const seen = inMemory(device, Object.values(plants)).join();
    for (const { kind } of unknownToTheNext(plants).filter(
      ({ kind }) => kind !== 'file' && kind !== 'picture',
    ))
      expect(seen).toMatch(new RegExp(`${kind} as UTF-8 in renderer`));
    expect(seen).toContain('message as UTF-8 in store');
    expect(onDisk(machine, Object.values(plants))).toEqual([]);
    expect(inTheOpen(machine, Object.values(plants))).toEqual([]);

    const next = plant('userId of the next');
    await device.login(next.text, await jwtFor(service, next.text));
    await expect.poll(() => device.whoAmI()).toBe(`${next.text}, Verified`);
    await expectClean(machine, before, unknownToTheNext(plants));
    expect(onDisk(machine, Object.values(plants))).toEqual([]);
  });

  test('A-02 A-03 R-09 are in no page, no helper and nowhere on the disk after a sign-out', async ({
    machine,
  }) => {
    const { device, live } = machine;
    const plants = await live();
    const before = renderersOf(device.running.pid);
    await device.signOut();
    await expectClean(machine, before, Object.values(plants));
    expect(inTheOpen(machine, Object.values(plants))).toEqual([]);
    await device.kill();
    expect(onDisk(machine, Object.values(plants))).toEqual([]);
  });

  test('R-12 are on no clipboard and in no title after a sign-out', async ({ machine }) => {
    const { device, live } = machine;
    const plants = await live();
    const shown = (): Promise<string> =>
      device.running.app.evaluate(async ({ clipboard, BrowserWindow }) => {
        const board: AnyClipboard = clipboard;
        const selection = board.selection?.readText() ?? board.readText('selection');
        const titles = BrowserWindow.getAllWindows().map((window) => window.getTitle());
        return [await board.readText(), await selection, ...titles].join(' | ');
      });
    const before = await shown();
    expect(before).toContain(plants.copied.text);
    expect(before).toContain(plants.selected.text);
    await device.signOut();
    const after = await shown();
    expect(Object.values(plants).filter(({ text }) => after.includes(text))).toEqual([]);
  });

  test('A-10 of a visitor are nowhere on the disk while they are there, and in no page after them', async ({
    machine,
  }) => {
    const { device, live } = machine;
    const chosen = await device.page.evaluate(() => globalThis.smooch.setMachine({ mode: 'kiosk' }));
    expect(chosen).toMatchObject({ ok: true });
    await device.restart();
    const plants = await live();
    expect(onDisk(machine, Object.values(plants))).toEqual([]);
    expect(device.accounts()).toEqual([]);
    expect(device.keychainItems()).toEqual([]);
    const before = renderersOf(device.running.pid);
    await device.page.evaluate(() => void globalThis.smooch.logout());
    await expectClean(machine, before, Object.values(plants));
    expect(device.accounts()).toEqual([]);
  });

  test('A-10 are in no page and no helper while the session is locked, and back when it is unlocked', async ({
    machine,
  }) => {
    const { device, live } = machine;
    const plants = await live();
    const before = renderersOf(device.running.pid);
    const set = await device.page.evaluate(async () => {
      const view = await globalThis.smooch.getView();
      if (!view.ok) return view;
      return globalThis.smooch.setPasscode({ epoch: view.value.session.epoch, passcode: '2468' });
    });
    expect(set).toMatchObject({ ok: true });
    // The page that asks is gone before it could hear the answer.
    await device.page.evaluate(() => void globalThis.smooch.lock());
    await expect
      .poll(async () => await device.page.evaluate(() => globalThis.smooch.session()))
      .toMatchObject({ ok: true, value: { kind: 'locked' } });
    await expectClean(machine, before, unknownToTheNext(plants));
    await device.page.evaluate(() => void globalThis.smooch.unlock({ passcode: '2468' }));
    await device.waitForMessage(plants.message.text);
    await expect(device.composer).toHaveValue(plants.draft.text);
  });
});
