import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ok } from '../../../contract/failure.ts';
import { createAttachmentServer } from '../../../main/desktop/attachments.ts';
import type { Attachment } from '../../../main/ports/attachment-source.ts';

const id = '0123456789abcdef0123456789abcdef';
const bytes = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 251));

const attachment = (mediaType: string): Attachment => ({
  mediaType,
  bytes: bytes.length,
  read: async (from, length) => ok(bytes.subarray(from, Math.min(from + length, from + 300))),
});
const serve = createAttachmentServer((wanted) => (wanted === id ? attachment('audio/mpeg') : null));

const get = (url: string, headers: Record<string, string> = {}, method = 'GET'): Response =>
  serve({ url, method, headers: new Headers(headers) });
const bodyOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());

describe('The server of attachments', () => {
  it('E-18 serves what was given out, whole or in part, and its HEAD without a body', async () => {
    const whole = get(`att://${id}/`);
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'audio/mpeg']);
    expect(await bodyOf(whole)).toEqual(bytes);
    expect(await bodyOf(get(`att://${id}/`, {}, 'HEAD'))).toHaveLength(0);
    for (const [asked, from, to] of [
      ['bytes=0-', 0, 1000],
      ['bytes=10-19', 10, 20],
      ['bytes=990-5000', 990, 1000],
      ['bytes=-5', 995, 1000],
      ['bytes=-5000', 0, 1000],
    ] as const) {
      const part = get(`att://${id}/`, { range: asked });
      expect(part.status, asked).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/1000`);
      expect(part.headers.get('content-length')).toBe(String(to - from));
      expect(await bodyOf(part), asked).toEqual(bytes.subarray(from, to));
    }
  });

  it('E-18 gives nothing beyond the end, and the whole where a wish is not understood', async () => {
    for (const asked of ['bytes=1000-', 'bytes=-0', 'bytes=20-10', 'bytes=999999999999999-']) {
      const answer = get(`att://${id}/`, { range: asked });
      expect([answer.status, (await bodyOf(answer)).length], asked).toEqual([416, 0]);
    }
    for (const asked of ['bytes=', 'bytes=-', 'bytes=0-1,5-6', 'items=0-1', 'bytes=1e2-', 'bytes=0x1-2'])
      expect(get(`att://${id}/`, { range: asked }).status, asked).toBe(200);
  });

  it('E-18 H-09 says with every answer that nothing may be guessed or kept, and serves only what is drawn or played', () => {
    for (const answer of [get(`att://${id}/`), get('att://x/'), get(`att://${id}/`, {}, 'POST')]) {
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'get'])
      expect(get(`att://${id}/`, {}, method).status).toBe(405);
    for (const mediaType of ['text/html', 'image/svg+xml', 'application/pdf', 'text/xml', '', 'IMAGE/PNG']) {
      const other = createAttachmentServer(() => attachment(mediaType));
      expect(other({ url: `att://${id}/`, method: 'GET', headers: new Headers() }).status).toBe(404);
    }
  });

  it('E-18 knows an address to the letter and no other: 2,000 paths', () => {
    const part = fc.constantFrom(
      ...[
        '..',
        '.',
        '%2e%2e',
        '%252e%252e',
        '\\',
        '//',
        '\0',
        ';',
        '\u2024',
        '~',
        'C:',
        id,
        id.toUpperCase(),
      ],
      ...[
        '',
        ' ',
        '\t',
        '\n',
        '?',
        '#',
        '@',
        ':80',
        'a'.repeat(64_000),
        'media.db',
        'accounts',
        '%00',
        '%2f',
      ],
    );
    const start = fc.constantFrom(
      'att://',
      'att:',
      'att:/',
      'ATT://',
      ' att://',
      'app://main/',
      'file:///',
      '',
    );
    fc.assert(
      fc.property(start, fc.array(part, { minLength: 1, maxLength: 5 }), (scheme, parts) => {
        for (const url of [
          `${scheme}${parts.join('')}`,
          `${scheme}${parts.join('/')}`,
          `${scheme}${id}${parts.join('/')}`,
        ])
          if (url !== `att://${id}/`) expect(get(url).status, url.slice(0, 80)).toBe(404);
      }),
      { numRuns: 700 },
    );
  });

  it('breaks off where its bytes have gone meanwhile', async () => {
    const gone = createAttachmentServer(() => ({ ...attachment('image/png'), read: async () => ok(null) }));
    const answer = gone({ url: `att://${id}/`, method: 'GET', headers: new Headers() });
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });
});
