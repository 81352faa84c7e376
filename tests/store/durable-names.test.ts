import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { straceRefusal } from '../faults/killer/strace.ts';
import { newAccount, newKey } from './messages.ts';

const refusal = straceRefusal();

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'onethread-names-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Which files and folders the store has told the disk to keep, in their order, while it made a history. */
function synced(folder: string): readonly string[] {
  const report = join(root, 'report');
  const place = { kind: 'disk', folder, key: newKey(), account: newAccount() };
  const script = `
    const { AccountFiles } = await import(${JSON.stringify(join(import.meta.dirname, '../../store/account-files.ts'))});
    const around = { stepTime: { now: () => 0, long: 1e9 }, tell() {}, onLost() {} };
    AccountFiles.at(${JSON.stringify(place)}, around);
    process.exit(0);`;
  const node = [process.execPath, '--input-type=module', '--eval', script];
  const run = spawnSync('strace', ['-f', '-qq', '-y', '-e', 'trace=fsync', '-o', report, ...node], {
    encoding: 'utf8',
  });
  expect(run.status, run.stderr).toBe(0);
  return [...readFileSync(report, 'utf8').matchAll(/fsync\(\d+<([^>]+)>/g)].map((found) => found[1] ?? '');
}

describe.skipIf(refusal !== null)(
  `A name on the disk${refusal === null ? '' : ` (skipped: ${refusal})`}`,
  () => {
    it('D-06 is on the disk before anything is answered for: its folder is synchronised, and that one’s', () => {
      const folder = join(root, 'accounts', 'somebody');
      const names = synced(folder);
      expect(names).toContain(folder);
      expect(names).toContain(dirname(folder));
    });
  },
);
