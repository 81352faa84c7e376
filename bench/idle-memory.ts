import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendantsOf, startElectron } from '../tests/e2e/harness/electron.ts';
import { screenEnvironment } from '../tests/e2e/harness/environment.ts';
import { deviceWithThread } from './long-thread-device.ts';
import { median } from './table.ts';
import type { BenchTable } from './table.ts';

/** Long enough for start-up work and the first collection of garbage to be over. */
const idleMs = 20_000;

/** What is shared with files counts differently from start to start, by what the system holds of them. */
const rounds = 3;

/**
 * Memory of every process of the app (main, pages, graphics, network, store) twenty seconds after its start, offline, with a
 * thread of 1,000 messages; beside an empty Electron app. Shared pages are counted by their share (PSS).
 */
export async function idleMemoryBench(): Promise<BenchTable> {
  const device = await deviceWithThread(1_000);
  const [empty, ours]: [number[], number[]] = [[], []];
  try {
    for (let round = 0; round < rounds; round += 1) {
      empty.push(await emptyApp());
      await device.open();
      await device.thread.getByRole('article').last().waitFor();
      await idle();
      ours.push(memoryOf(device.running.pid));
      await device.quit();
    }
  } finally {
    await device.dispose();
  }
  return {
    title: 'Idle memory of all processes',
    target: '≤ 1.3 × an empty Electron app',
    statistic: 'median MB (PSS)',
    rows: [
      { what: 'empty Electron window', medianMs: median(empty), ratio: 1 },
      {
        what: 'Onethread, 1,000 cached messages',
        medianMs: median(ours),
        ratio: median(ours) / median(empty),
      },
    ],
  };
}

async function emptyApp(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'onethread-empty-'));
  const running = await startElectron({
    args: [join(import.meta.dirname, 'empty-app'), `--user-data-dir=${folder}`],
    env: screenEnvironment(),
  });
  await running.page.getByRole('main').waitFor();
  await idle();
  const memory = memoryOf(running.pid);
  await running.quit();
  rmSync(folder, { recursive: true, force: true });
  return memory;
}

const idle = (): Promise<void> => new Promise((done) => setTimeout(done, idleMs));

/** MB. */
function memoryOf(pid: number): number {
  const kilobytes = [pid, ...descendantsOf(pid)].map((one) => {
    const found = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'));
    return Number(found?.[1] ?? 0);
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1000;
}
