import { describe, expect, it } from 'vitest';
import { hostOf, ownPicture, pieces, safeHref } from '../../desk/links.ts';

describe('A text of a stranger', () => {
  it.each([
    [
      'see https://shop.example/a?b=1.',
      [
        { text: 'see ' },
        { text: 'https://shop.example/a?b=1', href: 'https://shop.example/a?b=1' },
        { text: '.' },
      ],
    ],
    ['mailto:ann@shop.example', [{ text: 'mailto:ann@shop.example', href: 'mailto:ann@shop.example' }]],
    ['javascript:alert(1)', [{ text: 'javascript:alert(1)' }]],
    ['shop.example and ann@shop.example', [{ text: 'shop.example and ann@shop.example' }]],
    ['', []],
  ])('%s keeps every letter, and is cut where it is safe to follow', (text, expected) => {
    expect(pieces(text)).toEqual(expected);
    expect(
      pieces(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });

  it.each(['ftp://x.example/', '//x.example', 'file:///etc/passwd', 'data:text/html,x', 'onethread://login'])(
    'is nothing to follow with %s',
    (text) => expect(pieces(text).some(({ href }) => href !== undefined)).toBe(false),
  );
});

describe('An address', () => {
  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://x/1',
    'file:///x',
    'https://a\u202eb.example',
    'java\nscript:alert(1)',
    ' https://x.example',
    'https:\\\\x.example',
    '',
  ])('such as %j is not followed', (address) => expect(safeHref(address)).toBeNull());

  it('says where it leads, look-alikes by what they are', () => {
    expect(hostOf(safeHref('https://shop.example:8443/a') ?? '')).toBe('shop.example:8443');
    expect(hostOf(safeHref('https://shоp.example') ?? '')).toMatch(/^xn--/);
    expect(hostOf(safeHref('mailto:ann@shop.example') ?? '')).toBe('ann@shop.example');
  });

  it('of a picture counts only where it lies with the desk’s own service', () => {
    const here = 'http://127.0.0.1:8080';
    expect(ownPicture(`${here}/attachments/abc/a%20b.png`, here)).toBe('/attachments/abc/a%20b.png');
    for (const address of [
      'https://tracker.example/attachments/abc/a.png',
      `${here}/demo/sign-in/page`,
      `${here}/attachments/../desk/app`,
      'http://127.0.0.1:8080.evil.example/attachments/x',
      'http://127.0.0.1:8080@evil.example/attachments/x',
      '/attachments/abc/a.png',
      'data:image/png;base64,x',
    ]) {
      expect([address, ownPicture(address, here)]).toEqual([address, null]);
    }
  });
});
