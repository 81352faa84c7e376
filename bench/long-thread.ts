import type { CDPSession, Page } from '@playwright/test';
import type { Device } from '../tests/e2e/harness/device.ts';
import { deviceWithThread } from './long-thread-device.ts';
import { median, type BenchTable } from './table.ts';

const sizes = { short: 100, long: 100_000, typing: 5_000 };
const frameMs = 1000 / 60;
const steps = 240;
const stepPixels = 400;
const keystrokes = 120;

/** What reading costs the page: measured in it, in the real app with a real encrypted history. */
interface Reading {
  /** Of the frames that a screen of 60 Hz would have shown meanwhile. */
  readonly drawnPercent: number;
  readonly nodes: number;
  readonly heapBytes: number;
}

/**
 * Scrolling up through a thread of 100,000 messages, page after page from the store, beside the same wheel turned in a
 * thread of 100; what is left of it in the page afterwards; and how long a letter takes from its key to the next frame in a
 * thread of 5,000 messages beside one of 100.
 */
export async function longThreadBench(): Promise<BenchTable> {
  const short = await measured(sizes.short, async (device) => ({
    // At the end of the thread, as in the long one.
    typing: await typed(device),
    reading: await scrolled(device.page, false),
  }));
  const long = await measured(sizes.long, async (device) => ({ reading: await scrolled(device.page, true) }));
  const typing = await measured(sizes.typing, async (device) => ({ typing: await typed(device) }));
  const row = (what: string, value: number, baseline: number) => ({
    what,
    medianMs: value,
    ratio: value / baseline,
  });
  return {
    title: 'Reading and writing in a long thread',
    target: 'frames ≥ 0.9 ×, all else ≤ 1.2 × the short thread',
    statistic: 'as the row says',
    rows: [
      row('frames drawn, 100 messages (%)', short.reading.drawnPercent, short.reading.drawnPercent),
      row('frames drawn, 100,000 messages (%)', long.reading.drawnPercent, short.reading.drawnPercent),
      row('DOM nodes, 100 messages', short.reading.nodes, short.reading.nodes),
      row('DOM nodes, 100,000 messages', long.reading.nodes, short.reading.nodes),
      row('heap, 100 messages (MB)', short.reading.heapBytes / 1e6, short.reading.heapBytes / 1e6),
      row('heap, 100,000 messages (MB)', long.reading.heapBytes / 1e6, short.reading.heapBytes / 1e6),
      row('key to frame, 100 messages (ms)', short.typing.delayMs, short.typing.delayMs),
      row('key to frame, 5,000 messages (ms)', typing.typing.delayMs, short.typing.delayMs),
      row('DOM nodes, 5,000 messages', typing.typing.nodes, short.typing.nodes),
    ],
  };
}

async function measured<T>(count: number, measure: (device: Device) => Promise<T>): Promise<T> {
  const device = await deviceWithThread(count);
  try {
    await device.open();
    await device.thread.getByRole('article').last().waitFor();
    return await measure(device);
  } finally {
    await device.dispose();
  }
}

/** Move up with each frame that is drawn; at the top of a short thread it goes on all the same. */
async function scrolled(page: Page, isLong: boolean): Promise<Reading> {
  const devtools = await page.context().newCDPSession(page);
  const tookMs = Number(await page.evaluate(scrollUp));
  if (isLong) await page.getByRole('button', { name: /^Jump to latest/ }).waitFor();
  const due = tookMs / frameMs;
  return { drawnPercent: Math.min(1, steps / due) * 100, ...(await leftIn(devtools)) };
}

async function leftIn(devtools: CDPSession): Promise<{ nodes: number; heapBytes: number }> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  const { result } = await devtools.send('Runtime.evaluate', {
    expression: 'document.getElementsByTagName("*").length',
    returnByValue: true,
  });
  return { nodes: Number(result.value), heapBytes: usedSize };
}

async function typed(device: Device): Promise<{ delayMs: number; nodes: number }> {
  const { page } = device;
  const devtools = await page.context().newCDPSession(page);
  await device.composer.click();
  await page.evaluate(watchKeys);
  for (let n = 0; n < keystrokes; n += 1) await page.keyboard.press('a');
  await page.waitForFunction((keys) => globalThis.keyDelays.length === keys, keystrokes);
  const delays = await page.evaluate(() => globalThis.keyDelays);
  const { nodes } = await leftIn(devtools);
  // A box of several lines leaves less room for the thread.
  await device.composer.fill('');
  return { delayMs: median(delays), nodes };
}

declare global {
  /** From each key to the end of the frame after it, ms. */
  var keyDelays: number[];
}

const scrollUp = `new Promise((done) => {
  const thread = document.querySelector('[role="log"]');
  const start = performance.now();
  let left = ${steps};
  const step = () => {
    thread.scrollBy({ top: -${stepPixels}, behavior: 'instant' });
    left -= 1;
    if (left > 0) requestAnimationFrame(step);
    else done(performance.now() - start);
  };
  requestAnimationFrame(step);
})`;

const watchKeys = `{
  globalThis.keyDelays = [];
  addEventListener('keydown', ({ timeStamp }) => {
    requestAnimationFrame(() => {
      // After the frame's own work: layout and paint have been done.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => globalThis.keyDelays.push(performance.now() - timeStamp);
      port2.postMessage(null);
    });
  }, { capture: true });
}`;
