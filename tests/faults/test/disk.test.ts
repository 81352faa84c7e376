import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userJwt } from '../../server/device.ts';
import { type RunningService, startService } from '../../server/running-service.ts';
import { clientId } from '../../store/messages.ts';
import { CoreDevice } from '../devices/core-device.ts';
import { folderFaults } from '../disk/folder-faults.ts';
import { damage, keepGeneration } from '../disk/mutators.ts';
import { SmallDisk } from '../disk/small-disk.ts';

const refusal = SmallDisk.refusal();
if (refusal !== null) console.info(`disks: skipped: ${refusal}`);
const skipped = refusal === null ? '' : ` (skipped: ${refusal})`;

const root = mkdtempSync(join(tmpdir(), 'onethread-disk-faults-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('A damaged file', () => {
  const path = join(root, 'history.db');
  const whole = Buffer.from(Array.from({ length: 40_960 }, (_, n) => Math.floor(n / 4096) + 1));
  beforeEach(() => {
    writeFileSync(path, whole);
    writeFileSync(`${path}-wal`, 'log');
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));

  const differing = (): number => readFileSync(path).filter((byte, n) => byte !== whole[n]).length;

  it.each([
    ['bitflip', 1, 1],
    ['zeroPage', 4096, 4096],
    ['swapPages', 8192, 8192],
    ['garbageHeader', 90, 100],
  ] as const)('%s changes what it says and nothing else', (how, least, most) => {
    damage(path, how, 3);
    expect(differing()).toBeGreaterThanOrEqual(least);
    expect(differing()).toBeLessThanOrEqual(most);
    expect(statSync(path).size).toBe(whole.length);
  });

  it('truncate, sparseHuge, walOnly, dbOnly and dirInsteadOfFile are what they say', () => {
    damage(path, 'truncate', 1);
    expect(statSync(path).size).toBeLessThan(whole.length);
    damage(path, 'sparseHuge', 1);
    expect(statSync(path)).toMatchObject({ size: 2 ** 33 });
    damage(path, 'dbOnly', 1);
    expect([existsSync(path), existsSync(`${path}-wal`)]).toEqual([true, false]);
    damage(path, 'dirInsteadOfFile', 1);
    expect(statSync(path).isDirectory()).toBe(true);
    rmSync(path, { recursive: true });
    writeFileSync(path, whole);
    writeFileSync(`${path}-wal`, 'log');
    damage(path, 'walOnly', 1);
    expect([existsSync(path), existsSync(`${path}-wal`)]).toEqual([false, true]);
  });

  it('oldGeneration brings back what was kept, its log with it', () => {
    keepGeneration(path);
    writeFileSync(path, 'newer');
    writeFileSync(`${path}-wal`, 'newer log');
    damage(path, 'oldGeneration', 1);
    expect([differing(), readFileSync(`${path}-wal`, 'utf8')]).toEqual([0, 'log']);
    expect(() => damage(path, 'oldGeneration', 1)).toThrow(/no older generation/);
  });
});

describe.skipIf(refusal !== null)(`A small disk${skipped}`, () => {
  it('is full when it is filled, and free when it is emptied', () => {
    const disk = new SmallDisk(1_000_000);
    const write = (name: string): void => writeFileSync(join(disk.path, name), 'x');
    disk.fill();
    expect(() => write('a')).toThrow(/ENOSPC/);
    disk.empty();
    write('b');
    disk.fill(50_000);
    expect(disk.free).toBeLessThanOrEqual(50_000);
    expect(disk.free).toBeGreaterThan(40_000);
    disk.dispose();
    expect(existsSync(disk.path)).toBe(false);
  });
});

