import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policyPath, readNamedPolicy, readPolicy, type Trusted } from '../../main/adapters/policy-file.ts';

const text = '{"mode": "kiosk"}';
const here = process.getuid?.() ?? 0;
/** As if whoever runs these tests were the administrator; the temporary folder above is root's, and sticky. */
const administrator: Trusted = (uid) => uid === here || uid === 0;

let root: string;
let folder: string;
let path: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'onethread-policy-'));
  folder = join(root, 'onethread');
  path = join(folder, 'policy.json');
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(path, text, { mode: 0o644 });
});
afterEach(() => rmSync(root, { recursive: true }));

const read = (): ReturnType<typeof readPolicy> => readPolicy(path, administrator);

describe('A policy file', () => {
  it('has its place where only administrators write', () => {
    expect(policyPath('linux', '/opt/onethread/onethread')).toBe('/etc/onethread/policy.json');
    expect(policyPath('darwin', '/x')).toBe('/Library/Application Support/Onethread/policy.json');
  });

  it('is none where there is no file, and none where there is no folder', () => {
    rmSync(path);
    expect(read()).toEqual({ kind: 'none' });
    rmSync(folder, { recursive: true });
    expect(read()).toEqual({ kind: 'none' });
  });

  it('is read where only an administrator can have written it', () => {
    expect(read()).toEqual({ kind: 'found', text });
  });

  it.each([
    ['everybody may write to', () => chmodSync(path, 0o646)],
    ['a group may write to', () => chmodSync(path, 0o664)],
    ['lies in a folder that everybody may write to', () => chmodSync(folder, 0o777)],
    ['lies below a folder that a group may write to', () => chmodSync(root, 0o770)],
    ['is a folder', () => (rmSync(path), mkdirSync(path))],
    ['is a named pipe', () => (rmSync(path), spawnSync('mkfifo', ['-m', '644', path]))],
    ['is too large to be one', () => writeFileSync(path, text.padEnd(70_000))],
    ['is no text', () => writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d]))],
    ['is a link to another one', () => replaceByLink(path)],
    ['is a link to nothing', () => (rmSync(path), symlinkSync(join(root, 'nothing'), path))],
    ['lies behind a link', () => replaceByLink(folder)],
    ['was taken out of a folder everybody may write to', () => (rmSync(path), chmodSync(folder, 0o777))],
    ['has a file for its folder', () => (rmSync(folder, { recursive: true }), writeFileSync(folder, ''))],
  ])('is there, but not to be trusted, when it %s', (_, spoil) => {
    spoil();
    expect(read()).toEqual({ kind: 'unreadable' });
  });

  it('is not to be trusted when it belongs to whoever runs the app, or its folder does', () => {
    const nobodyElse: Trusted = (uid) => uid === here + 1;
    expect(readPolicy(path, nobodyElse)).toEqual({ kind: 'unreadable' });
    if (here !== 0) return expect(readPolicy(path)).toEqual({ kind: 'unreadable' });
    chownSync(path, 12_345, 12_345);
    expect(readPolicy(path)).toEqual({ kind: 'unreadable' });
    chownSync(path, 0, 0);
    expect(readPolicy(path)).toEqual({ kind: 'found', text });
    chownSync(folder, 12_345, 12_345);
    expect(readPolicy(path)).toEqual({ kind: 'unreadable' });
  });
});

describe('A policy named to a build for development', () => {
  it('is read from any folder, of whoever runs it', () => {
    chmodSync(folder, 0o777);
    expect(readNamedPolicy(path)).toEqual({ kind: 'found', text });
  });

  it('has to be there, and nobody else may write to it', () => {
    chmodSync(path, 0o666);
    expect(readNamedPolicy(path)).toEqual({ kind: 'unreadable' });
    rmSync(path);
    expect(readNamedPolicy(path)).toEqual({ kind: 'unreadable' });
  });
});

function replaceByLink(original: string): void {
  renameSync(original, `${original}.real`);
  symlinkSync(`${original}.real`, original);
}
