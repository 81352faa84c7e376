import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startElectron } from '../tests/e2e/harness/electron.ts';
import { screenEnvironment } from '../tests/e2e/harness/environment.ts';
import { Device } from '../tests/e2e/harness/device.ts';
import { startService } from '../tests/server/running-service.ts';
import { median, type BenchTable } from './table.ts';

const rounds = 15;
const messages = 60;

/**
 * From the start of the process to the cached thread on the screen, in a real Electron window with a real keyring and the
 * encrypted store, the service switched off. Beside it the least an Electron app can be, to its first content. Both are
 * driven in the same way and take turns.
 */
export async function coldStartBench(): Promise<BenchTable> {
  const { device, dispose } = await deviceWithHistory();
  const times = { empty: [] as number[], ours: [] as number[] };
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const [emptyMs, oursMs] = [await startEmpty(), await startOurs(device)];
      // The first of each fills the system's file cache.
      if (round === 0) continue;
      times.empty.push(emptyMs);
      times.ours.push(oursMs);
    }
  } finally {
    await dispose();
  }
  const baseline = median(times.empty);
  return {
    title: 'Cold start to the cached thread',
    target: '≤ 1.25 × an empty Electron window',
    rows: [
      { what: 'empty Electron window, to its content', medianMs: baseline, ratio: 1 },
      {
        what: `Onethread offline, to ${messages} cached messages`,
        medianMs: median(times.ours),
        ratio: median(times.ours) / baseline,
      },
    ],
  };
}

async function deviceWithHistory(): Promise<{ device: Device; dispose(): Promise<void> }> {
  const service = await startService({ autoReply: false });
  const { configBaseUrl, appId } = service.ready;
  const device = await Device.start({ name: 'bench', configUrl: configBaseUrl, appId });
  for (let n = 1; n <= messages; n += 1)
    await device.write(`Message ${n} of a conversation that is read again.`);
  await device.waitUntilSent(`Message ${messages} of a conversation that is read again.`);
  await device.quit();
  await service.stop();
  return { device, dispose: () => device.dispose() };
}

async function startOurs(device: Device): Promise<number> {
  const start = performance.now();
  await device.open();
  await device.thread.getByRole('article').last().waitFor();
  const took = performance.now() - start;
  await device.quit();
  return took;
}

async function startEmpty(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'onethread-empty-'));
  const start = performance.now();
  const running = await startElectron({
    args: [join(import.meta.dirname, 'empty-app'), `--user-data-dir=${folder}`],
    env: screenEnvironment(),
  });
  await running.page.getByRole('main').waitFor();
  const took = performance.now() - start;
  await running.quit();
  rmSync(folder, { recursive: true, force: true });
  return took;
}
