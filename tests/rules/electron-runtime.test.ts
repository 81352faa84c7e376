import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packAsar } from '../../scripts/asar.ts';
import { findElectronRuntime } from '../../scripts/electron-runtime.ts';

describe.runIf(process.platform === 'linux')('The search for an Electron', () => {
  let repository: string;
  let said: string[];
  const say = (sentence: string): void => void said.push(sentence);

  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), 'onethread-runtime-'));
    said = [];
  });
  afterEach(() => rmSync(repository, { recursive: true, force: true }));

  const put = (path: string): string => {
    const file = join(repository, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'electron');
    return dirname(file);
  };

  it('takes the override before the official binary, and says so', async () => {
    const dist = put('mine/electron');
    put('node_modules/electron/dist/electron');
    put('node_modules/electron/path.txt');
    const found = await findElectronRuntime({ repository, env: { ELECTRON_OVERRIDE_DIST_PATH: dist }, say });
    expect(found).toEqual({ source: 'override', dist, executable: join(dist, 'electron') });
    expect(said).toEqual([expect.stringContaining(dist)]);
  });

  it('refuses an override that holds no Electron instead of looking elsewhere', async () => {
    put('node_modules/electron/dist/electron');
    put('node_modules/electron/path.txt');
    const env = { ELECTRON_OVERRIDE_DIST_PATH: join(repository, 'nowhere') };
    await expect(findElectronRuntime({ repository, env, say })).rejects.toThrow('holds no Electron');
  });

  it('takes the official binary when it is installed', async () => {
    const dist = put('node_modules/electron/dist/electron');
    put('node_modules/electron/path.txt');
    const found = await findElectronRuntime({ repository, env: {}, say });
    expect(found).toMatchObject({ source: 'official', dist });
    expect(said).toEqual(['Electron: the official binary.']);
  });
});

describe('An asar archive of ours', () => {
  it('gives every file back at the place its header names', () => {
    const files = { 'package.json': '{"main":"ü.cjs"}', 'ü.cjs': 'odd length!' };
    const archive = packAsar(files);
    // The format: 4, the header pickle's length; then that pickle: its payload's length, the JSON's length, the JSON.
    const headerLength = archive.readUInt32LE(4);
    expect([archive.readUInt32LE(0), archive.readUInt32LE(8), headerLength % 4]).toEqual([
      4,
      headerLength - 4,
      0,
    ]);
    const header: unknown = JSON.parse(archive.toString('utf8', 16, 16 + archive.readInt32LE(12)));
    const body = archive.subarray(8 + headerLength);
    const second = Buffer.byteLength(files['package.json']);
    expect(header).toEqual({
      files: {
        'package.json': { size: second, offset: '0' },
        'ü.cjs': { size: 11, offset: String(second) },
      },
    });
    expect(body.toString()).toBe(files['package.json'] + files['ü.cjs']);
  });
});
