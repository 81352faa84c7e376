import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MachineChoices } from '../../contract/machine.ts';
import type { Device } from './harness/device.ts';
import { descendantsOf, isRunning, readProc, renderersOf } from './harness/electron.ts';
import { connectionsTo, openFilesOf, policyIn } from './harness/machine.ts';
import { ana, bo } from './harness/people.ts';
import { keptPlaceOf } from './harness/window-place.ts';
import { expect, test as base } from './harness/story.ts';

interface Story {
  /** A device under a policy. */
  readonly under: (words: MachineChoices | string, mode?: number) => Promise<Device>;
}

const test = base.extend<Story>({
  under: async ({ newDevice }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'onethread-policy-'));
    await use((words, mode) => newDevice('desk', { switches: [policyIn(folder, words, mode)] }));
    rmSync(folder, { recursive: true });
  },
});

/** Long runs take more of them. */
const switches = Number(process.env['ONETHREAD_SWITCHES'] ?? 20);

const secret = 'Ana keeps the key under the blue pot.';
const nobody = 'You, Only on this device';

/** Everything on the disk of a device, its file names included, in one heap. */
function diskOf(device: Device): Buffer {
  const files = readdirSync(device.userDataDir, { recursive: true, withFileTypes: true });
  return Buffer.concat(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return Buffer.concat([Buffer.from(`${path}\n`), file.isFile() ? readFileSync(path) : Buffer.alloc(0)]);
    }),
  );
}

const onDisk = (device: Device, text: string): boolean =>
  diskOf(device).includes(Buffer.from(text, 'utf8')) || diskOf(device).includes(Buffer.from(text, 'utf16le'));

/** The process in which the page's code runs now. */
function rendererOf(device: Device): number {
  const [pid, ...more] = renderersOf(device.running.pid);
  if (pid === undefined || more.length > 0) throw new Error('not one page');
  return pid;
}

async function isHere(device: Device, who: string): Promise<void> {
  await expect.poll(() => device.whoAmI().catch(() => '')).toBe(who);
  await device.running.oneWindow();
}

async function anaWrites(device: Device): Promise<void> {
  await device.signIn(ana);
  await device.write(secret);
  await device.waitUntilSent(secret);
}

