import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../history.ts';
import { Recorder } from '../recorder.ts';
import { damages } from './damage.ts';
import { goodHistory } from './model-world.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onethread-fault-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function historyOf(events: readonly RunEvent[]): string {
  const path = join(folder, 'history.jsonl');
  const recorder = new Recorder(path);
  for (const event of events) recorder.record(event);
  recorder.close();
  return path;
}

function cli(...words: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  const program = resolve(import.meta.dirname, '../cli.ts');
  return spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
}

describe('The command line of the fault harness', () => {
  it('Q-04 ends with 0 for a good history', () => {
    const { status, stdout } = cli('judge', historyOf(goodHistory()));
    expect(stdout).toMatch(/^valid\n/);
    expect(status).toBe(0);
  });

  it('Q-04 ends with 1 for a bad one, and says what is wrong with which message', () => {
    const loses = damages.find(({ name }) => name === 'loses a message everywhere');
    const spoilt = loses?.spoil(goodHistory(), (from) => from[0] ?? null) ?? [];
    const { status, stdout } = cli('judge', historyOf(spoilt));
    expect(stdout).toMatch(/^invalid\n {2}I1 \(no loss\)/);
    expect(stdout).toContain('What happened to it:');
    expect(status).toBe(1);
  });

  it('Q-04 ends with 1 for one that proves nothing', () => {
    const { status, stdout } = cli('judge', historyOf(goodHistory().filter(({ f }) => f !== 'fault')));
    expect(stdout).toMatch(/^unknown\n {2}\? no fault hit/);
    expect(status).toBe(1);
  });

  it('says how it is used when it is not asked for anything it knows', () => {
    expect(cli('rum')).toMatchObject({ status: 2 });
    expect(cli('replay', join(folder, 'no-such-plan.json')).status).toBe(1);
  });
});
