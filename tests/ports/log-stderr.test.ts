import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../main/adapters/log-stderr.ts';

function capture(home = '/home/ada') {
  const lines: string[] = [];
  return { log: createLog((line) => lines.push(line), home), lines };
}

describe('The log on stderr', () => {
  it('writes one JSON line per event', () => {
    const { log, lines } = capture();
    log.info('start', { ms: 12, ok: true, code: null });
    log.warn('vault.timeout');
    log.error('store.exit', { code: 'SIGKILL' });
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'info', event: 'start', ms: 12, ok: true, code: null },
      { level: 'warn', event: 'vault.timeout' },
      { level: 'error', event: 'store.exit', code: 'SIGKILL' },
    ]);
  });

  it('does not let a field pass for the event itself, nor a text for a line', () => {
    const { log, lines } = capture();
    log.info('start', { event: 'forged', level: 'error', text: 'a\n{"event":"forged"}' });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'start', level: 'info' });
    expect(lines[0]?.trimEnd()).not.toContain('\n');
  });

  it.each([
    ['app', 'net::ERR_CONNECTION_REFUSED', 'net::ERR_CONNECTION_REFUSED'],
    ['an id', 'https://api.smooch.io/sdk/v2/apps/5963c0d619a30a2e00de36b8', undefined],
    ['a short id', '5963c0d619a30a2e00de36b8', '5963c0d619a30a2e00de36b8'],
    [
      'a JWT',
      'Authorization: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl rest',
      'Authorization: [jwt] rest',
    ],
    ['half a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJz', '[jwt]'],
    ['a bearer', 'Bearer abc.DEF-1', '[credential]'],
    ['basic', 'authorization:Basic YTpi', 'authorization:[credential]'],
    ['a key in hex', `x'${'0f'.repeat(32)}'`, "x'[key]'"],
    ['a key in base64', Buffer.alloc(32, 7).toString('base64'), '[key]'],
    ['an address', 'user ada@example.com left', 'user [email] left'],
    ['an odd address', 'ädä+x@exämple.co', '[email]'],
    ['a URL with credentials', 'https://ada:secret@host.example/', undefined],
    ['a phone number', 'tel +49 170 1234567 x', 'tel [phone] x'],
    ['the home folder', 'ENOENT /home/ada/.config/onethread', 'ENOENT ~/.config/onethread'],
    ['a text', 'word '.repeat(100), `${'word '.repeat(60)}…`],
  ])('writes %s without what it hides', (_, given, written) => {
    const { log, lines } = capture();
    log.warn('x', { given });
    const said = String((JSON.parse(lines[0] ?? '') as { given: unknown }).given);
    if (written !== undefined) expect(said).toBe(written);
    expect(said).not.toMatch(/secret|ada@/);
  });

  it('K-14 never writes a canary, wherever in a field it stands: 1,000 records', () => {
    const hex = (bytes: Buffer): string => bytes.toString('hex');
    const kinds = fc.constantFrom<((bytes: Buffer) => string)[]>(
      hex,
      (bytes) => bytes.toString('base64'),
      (bytes) => bytes.toString('base64url'),
      (bytes) => `${hex(bytes.subarray(0, 8))}@${hex(bytes.subarray(8, 12))}.example`,
      (bytes) => `eyJ${bytes.toString('base64url', 0, 9)}.${bytes.toString('base64url', 9, 18)}.x`,
      (bytes) => `Bearer ${bytes.toString('base64url', 0, 6)}`,
    );
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const around = fc.constantFrom(
      '',
      ' ',
      '"',
      '=',
      '?token=',
      '{"a":"',
      '\n',
      ': ',
      ', ',
      'http://h/',
      '(',
    );
    let written = 0;
    fc.assert(
      fc.property(kinds, bytes, around, around, (kind, chance, before, after) => {
        const { log, lines } = capture();
        const canary = kind(Buffer.from(chance));
        log.error('failed', { detail: `${before}${canary}${after}` });
        written++;
        const bare = canary.replace('Bearer ', '');
        expect(lines[0]).not.toContain(bare);
      }),
      { numRuns: 1_000 },
    );
    expect(written).toBe(1_000);
  });
});

describe('Where stderr takes nothing', () => {
  const program = `
    const { createLog } = await import(process.argv[1]);
    for (let at = 0; at < 3; at += 1) {
      createLog().warn('said');
      await new Promise((resolve) => setImmediate(resolve));
    }
    process.stdout.write('still here');`;
  const module = new URL('../../main/adapters/log-stderr.ts', import.meta.url).href;

  it('the app goes on without a log', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program, module],
      { stdio: ['ignore', 'pipe', full], encoding: 'utf8' },
    );
    closeSync(full);
    expect([stdout, status]).toEqual(['still here', 0]);
  });
});