test.describe('A desk that several people share', () => {
  const idle = { afterSeconds: 5, graceSeconds: 5, then: 'signOut' } as const;

  test('A-10 asks “Still there?”, takes a yes, and without an answer signs out and erases', async ({
    under,
  }) => {
    const desk = await under({ mode: 'shared', idle });
    await anaWrites(desk);
    const question = desk.page.getByRole('alertdialog', { name: /^Still there, / });
    await expect(question).toBeVisible();
    await desk.picture('1-still-there');
    await question.getByRole('button', { name: 'Stay' }).click();
    await expect(question).toBeHidden();
    expect(await desk.texts()).toEqual([secret]);

    await expect(question).toBeVisible();
    await isHere(desk, nobody);
    expect(await desk.texts()).toEqual([]);
    await expect(desk.page.getByText('Nobody was here for a while')).toBeVisible();
    // What is there now belongs to the next person.
    expect(desk.accounts()).toHaveLength(1);
    await expect.poll(() => desk.keychainItems()).toEqual(desk.accounts());
    await desk.picture('2-signed-out');
  });

  test('A-10 R-09 keeps nobody over a quit, nor over a power cut', async ({ under }) => {
    const desk = await under({ mode: 'shared' });
    await anaWrites(desk);
    await desk.quit();
    expect([desk.accounts(), desk.keychainItems()]).toEqual([[], []]);

    await desk.open();
    await isHere(desk, nobody);
    await anaWrites(desk);
    const [hers] = desk.accounts();
    await desk.kill();
    expect(desk.accounts()).toEqual([hers]);
    await desk.open();
    await isHere(desk, nobody);
    expect(desk.accounts()).not.toContain(hers);
    await expect.poll(() => desk.keychainItems()).toEqual(desk.accounts());
  });

  test('A-10 locks with the desktop, and opens again with the passcode from the cache', async ({
    under,
    service,
  }) => {
    const desk = await under({ mode: 'shared', onSystemLock: 'lock' });
    await anaWrites(desk);
    const view = await desk.page.evaluate(() => globalThis.smooch.getView());
    if (!view.ok) throw new Error('no view');
    const { epoch } = view.value.session;
    const set = (of: number) => globalThis.smooch.setPasscode({ epoch: of as never, passcode: '4711' });
    expect(await desk.page.evaluate(set, epoch)).toMatchObject({ ok: true });
    const pages = renderersOf(desk.running.pid);
    const stores = storesOf(desk);

    desk.lockDesktop();
    const isLocked = () => desk.page.getByLabel('Passcode').isVisible();
    await expect.poll(() => isLocked().catch(() => false)).toBe(true);
    await desk.running.oneWindow();
    expect(await desk.page.locator('body').textContent()).not.toContain(secret);
    expect(pages).not.toContain(rendererOf(desk));
    await expect.poll(() => stores.filter(isRunning)).toEqual([]);
    await desk.picture('3-locked');

    service.process.kill('SIGSTOP');
    await desk.page.getByLabel('Passcode').fill('1234');
    await desk.page.getByRole('button', { name: 'Unlock' }).click();
    await expect(desk.page.locator('.problem')).toBeVisible();
    await desk.page.getByLabel('Passcode').fill('4711');
    await desk.page.getByRole('button', { name: 'Unlock' }).click();
    await desk.waitForMessage(secret);
    service.process.kill('SIGCONT');
  });

  test('lets in nobody unproven while the policy can be read by nobody', async ({ under }) => {
    // Everybody may write to it: it may be anybody's.
    const desk = await under({ mode: 'personal' }, 0o666);
    await expect(desk.page.getByText('The rules of your organization cannot be read.')).toBeVisible();
    expect(await desk.login('user-x')).toEqual({ ok: false, failure: { kind: 'forbidden' } });
    await desk.signIn(ana);
    expect(await desk.whoAmI()).toBe(`${ana.userId}, Verified`);
  });
});

test.describe('A screen for visitors', () => {
  test('A-10 K-08 writes nothing to the disk, and forgets a visitor at one press, page and all', async ({
    under,
  }) => {
    const desk = await under({ mode: 'kiosk' });
    const done = desk.page.getByRole('button', { name: 'I’m done' });
    await expect(done).toBeVisible();
    await desk.write(secret);
    await desk.waitUntilSent(secret);
    expect([desk.accounts(), desk.keychainItems()]).toEqual([[], []]);
    expect(onDisk(desk, secret)).toBe(false);
    const page = rendererOf(desk);
    const stores = storesOf(desk);
    await desk.picture('4-visitor');

    await done.click();
    await expect.poll(() => isRunning(page)).toBe(false);
    await desk.running.oneWindow();
    await expect(desk.composer).toBeEditable();
    expect(await desk.texts()).toEqual([]);
    expect(rendererOf(desk)).not.toBe(page);
    expect(stores.filter(isRunning)).toEqual([]);
    await expect(desk.page.getByText('Everything of the visitor before you was erased.')).toBeVisible();
    expect([desk.accounts(), desk.keychainItems(), onDisk(desk, secret)]).toEqual([[], [], false]);
    await desk.picture('5-next-visitor');
  });
});

