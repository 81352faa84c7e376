import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentSecurityPolicy, createPageServer } from '../../../main/desktop/protocol.ts';

let folder: string;
let serve: ReturnType<typeof createPageServer>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onethread-page-'));
  const root = join(folder, 'renderer');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.js'), 'SECRET');
  writeFileSync(join(root, 'index.html'), '<!doctype html>');
  writeFileSync(join(root, 'assets', 'index-1a2b.js'), 'page()');
  writeFileSync(join(root, 'assets', 'index-1a2b.css'), 'a{}');
  writeFileSync(join(root, 'assets', 'index-1a2b.js.map'), 'SECRET');
  writeFileSync(join(root, 'notes.txt'), 'SECRET');
  symlinkSync(join(folder, 'secret.js'), join(root, 'assets', 'link.js'));
  symlinkSync(folder, join(root, 'up'));
  serve = createPageServer(root);
});
afterAll(() => rmSync(folder, { recursive: true }));

const get = (url: string, method = 'GET'): Promise<Response> => serve({ url, method });

describe('The page server', () => {
  it.each([
    ['app://main/index.html', 'text/html; charset=utf-8', '<!doctype html>'],
    ['app://main/assets/index-1a2b.js', 'text/javascript; charset=utf-8', 'page()'],
    ['app://main/assets/index-1a2b.css', 'text/css; charset=utf-8', 'a{}'],
  ])('serves %s', async (url, type, body) => {
    const answer = await get(url);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      type,
      body,
    ]);
  });

  it('E-18 E-07 sends the policy and forbids sniffing with every answer, good or bad', async () => {
    for (const answer of [
      await get('app://main/index.html'),
      await get('app://main/x'),
      await get('x', 'PUT'),
    ]) {
      expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('E-18 answers HEAD without a body and nothing but GET and HEAD', async () => {
    expect(await (await get('app://main/index.html', 'HEAD')).text()).toBe('');
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'get']) {
      expect((await get('app://main/index.html', method)).status).toBe(405);
    }
  });

  it.each([
    'app://main/',
    'app://main',
    'app://main/assets',
    'app://main/assets/',
    'app://main/assets/link.js',
    'app://main/up/secret.js',
    'app://main/assets/index-1a2b.js.map',
    'app://main/notes.txt',
    'app://main/index.html?x',
    'app://MAIN/index.html',
    'app://other/index.html',
    'app://main.evil/index.html',
    'app://main@evil/index.html',
    'app://x@main/index.html',
    'app://main:1/index.html',
    'file:///etc/passwd',
    'http://main/index.html',
    'app://main/__proto__',
    'app://main/constructor',
  ])('does not know %s', async (url) => {
    expect((await get(url)).status).toBe(404);
  });

  it('E-18 serves nothing from outside its folder: 2,000 paths', async () => {
    const part = fc.constantFrom(
      ...[
        '..',
        '.',
        '%2e%2e',
        '%2E.',
        '%252e%252e',
        '..;',
        '...',
        '\uFF0E\uFF0E',
        '\u2024\u2024',
        '~',
        'C:',
        'up',
      ],
      ...[
        'assets',
        'ASSETS',
        'renderer',
        'index.html',
        'secret.js',
        'secret.js ',
        'secret.js.',
        'secret.js\0.html',
      ],
      ...['etc', 'passwd', 'index-1a2b.js', '', '\t', '\n', 'a'.repeat(64_000)],
    );
    const separator = fc.constantFrom('/', '//', '\\', '%2f', '%5c', '%252f', ';', '\0', '?', '#');
    const start = fc.constantFrom(
      'app://main/',
      'app:/',
      'app:',
      'app://',
      'APP://main/',
      'app:///',
      'app://main\\',
    );
    const path = fc.array(fc.tuple(part, separator), { minLength: 1, maxLength: 8 });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(start, path, async (from, parts) => {
        const answer = await get(from + parts.flat().join(''));
        expect(await answer.text()).not.toContain('SECRET');
        if (answer.status === 404) refused++;
      }),
      { numRuns: 2_000 },
    );
    expect(refused).toBeGreaterThan(1_900);
  });

  it('says what it is missing when the page was not built', () => {
    expect(() => createPageServer(join(folder, 'nowhere'))).toThrow(/ENOENT/);
  });
});

describe('The policy', () => {
  it('E-07 is the one in the page, and beyond it forbids to be framed, which a page cannot say itself', () => {
    const html = readFileSync(join(import.meta.dirname, '../../../renderer/index.html'), 'utf8');
    const inPage = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html)?.[1] ?? '';
    const rules = (policy: string): string[] => policy.split(/;\s*/).toSorted();
    expect(rules(contentSecurityPolicy)).toEqual(rules(`${inPage}; frame-ancestors 'none'`));
  });

  it('E-07 lets nothing run or load that is not in the package', () => {
    expect(contentSecurityPolicy).not.toMatch(/unsafe|https?:|wss?:|\*/);
    expect(contentSecurityPolicy).toMatch(/^default-src 'none';/);
  });
});
