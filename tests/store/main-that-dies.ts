// Stands for main in crash.test.ts: opens a history, tells the pid of its store, and waits to be killed.
import { chooseLauncher } from '../../main/adapters/child-process.ts';
import { HistoriesProcess } from '../../main/adapters/histories-process.ts';
import { RecordingLog } from '../fakes/log.ts';
import { storeEntry } from './store-rig.ts';

const log = new RecordingLog();
const launchNode = await chooseLauncher(log);
let pid: number | undefined;
const histories = new HistoriesProcess({
  folder: '/nowhere',
  entryPath: storeEntry,
  log,
  launch: (program) => {
    const helper = launchNode(program);
    pid = helper.pid;
    return helper;
  },
});
await histories.openInMemory(50);
process.send?.(pid);