test.describe('Another person', () => {
  test('A-02 gets a page, a store and connections of their own, in the very window that was there', async ({
    newDevice,
    service,
  }) => {
    const desk = await newDevice('desk');
    await anaWrites(desk);
    const connected = () => connectionsTo(service.ready.baseUrl, pid);
    const { app, pid } = desk.running;
    const bounds = () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.getBounds()));
    await app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 200, y: 100, width: 520, height: 640 });
      BrowserWindow.getAllWindows()[0]?.webContents.setZoomLevel(1);
    });
    // It has come to rest: what it says of its place before the window manager has framed it is only a wish.
    const place = { x: 200, y: 100, width: 520, height: 640 };
    await expect.poll(() => keptPlaceOf(desk)).toEqual(place);
    const before = await bounds();
    const [hers = ''] = desk.accounts();
    const page = rendererOf(desk);
    const stores = storesOf(desk);
    const connections = connected();
    expect([stores.length, connections.length > 0]).toEqual([1, true]);
    expect(openFilesOf(pid).some((name) => name.includes(hers))).toBe(true);

    await desk.signIn(bo);
    await isHere(desk, `${bo.userId}, Verified`);
    await desk.write('Bo was here.');
    await desk.waitUntilSent('Bo was here.');
    expect([isRunning(page), rendererOf(desk) === page]).toEqual([false, false]);
    const shared = () => connected().filter((one) => connections.includes(one));
    // The service keeps an idle connection for five seconds: one that goes later was not closed, but forgotten.
    await expect.poll(shared, { timeout: 3_000 }).toEqual([]);
    await expect.poll(() => stores.filter(isRunning)).toEqual([]);
    await expect.poll(() => openFilesOf(pid).filter((name) => name.includes(hers))).toEqual([]);
    await expect.poll(bounds).toEqual(before);
    const zoom = await app.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((contents) => contents.getZoomLevel()),
    );
    expect(zoom).toEqual([1]);
  });

  test(`A-07 ${switches} switches leave no process, no open file and no memory behind`, async ({
    newDevice,
  }) => {
    test.setTimeout(60_000 + switches * 5_000);
    const desk = await newDevice('desk');
    await anaWrites(desk);
    await desk.signIn(bo);
    await isHere(desk, `${bo.userId}, Verified`);
    await desk.write('Bo was here.');
    await desk.waitUntilSent('Bo was here.');
    const { pid } = desk.running;
    const switchTo = async (userId: string, text: string): Promise<void> => {
      await desk.page.evaluate(switchInPage, userId).catch(() => undefined);
      await isHere(desk, `${userId}, Verified`);
      await expect.poll(() => desk.texts()).toEqual([text]);
    };
    const there = async (): Promise<void> => switchTo(ana.userId, secret);
    const back = async (): Promise<void> => switchTo(bo.userId, 'Bo was here.');
    // What is made once and used again is there after a few.
    for (let n = 0; n < 3; n++) await there().then(back);
    const before = await traces(pid);
    for (let n = 0; n < switches / 2; n++) await there().then(back);
    const after = await traces(pid);
    expect(after.processes).toBe(before.processes);
    expect(Math.abs(after.files - before.files)).toBeLessThanOrEqual(5);
    expect(after.kilobytes).toBeLessThan(before.kilobytes * 1.1);
  });
});

/** Runs in the page, which the switch takes away. */
async function switchInPage(userId: string): Promise<void> {
  const view = await globalThis.smooch.getView();
  const card = view.ok ? view.value.accounts.find((one) => one.userId === userId) : undefined;
  if (card !== undefined) await globalThis.smooch.switchAccount({ account: card.account });
}

/** What the main process holds once its helpers for the last person are gone. */
async function traces(pid: number): Promise<Record<'processes' | 'files' | 'kilobytes', number>> {
  const stores = () => descendantsOf(pid).filter((one) => readProc(one, 'cmdline').includes('store.cjs'));
  await expect.poll(() => stores().length).toBeLessThanOrEqual(2);
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readProc(pid, 'status'))?.[1]);
  const files = readdirSync(`/proc/${pid}/fd`).length;
  return { processes: descendantsOf(pid).filter(isRunning).length, files, kilobytes };
}

/** The processes that hold an open history. */
function storesOf(device: Device): number[] {
  return descendantsOf(device.running.pid).filter((pid) => readProc(pid, 'cmdline').includes('store.cjs'));
}
