import { readFileSync } from 'node:fs';
import { FaultProxy } from '../faults/proxy/fault-proxy.ts';
import { Toxic } from '../faults/plans/action.ts';
import type { ProxyEvent } from '../faults/proxy/imposed.ts';
import { Business } from './harness/business.ts';
import type { Device } from './harness/device.ts';
import { descendantsOf, readProc } from './harness/electron.ts';
import { ana } from './harness/people.ts';
import { expect, test as base } from './harness/story.ts';

const megabyte = 1024 * 1024;

/** A desk behind a line that can be spoilt. */
const test = base.extend<{ line: FaultProxy; cuts: ProxyEvent[]; desk: Device }>({
  cuts: async ({}, use) => use([]),
  line: async ({ service, cuts }, use) => {
    const log = (event: ProxyEvent): void => void (event.detail === 'limit_data' && cuts.push(event));
    const line = await FaultProxy.start({ target: () => service.ready.baseUrl, seed: 1, log });
    await use(line);
    await line.close();
  },
  desk: async ({ line, newDevice }, use) => {
    const { configBaseUrl } = await line.link('desk');
    const desk = await newDevice('desk', { configUrl: configBaseUrl });
    await desk.signIn(ana);
    await use(desk);
  },
});

const toxic = (words: object): Toxic => Toxic.parse({ layer: 'bytes', ...words });

async function send(desk: Device, name: string, bytes: Buffer): Promise<void> {
  await desk.page
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
}

const filesOf = (device: Device): Promise<string[]> => device.thread.locator('.file-name').allTextContents();

test('D-19 on a slow line writing waits for nothing, progress is shown, and what was called off never arrives', async ({
  line,
  desk,
  service,
}) => {
  test.setTimeout(240_000);
  // Two kilobytes a second, five seconds for every answer, and a third of the connections stand still.
  const slow = [
    toxic({ kind: 'bandwidth', stream: 'upstream', rate: 2 }),
    toxic({ kind: 'bandwidth', rate: 2 }),
    toxic({ kind: 'latency', latency: 5_000 }),
    toxic({ kind: 'timeout', stream: 'upstream', timeout: 20_000, toxicity: 0.3 }),
  ].map((each) => line.impose('desk', each));

  const texts = ['One.', 'Two.', 'Three.'];
  for (const text of texts) {
    await desk.composer.pressSequentially(text);
    // At once: a key that waited for the line would not be there yet.
    expect(await desk.composer.inputValue()).toBe(text);
    await desk.composer.press('Enter');
    await desk.waitForMessage(text);
  }
  await send(desk, 'too-much.bin', Buffer.alloc(8 * megabyte, 7));
  const progress = desk.page.getByRole('progressbar', { name: /too-much\.bin/ });
  await expect.poll(() => progress.evaluate((bar) => Number(Reflect.get(bar, 'value')))).toBeGreaterThan(0);
  await desk.picture('1-on-its-way');
  await desk.composer.pressSequentially('Four.');
  expect(await desk.composer.inputValue()).toBe('Four.');
  await desk.page.getByRole('button', { name: 'Do not send too-much.bin' }).click();
  await expect(progress).toHaveCount(0);
  await desk.composer.press('Enter');
  expect(slow.reduce((sum, { hits }) => sum + hits, 0)).toBeGreaterThan(3);

  await line.heal();
  // A line that has failed is tried again after a while, and never twice with the same message.
  const business = new Business(service);
  const arrived = async () => business.texts(await business.conversationOf(ana.userId));
  await expect.poll(arrived, { timeout: 90_000 }).toEqual([...texts, 'Four.']);
  await desk.waitUntilSent('Four.');
  expect(await filesOf(desk)).toEqual([]);
});

test('D-20 a file of twenty-four megabytes gets over a line that breaks twice: once, whole, and without much memory', async ({
  line,
  cuts,
  desk,
  newDevice,
}) => {
  test.setTimeout(240_000);
  const laptop = await newDevice('laptop');
  await laptop.signIn(ana);
  const breaks = line.impose('desk', toxic({ kind: 'limit_data', stream: 'upstream', bytes: 5 * megabyte }));
  const bytes = Buffer.alloc(24 * megabyte, 'all of it ');
  await send(desk, 'film.bin', bytes);
  const broken = () => new Set(cuts.map(({ connection }) => connection)).size;
  await expect.poll(broken).toBeGreaterThanOrEqual(2);
  breaks.lift();
  await expect(laptop.thread.locator('.file-name')).toHaveText(['film.bin'], { timeout: 60_000 });
  expect(await filesOf(desk)).toEqual(['film.bin']);
  const [, kilobytes] =
    /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${desk.running.pid}/status`, 'utf8')) ?? [];
  expect(Number(kilobytes)).toBeLessThan(500 * 1024);
});

test('D-20 what carries all requests may die: the next message and the next file leave as if nothing had been', async ({
  desk,
  newDevice,
}) => {
  const carrier = descendantsOf(desk.running.pid).find((pid) =>
    readProc(pid, 'cmdline').includes('network.mojom.NetworkService'),
  );
  process.kill(carrier ?? 0, 'SIGKILL');
  await desk.write('Still here?');
  await desk.waitUntilSent('Still here?');
  await send(desk, 'notes.bin', Buffer.from('still here'));
  const laptop = await newDevice('laptop');
  await laptop.signIn(ana);
  await expect(laptop.thread.locator('.file-name')).toHaveText(['notes.bin']);
});
