import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Canary, formsOf, plant } from './encodings.ts';
import { scanFolder, scanMemory } from './scanner.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onethread-canary-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, ...bytes: (string | Buffer)[]): void =>
  writeFileSync(join(folder, name), Buffer.concat(bytes.map((part) => Buffer.from(part))));
const noise = (bytes: number): Buffer =>
  Buffer.from(Array.from({ length: bytes }, (_, at) => (at * 167) % 251));

/** Where each of `canaries` was found, as "kind: encoding in place". */
const found = (canaries: readonly Canary[]): string[] =>
  scanFolder(folder, canaries)
    .hits.map(({ kind, encoding, where }) => `${kind}: ${encoding} in ${where}`)
    .sort();

describe('The canary scanner', () => {
  /** Every way to rest that plain letters and digits have, and how a program that does so would make it. */
  it.each<[string, (text: string) => string | Buffer]>([
    ['UTF-8', (text) => text],
    ['UTF-16LE', (text) => Buffer.from(text, 'utf16le')],
    ['UTF-16BE', (text) => Buffer.from(text, 'utf16le').swap16()],
    ['base64', (text) => Buffer.from(text).toString('base64')],
    ['base64', (text) => Buffer.from(`a${text} and more`).toString('base64')],
    ['base64', (text) => Buffer.from(`{"${text}"}`).toString('base64')],
    ['hex', (text) => Buffer.from(text).toString('hex')],
    ['HEX', (text) => Buffer.from(text).toString('hex').toUpperCase()],
  ])('Q-04 finds a planted canary in %s, wherever in a file', (encoding, rest) => {
    const canary = plant('message');
    file('history.db', noise(4_099), rest(canary.text), noise(77));
    const hits = found([plant('draft'), canary]);
    expect(hits).toContain(`message: ${encoding} in history.db`);
    // A byte to the left or to the right, the one UTF-16 of plain letters may look like the other.
    expect(hits.every((hit) => hit.startsWith('message: '))).toBe(true);
    if (!encoding.startsWith('UTF-16')) expect(hits).toHaveLength(1);
  });

  /** A name with everything in it that some encoding has to escape. */
  it.each<[string, (text: string) => string | Buffer]>([
    ['UTF-8', (text) => text],
    ['Latin-1', (text) => Buffer.from(text, 'latin1')],
    ['decomposed', (text) => text.normalize('NFD')],
    ['URL-encoded', encodeURIComponent],
    ['URL-encoded', (text) => new URLSearchParams({ q: text }).toString()],
    ['JSON-escaped', (text) => JSON.stringify({ text })],
    ['JSON-escaped', (text) => JSON.stringify({ text }).replaceAll('ü', '\\u00fc')],
    ['HTML-escaped', (text) => `<p title="${text.replaceAll('"', '&quot;')}">`],
    ['base64url', (text) => Buffer.from(text).toString('base64url')],
    ['base64url', (text) => Buffer.from(`a${text}>`).toString('base64url')],
  ])('Q-04 finds a name that has to be escaped as %s', (encoding, rest) => {
    // The question marks give base64 a slash at two of the three places.
    const canary: Canary = { kind: 'name', text: `Jürg "Q" ???~~~??? ${plant('').text}` };
    file('somewhere', noise(100), rest(canary.text), noise(100));
    expect(found([canary])).toContain(`name: ${encoding} in somewhere`);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['gzip', (bytes) => Buffer.concat([noise(1_000), zlib.gzipSync(bytes), noise(50)])],
    ['zlib', (bytes) => Buffer.concat([noise(1_000), zlib.deflateSync(bytes), noise(50)])],
    ['zlib', (bytes) => Buffer.concat([noise(10), zlib.deflateSync(bytes, { level: 1 })])],
    ['deflate', (bytes) => zlib.deflateRawSync(bytes)],
    ['deflate', (bytes) => zipOf(bytes)],
    ['brotli', (bytes) => zlib.brotliCompressSync(bytes)],
    ['zstd', (bytes) => Buffer.concat([noise(1_000), zlib.zstdCompressSync(bytes), noise(50)])],
    ['gzip', (bytes) => zlib.gzipSync(bytes).subarray(0, -9)],
  ])('Q-04 finds a canary packed with %s', (packing, pack) => {
    const canary = plant('message');
    file('cache', pack(Buffer.from(`{"text":"${canary.text}","more":"${'words '.repeat(50)}"}`)));
    expect(found([canary])).toContain(`message: UTF-8 in cache (${packing})`);
  });

  it('Q-04 finds what is packed twice', () => {
    const canary = plant('message');
    file('cache', zlib.gzipSync(zlib.deflateSync(Buffer.from(`${canary.text} ${'words '.repeat(9)}`))));
    expect(found([canary])).toEqual(['message: UTF-8 in cache (gzip) (zlib)']);
  });

  it('Q-04 looks at names of files and folders, and at where links lead, and follows none out of the folder', () => {
    const [inName, inFolder, inTarget, outside] = ['a', 'b', 'c', 'd'].map(plant) as [
      Canary,
      Canary,
      Canary,
      Canary,
    ];
    mkdirSync(join(folder, 'data', inFolder.text), { recursive: true });
    file(`data/${inName.text}.db`, 'nothing');
    symlinkSync(`/nowhere/${inTarget.text}`, join(folder, 'link'));
    const elsewhere = mkdtempSync(join(tmpdir(), 'onethread-canary-'));
    writeFileSync(join(elsewhere, 'file'), outside.text);
    symlinkSync(elsewhere, join(folder, 'way-out'));
    try {
      expect(found([inName, inFolder, inTarget, outside])).toEqual([
        `a: UTF-8 in name of data/${inName.text}.db`,
        `b: UTF-8 in name of data/${inFolder.text}`,
        'c: UTF-8 in target of link',
      ]);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('Q-04 finds each of many, and tells them apart', () => {
    const canaries = Array.from({ length: 40 }, (_, at) => plant(`canary ${at}`));
    file('all', ...canaries.flatMap(({ text }) => [text, noise(13)]));
    const { hits, files, bytes } = scanFolder(folder, canaries);
    expect(hits.map(({ kind }) => kind).sort()).toEqual(canaries.map(({ kind }) => kind).sort());
    expect({ files, bytes }).toEqual({ files: 1, bytes: 40 * (24 + 13) });
  });

  it('Q-04 misses nothing where one piece of a large file ends and the next begins', () => {
    const pieceBytes = 8 * 1024 * 1024;
    const canary = plant('message');
    const forms = formsOf(canary.text);
    const longest = Math.max(...forms.map(({ bytes }) => bytes.length));
    const large = Buffer.alloc(pieceBytes + 3 * longest, 'o');
    for (let before = 0; before <= canary.text.length; before += 4) {
      large.fill('o', pieceBytes);
      large.write(canary.text, pieceBytes + longest - 1 - before);
      file('large', large);
      expect(found([canary])).toEqual(['message: UTF-8 in large']);
    }
  });

  it('Q-04 finds nothing where there is nothing, nor half a canary', () => {
    const canary = plant('message');
    file('history.db', noise(100_000), canary.text.slice(0, -1), noise(10), canary.text.slice(1));
    expect(scanFolder(folder, [canary])).toEqual({
      hits: [],
      files: 1,
      bytes: 100_000 + 23 + 10 + 23,
      unreadable: [],
    });
  });

  it.skipIf(process.getuid?.() === 0)('Q-04 says which files it could not read', () => {
    file('closed', 'nobody may');
    chmodSync(join(folder, 'closed'), 0);
    expect(scanFolder(folder, [plant('message')]).unreadable).toEqual([join(folder, 'closed')]);
  });

  it('Q-04 does not pass for a scan when there is nothing to look for or nowhere to look', () => {
    expect(() => scanFolder(folder, [])).toThrow('no canary');
    expect(() => scanFolder(folder, [{ kind: 'short', text: 'hello' }])).toThrow('too short');
    expect(() => scanFolder(join(folder, 'not there'), [plant('message')])).toThrow('ENOENT');
  });
});

describe.runIf(process.platform === 'linux')('The canary scanner over the memory of a process', () => {
  let holder: ChildProcess;
  beforeEach(async () => {
    holder = fork(join(import.meta.dirname, 'memory-holder.ts'));
    await once(holder, 'message');
  });
  afterEach(async () => {
    if (holder.exitCode !== null || holder.signalCode !== null) return;
    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
  });

  const tell = async (canary: Canary, as: string): Promise<void> => {
    holder.send({ base64: Buffer.from(canary.text).toString('base64'), as });
    await once(holder, 'message');
  };
  const pidOf = (): number => holder.pid ?? 0;

  it('Q-04 finds what the process holds, as text of either width and as bytes, and nothing else', async () => {
    const [narrow, wide, bytes, never] = ['narrow', 'wide', 'bytes', 'never'].map(plant) as [
      Canary,
      Canary,
      Canary,
      Canary,
    ];
    await tell(narrow, 'string');
    await tell(wide, 'wide string');
    await tell(bytes, 'buffer');
    const scan = scanMemory(pidOf(), [narrow, wide, bytes, never]);
    if (scan.outcome === 'skipped') throw new Error(scan.reason);
    const ways = scan.hits.map(({ kind, encoding }) => `${kind}: ${encoding}`);
    expect(ways).toEqual(expect.arrayContaining(['narrow: UTF-8', 'wide: UTF-16LE', 'bytes: UTF-8']));
    expect(scan.hits.every(({ where }) => where.startsWith(`memory of ${pidOf()}: `))).toBe(true);
    expect(scan.hits.filter(({ kind }) => kind === 'never')).toEqual([]);
    expect(scan.bytes).toBeGreaterThan(10_000_000);
  });

  it('Q-04 says that it has seen nothing when the process is gone', async () => {
    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
    expect(scanMemory(pidOf(), [plant('message')])).toMatchObject({ outcome: 'skipped' });
  });

  it.skipIf(process.getuid?.() === 0)('Q-04 says why it may not look into a process of somebody else', () => {
    const scan = scanMemory(1, [plant('message')]);
    expect(scan.outcome === 'skipped' && scan.reason).toMatch(/EACCES|EPERM/);
  });
});

/** A zip archive of one member, as far as its local header goes. */
function zipOf(bytes: Buffer): Buffer {
  const name = Buffer.from('word/document.xml');
  const header = Buffer.alloc(30);
  header.write('PK\x03\x04');
  header.writeUInt16LE(8, 8);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name, zlib.deflateRawSync(bytes), noise(30)]);
}
