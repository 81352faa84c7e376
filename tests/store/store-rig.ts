import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chooseLauncher } from '../../main/adapters/child-process.ts';
import type { HelperProcess } from '../../main/adapters/child-process.ts';
import { HistoriesProcess } from '../../main/adapters/histories-process.ts';
import { RecordingLog } from '../fakes/log.ts';

/** Real histories in a folder of their own, with the real process under plain Node. */
export interface StoreRig {
  readonly folder: string;
  readonly histories: HistoriesProcess;
  readonly log: RecordingLog;
  /** Every store process started, the newest last. */
  readonly processes: readonly HelperProcess[];
  dispose(): Promise<void>;
}

export const storeEntry = resolve(import.meta.dirname, '../../store/entry.ts');

export async function storeRig(folder?: string): Promise<StoreRig> {
  const log = new RecordingLog();
  const own = folder ?? (await mkdtemp(join(tmpdir(), 'onethread-store-')));
  const launchNode = await chooseLauncher(log);
  const processes: HelperProcess[] = [];
  const running = new Set<HelperProcess>();
  let disposed = false;
  const histories = new HistoriesProcess({
    folder: own,
    entryPath: storeEntry,
    log,
    // A busy machine must not cut a page short.
    searchPatienceMs: 60_000,
    launch: (program) => {
      const helper = launchNode(program);
      processes.push(helper);
      running.add(helper);
      helper.onExit(() => running.delete(helper));
      // A history that was left open restarts what is ended below.
      if (disposed) helper.kill();
      return helper;
    },
  });
  return {
    folder: own,
    histories,
    log,
    processes,
    dispose: async () => {
      disposed = true;
      while (running.size > 0) {
        for (const helper of running) helper.kill();
        await new Promise<void>((resolve) => [...running][0]?.onExit(resolve));
      }
      if (folder === undefined) await rm(own, { recursive: true, force: true });
    },
  };
}
