import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startService } from '../server/running-service.ts';
import { plant } from './encodings.ts';
import { LivedMachine } from './lived-machine.ts';
import { scanFolder } from './scanner.ts';
import { Disk } from './victims.ts';

const root = mkdtempSync(join(tmpdir(), 'onethread-device-'));
const device = join(root, 'device.img');
const mounted = join(root, 'mounted');
mkdirSync(mounted);

/** A disk in a file, so that its very blocks can be read. Only root may mount one. */
function mount(): boolean {
  try {
    writeFileSync(device, '');
    truncateSync(device, 64 * 1024 * 1024);
    for (const [command = '', ...args] of [
      ['mkfs.ext4', '-q', device],
      ['mount', '-o', 'loop', device, mounted],
    ])
      execFileSync(command, args, { stdio: 'ignore' });
    return (isMounted = true);
  } catch {
    return false;
  }
}

let isMounted = false;
function unmount(): void {
  if (isMounted) execFileSync('umount', [mounted]);
  isMounted = false;
}

const mountable = mount();
unmount();
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.runIf(mountable)('The blocks of a disk (needs root to be mounted, else this is not run)', () => {
  const usual = process.env['TMPDIR'];
  beforeEach(() => void mount());
  afterEach(() => {
    unmount();
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
  });

  it(
    'R-10 hold nothing that can be read of a whole life, neither in files nor in what was deleted',
    { timeout: 120_000 },
    async () => {
      // The keychain is the system's and lies elsewhere.
      const disk = new Disk(join(mounted, 'data'));
      const temp = join(mounted, 'temp');
      mkdirSync(temp);
      process.env['TMPDIR'] = temp;
      const service = await startService({ dataDir: join(root, 'service') });
      const machine = await LivedMachine.of(service, { remember: true, disk });
      await disk.run(service.ready, { act: 'logout' });
      await service.stop();
      // What is written in clear and removed is found: so what is not found was never there.
      const control = plant('control');
      const path = join(mounted, 'in-clear');
      writeFileSync(path, control.text, { flush: true });
      rmSync(path);
      unmount();
      disk.dispose();

      const { hits, bytes, unreadable } = scanFolder(root, [...machine.canaries, control]);
      const onDevice = hits.filter(({ where }) => where.startsWith('device.img'));
      expect(onDevice.map(({ kind }) => kind)).toEqual(['control']);
      expect(bytes).toBeGreaterThanOrEqual(64 * 1024 * 1024);
      expect(unreadable).toEqual([]);
    },
  );
});