describe.skipIf(refusal !== null)(`A folder${skipped}`, () => {
  const folder = join(root, 'folder');
  const file = join(folder, 'file');
  beforeEach(() => {
    mkdirSync(folder);
    writeFileSync(file, 'there');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['readOnly', 'there', /EROFS/],
    ['vanished', null, /ENOENT/],
    ['fileInsteadOfDir', null, /ENOTDIR/],
  ] as const)('that is %s refuses what it should, and is whole again afterwards', (fault, read, error) => {
    const undo = folderFaults[fault](folder);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : null).toBe(read);
    expect(() => writeFileSync(join(folder, 'other'), 'x')).toThrow(error);
    undo();
    expect(readFileSync(file, 'utf8')).toBe('there');
    writeFileSync(join(folder, 'other'), 'x');
  });

  it('that is somebody else’s cannot be written into', () => {
    const undo = folderFaults.foreignOwner(folder);
    const asNobody = ['-u', 'nobody', '--', 'touch', join(folder, 'other')];
    expect(() => execFileSync('runuser', asNobody, { stdio: 'ignore' })).toThrow();
    undo();
  });
});

describe.skipIf(refusal !== null)(`A device${skipped}`, () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startService({ args: ['--rate-percent', '100000'] });
  }, 60_000);
  afterAll(() => service.stop());

  const usual = process.env['TMPDIR'];
  afterEach(() => {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
  });

  it(
    'D-07 on a full disk says no, shows what it has, loses nothing, and goes on when there is room again',
    { timeout: 120_000 },
    async () => {
      const disk = new SmallDisk(6_000_000);
      process.env['TMPDIR'] = disk.path;
      const device = new CoreDevice({ name: 'd1', service: service.ready });
      try {
        await device.start();
        expect(await device.login('full', await userJwt(service.ready, 'full'))).toBe('ok');
        const queued: string[] = [];
        const send = async (n: number): Promise<string> => {
          const answer = await device.send(clientId(n), `message ${n} ${'x'.repeat(2000)}`);
          if (answer === 'queued') queued.push(clientId(n));
          return answer;
        };
        expect(await send(1)).toBe('queued');
        // The thread is known to its beginning: what is asked for later is here and not at the service.
        await until(async () => (await device.list()) !== null);
        disk.fill();
        let n = 2;
        while ((await send(n)) === 'queued' && n < 2000) n += 1;
        expect(n).toBeLessThan(2000);
        const shown = (await device.list())?.map(({ key }) => key);
        if (shown === undefined) throw new Error('the thread cannot be read');
        expect(queued.filter((key) => !shown.includes(key))).toEqual([]);
        expect(shown).not.toContain(clientId(n));
        disk.empty();
        expect(await send(n + 1)).toBe('queued');
        await until(async () => (await device.look())?.waiting === 0);
        const list = await device.list();
        expect(list?.filter(({ author }) => author === 'self').map(({ key }) => key)).toEqual(queued);
        expect(list?.filter(({ status }) => status === 'failed')).toEqual([]);
      } finally {
        await device.dispose();
        disk.dispose();
      }
    },
  );

  it.each(['readOnly', 'vanished', 'fileInsteadOfDir'] as const)(
    'D-08 whose folder is %s answers everything it is asked, starts, and is whole when the folder is',
    { timeout: 120_000 },
    async (fault) => {
      const device = new CoreDevice({ name: 'd1', service: service.ready });
      const folder = join(device.root, 'data');
      try {
        await device.start();
        const user = `folder-${fault}`;
        const jwt = await userJwt(service.ready, user);
        expect(await device.login(user, jwt)).toBe('ok');
        expect(await device.send(clientId(1), 'before')).toBe('queued');
        await until(async () => (await device.look())?.waiting === 0);
        const { pid } = device;
        const undo = folderFaults[fault](folder);
        const answers = [
          await device.send(clientId(2), 'meanwhile'),
          (await device.list()) === null ? 'unknown' : 'ok',
          await device.login(`${user}-other`, await userJwt(service.ready, `${user}-other`)),
          await device.send(clientId(3), 'of another'),
          await device.logout(),
        ];
        console.info(`folder ${fault}: ${answers.join(', ')}`);
        expect(answers).not.toContain('unknown');
        expect(device.pid).toBe(pid);
        await device.stop();
        await device.start();
        expect(await device.look()).not.toBeNull();
        await device.stop();
        undo();
        await device.start();
        expect(await device.login(user, jwt)).toBe('ok');
        await until(async () => ((await device.list()) ?? []).some(({ key }) => key === clientId(1)));
      } finally {
        await device.dispose();
      }
    },
  );
});
