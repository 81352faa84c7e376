import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { chooseLauncher } from '../../main/adapters/child-process.ts';
import type { HelperProcess } from '../../main/adapters/child-process.ts';
import { RecordingLog } from '../fakes/log.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe('A helper process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onethread-helper-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function launch(source: string, keepEnv: readonly string[] = []) {
    const entryPath = join(folder, `${Math.random()}.cjs`);
    writeFileSync(entryPath, source);
    const log = new RecordingLog();
    const helper = (await chooseLauncher(log))({ name: 'test', entryPath, keepEnv });
    return { helper, log };
  }
  const answerOf = (helper: HelperProcess) => new Promise<unknown>((resolve) => helper.onMessage(resolve));
  const exitOf = (helper: HelperProcess) => new Promise<void>((resolve) => helper.onExit(resolve));

  it('E-28 K-02 gets the environment it was promised and no more', async () => {
    process.env['ONETHREAD_TEST_GIVEN'] = 'given';
    process.env['ONETHREAD_TEST_SECRET'] = 'secret';
    const { helper } = await launch('process.send(Object.keys(process.env))', [
      'ONETHREAD_TEST_GIVEN',
      'NEVER_SET',
    ]);
    const names = await answerOf(helper);
    expect(names).toContain('ONETHREAD_TEST_GIVEN');
    expect(names).not.toContain('ONETHREAD_TEST_SECRET');
    expect(names).not.toContain('PATH');
    helper.kill();
  });

  it('E-28 inherits no open file of main', async () => {
    const { helper } = await launch(`
      const fs = require('node:fs');
      const open = fs.readdirSync('/proc/self/fd').map((fd) => {
        try { return fs.readlinkSync('/proc/self/fd/' + fd); } catch { return ''; }
      });
      process.send(open.filter((path) => path.startsWith('/') && !path.startsWith('/dev/') && !path.startsWith('/proc/')));
    `);
    expect(await answerOf(helper)).toEqual([]);
    helper.kill();
  });

  it('answers what it is posted, and tells its end once', async () => {
    const { helper } = await launch(`process.on('message', (message) => process.send(message))`);
    helper.post({ question: 'ü' });
    expect(await answerOf(helper)).toEqual({ question: 'ü' });
    let ends = 0;
    helper.onExit(() => (ends += 1));
    helper.kill();
    await exitOf(helper);
    await exitOf(helper);
    helper.post({ too: 'late' });
    helper.kill();
    expect(ends).toBe(1);
  });

  it('K-14 that fails says nothing in the log but how much it had to say', async () => {
    const { helper, log } = await launch(`throw new Error('a secret sentence')`);
    await exitOf(helper);
    expect(log.about('helper.stderr').length).toBeGreaterThan(0);
    expect(JSON.stringify(log.lines)).not.toContain('secret');
  });

  it('that is not there ends at once', async () => {
    const log = new RecordingLog();
    const helper = (await chooseLauncher(log))({ name: 'test', entryPath: join(folder, 'none.cjs') });
    await exitOf(helper);
  });
});
