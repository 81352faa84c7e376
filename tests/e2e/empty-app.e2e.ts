import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendantsOf, isRunning, readProc, renderersOf, startElectron } from './harness/electron.ts';
import { screenEnvironment } from './harness/environment.ts';

test.describe('The Electron of this machine', () => {
  test('E-04 opens a window with its sandbox on, and leaves nothing behind when it quits', async () => {
    const home = mkdtempSync(join(tmpdir(), 'onethread-empty-'));
    const running = await startElectron({
      args: ['bench/empty-app', `--user-data-dir=${join(home, 'data')}`],
      env: { ...screenEnvironment(), HOME: home },
    });
    const all = [running.pid, ...descendantsOf(running.pid)];
    try {
      await expect(running.page.getByRole('main')).toHaveText('Nothing here.');
      const renderers = renderersOf(running.pid);
      expect(renderers.length).toBeGreaterThan(0);
      for (const renderer of renderers) {
        expect(readProc(renderer, 'status')).toMatch(/^NoNewPrivs:\s1$/m);
        expect(readProc(renderer, 'status')).toMatch(/^Seccomp:\s2$/m);
      }
      for (const pid of all) expect(readProc(pid, 'cmdline')).not.toContain('no-sandbox');
    } finally {
      await running.quit();
      rmSync(home, { recursive: true, force: true });
    }
    await expect.poll(() => all.filter(isRunning)).toEqual([]);
  });
});
