/**
 * `npm run bench`: every claim beside its baseline, in one run each, into artifacts/bench.md, from where the figures
 * of bench/RESULTS.md come. `npm run bench -- second`
 * runs one. For root it runs as an unprivileged user, because Chromium's sandbox has to be on.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { runToEnd } from '../scripts/child.ts';
import { command, say } from '../scripts/command.ts';
import { buildIfNeeded } from '../scripts/build.ts';
import { findElectronRuntime } from '../scripts/electron-runtime.ts';
import { startScreen } from '../scripts/screen.ts';
import { catchUpBench } from './catch-up.ts';
import { coldStartBench } from './cold-start.ts';
import { galleryPagesBench } from './gallery-pages.ts';
import { idleMemoryBench } from './idle-memory.ts';
import { longThreadBench } from './long-thread.ts';
import { openHistoryBench } from './open-history.ts';
import { searchHistoryBench } from './search-history.ts';
import { secondDeviceBench } from './second-device.ts';
import { serviceDeliveryBench, serviceIdleBench } from './service-delivery.ts';
import { serviceDurableBench } from './service-durable.ts';
import { serviceNodesBench, serviceNodesDelayBench, serviceNodesDeliveryBench } from './service-nodes.ts';
import { serviceStoredBench } from './service-stored.ts';
import { type BenchTable, markdownOf } from './table.ts';

const repository = resolve(import.meta.dirname, '..');
const benches: Readonly<Record<string, () => Promise<BenchTable>>> = {
  'cold-start': coldStartBench,
  second: secondDeviceBench,
  open: openHistoryBench,
  search: searchHistoryBench,
  'catch-up': catchUpBench,
  'long-thread': longThreadBench,
  gallery: galleryPagesBench,
  memory: idleMemoryBench,
  'service-durable': serviceDurableBench,
  'service-delivery': serviceDeliveryBench,
  'service-idle': serviceIdleBench,
  'service-stored': serviceStoredBench,
  'service-nodes': serviceNodesBench,
  'service-nodes-delay': serviceNodesDelayBench,
  'service-nodes-delivery': serviceNodesDeliveryBench,
};

await command(process.getuid?.() === 0 ? asUser : play);

async function asUser(): Promise<number> {
  const args = process.argv.slice(2);
  const script = [join(repository, 'scripts', 'as-user'), process.execPath, import.meta.filename, ...args];
  const code = await runToEnd(script, await prepared());
  return code;
}

async function play(): Promise<number> {
  const runtime = process.env['ELECTRON_OVERRIDE_DIST_PATH'] === undefined ? await prepared() : {};
  Object.assign(process.env, runtime);
  const screen = process.platform === 'linux' ? await startScreen() : undefined;
  Object.assign(process.env, screen?.env);
  try {
    await measure(process.argv.slice(2));
    return 0;
  } finally {
    await screen?.stop();
  }
}

async function measure(wanted: readonly string[]): Promise<void> {
  const tables: string[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    say(`Measuring ${name}.`);
    const table = markdownOf(await bench());
    process.stdout.write(`${table}\n`);
    tables.push(table);
  }
  const folder = join(repository, 'artifacts');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bench.md'), `${machine()}\n\n${tables.join('\n')}`);
}

function machine(): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores (${processor}), ${memory} GiB, Node ${process.version}.`;
}

async function prepared(): Promise<Record<string, string>> {
  await buildIfNeeded({ repository, say });
  const { dist } = await findElectronRuntime({ repository, env: process.env, say });
  return { ELECTRON_OVERRIDE_DIST_PATH: dist };
}
