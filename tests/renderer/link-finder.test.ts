import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openableUrl, segments, shownHost, truthOf } from '../../renderer/timeline/link-finder.ts';
import type { Segment } from '../../renderer/timeline/link-finder.ts';

const links = (text: string) =>
  segments(text).filter((part): part is Extract<Segment, { kind: 'link' }> => part.kind === 'link');
const urls = (text: string) => links(text).map((link) => link.url);

const allowed = /^(https?:\/\/|mailto:|tel:)/;
const forbidden = [
  'javascript:',
  'JaVaScRiPt:',
  'java\tscript:',
  'data:text/html,',
  'file:///',
  'smb://',
  '\\\\host\\',
  'ms-msdt:',
  'vscode://',
  'vbscript:',
  'x-apple.systempreferences:',
  'ftp://',
  '//',
  'blob:',
  'about:',
  'intent://',
  'app://main/',
  'onethread://login?',
  'ssh://',
] as const;
const permitted = ['https://', 'http://', 'mailto:', 'tel:', 'HTTPS://', 'www.'] as const;

const scheme = fc.constantFrom(...forbidden, ...permitted);
const host = fc.constantFrom(
  'example.com',
  'u:p@example.com',
  'аpple.com',
  '[::1]',
  '10.0.0.1',
  'a@b.example.org',
  '+4930123456',
  'localhost:3000',
  'ex%61mple.com',
  'xn--pple-43d.com',
  '\u202emoc.live',
);
const tail = fc.oneof(
  fc.constantFrom('', '/', '/%6a', '?a=b&c', '#x', '\\..\\', ' ', '\u0000', '\n', ')', '…', '\u200b'),
  fc.string({ maxLength: 12 }),
);
const prose = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(' ', '(', '"', '\n', 'see ', '.'),
);
const sentence = fc
  .array(
    fc.oneof(
      prose,
      fc.tuple(scheme, host, tail).map((parts) => parts.join('')),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join(''));

describe('segments', () => {
  it('makes a link only of http, https, mailto and tel, whatever the text (10,000 texts)', () => {
    fc.assert(
      fc.property(sentence, (text) => {
        for (const { url } of links(text)) {
          expect(url).toMatch(allowed);
          expect(url).not.toMatch(/[\p{Cc}\s\u202a-\u202e\u2066-\u2069\\]/u);
          const { username, password } = new URL(url);
          expect([username, password]).toEqual(['', '']);
        }
      }),
      { numRuns: 10_000, seed: 1 },
    );
  });

  it('says the same text, to the letter (2,000 texts)', () => {
    fc.assert(
      fc.property(sentence, (text) => {
        expect(
          segments(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
      { numRuns: 2_000, seed: 2 },
    );
  });

  it('finds what people mean', () => {
    expect(urls('See https://a.example/x?y=1, or www.b.com. Mail c@d.com or call tel:+4930123456!')).toEqual([
      'https://a.example/x?y=1',
      'https://www.b.com/',
      'mailto:c@d.com',
      'tel:+4930123456',
    ]);
  });

  it.each(forbidden)('leaves %s as text', (prefix) => {
    expect(urls(`${prefix}x`)).toEqual([]);
  });

  it('leaves an address with a user name as text, for it pretends to be another host', () => {
    expect(urls('https://bank.com@evil.com/ and http://u:p@x.com')).toEqual([]);
  });
});

describe('H-02 the words of a link', () => {
  it.each([
    ['https://apple.com/ä', 'https://apple.com/', 'said'],
    ['www.apple.com', 'https://apple.com/login', 'said'],
    ['ann@example.com', 'mailto:Ann@example.com', 'said'],
    ['here', 'https://apple.com/', 'unsaid'],
    ['https://аpple.com/login', 'https://xn--pple-43d.com/', 'unsaid'],
    ['https://apple.com/login', 'https://xn--pple-43d.com/', 'otherwise'],
    ['Pay at bank.com', 'https://evil.example/bank.com', 'otherwise'],
    ['bank.com evil.example', 'https://evil.example/', 'otherwise'],
    ['ann@example.com', 'mailto:eve@example.com', 'otherwise'],
  ])('“%s” for %s: the host is %s', (words, address, truth) => {
    expect(truthOf(words, new URL(address))).toBe(truth);
  });
});

describe('openableUrl', () => {
  it('refuses what is too long or not an address', () => {
    expect(openableUrl(`https://a.com/${'x'.repeat(2_048)}`)).toBeNull();
    expect(openableUrl('https://')).toBeNull();
    expect(openableUrl('just words')).toBeNull();
  });

  it('shows hosts in their ASCII form, and nothing for what cannot be opened', () => {
    expect(shownHost('https://www.пример.рф/a')).toBe('xn--e1afmkfd.xn--p1ai');
    expect(shownHost('mailto:a@b.com')).toBe('a@b.com');
    expect(shownHost('javascript:alert(1)')).toBeNull();
  });
});
