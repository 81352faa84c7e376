import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSameOrigin,
  isServiceUrl,
  isServiceUrlOf,
  joinUrl,
  readLinkUrl,
  readMediaUrl,
} from '../../../main/service/urls.ts';

describe('An address of a service', () => {
  it.each([
    'https://api.smooch.io/sdk/',
    'https://5f0c1a2b3c4d5e6f70819203.config.smooch.io/sdk/',
    'HTTPS://Example.COM',
    'https://example.com:8443/a/b',
    'https://192.168.0.1/sdk',
    'https://[2001:db8::1]:8443/sdk',
    'http://127.0.0.1:8787/sdk/',
    'http://localhost:8787/sdk/',
    'http://[::1]:8787/sdk/',
  ])('may be %s', (url) => {
    expect(isServiceUrl(url)).toBe(true);
    expect(URL.canParse(url)).toBe(true);
  });

  it.each([
    'http://example.com/sdk/',
    '//example.com/sdk/',
    'example.com',
    'ws://127.0.0.1/faye',
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://localhost.evil.tld/',
    'http://127.0.0.1.evil.tld/',
    'http://127.0.0.1@evil.tld/',
    'http://localhost:80@evil.tld/',
    'https://user:secret@example.com/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1.:80/',
    'http://127.0.0.2/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::2]/',
    'https://2130706433/',
    'https://256.1.1.1/',
    'https://example.com\\@evil.tld/',
    'https://example.com\t.evil.tld/',
    'https://example.com\n/',
    ' https://example.com/',
    'https://exa mple.com/',
    'https://пример.рф/',
    'https://example.com:0/',
    'https://example.com:99999/',
    'https://example.com/?next=x',
    'https://example.com/#x',
    'https://',
    'https:///example.com',
    'https:example.com',
    'https:\\\\example.com',
    '',
    `https://example.com/${'a'.repeat(2048)}`,
  ])('may not be %s', (url) => {
    expect(isServiceUrl(url)).toBe(false);
  });

  it('is read no more generously than the standard reads it: 2,000 addresses', () => {
    const part = fc.oneof(
      fc.constantFrom('http', 'https', ':', '//', '/', '@', '\\', '.', '127.0.0.1', 'localhost', 'evil.tld'),
      fc.constantFrom(
        '[',
        ']',
        '::1',
        '%2e',
        '%00',
        '\t',
        '\n',
        ' ',
        '0x7f',
        '2130706433',
        ':443',
        '?',
        '#',
        'ö',
      ),
      fc.string({ maxLength: 3 }),
    );
    const address = fc
      .tuple(fc.constantFrom('http://', 'https://', ''), fc.array(part, { maxLength: 8 }))
      .map(([scheme, parts]) => scheme + parts.join(''));
    fc.assert(
      fc.property(address, (url) => {
        if (!isServiceUrl(url)) return;
        const standard = new URL(url);
        const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(standard.hostname);
        expect(standard.protocol === 'https:' || (standard.protocol === 'http:' && isLoopback)).toBe(true);
        expect(standard.username + standard.password + standard.search + standard.hash).toBe('');
        expect(isSameOrigin(url, `${standard.origin}/other`)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('from afar may not point to http on this machine', () => {
    const [far, near] = ['https://config.example/sdk', 'http://127.0.0.1:1/sdk'];
    expect(isServiceUrlOf(far, 'https://api.example/sdk')).toBe(true);
    expect(isServiceUrlOf(near, 'http://localhost:2/faye')).toBe(true);
    expect(isServiceUrlOf(near, 'https://api.example/sdk')).toBe(true);
    expect(isServiceUrlOf(far, near)).toBe(false);
    expect(isServiceUrlOf(far, 'http://api.example/sdk')).toBe(false);
  });

  it.each([
    ['https://a.example/x', 'https://A.example:443/y', true],
    ['http://127.0.0.1/x', 'http://127.0.0.1:80', true],
    ['https://a.example', 'http://a.example', false],
    ['https://a.example', 'https://a.example:444', false],
    ['https://a.example', 'https://b.a.example', false],
    ['https://a.example', 'https://a.example.evil.tld', false],
    ['nonsense', 'nonsense', false],
  ])('%s and %s share an origin: %s', (a, b, expected) => {
    expect(isSameOrigin(a, b)).toBe(expected);
  });

  it('is joined whether or not its base ends in a slash', () => {
    expect(joinUrl('https://a.example/sdk/', 'apps/x')).toBe('https://a.example/sdk/apps/x');
    expect(joinUrl('https://a.example/sdk', 'apps/x')).toBe('https://a.example/sdk/apps/x');
  });
});

describe('An address in a message', () => {
  it.each([
    ['https://example.com/a.png?x=1#y', 'https://example.com/a.png?x=1#y'],
    ['http://127.0.0.1:8787/a.png', 'http://127.0.0.1:8787/a.png'],
    [' https://example.com/Straße 1.png ', 'https://example.com/Stra%C3%9Fe%201.png'],
    ['http://example.com/a.png', null],
    ['data:image/png;base64,AAAA', null],
    ['javascript:alert(1)', null],
    ['https://user@example.com/a.png', null],
    ['', null],
  ])('shows a picture at %s as %s', (url, expected) => {
    expect(readMediaUrl(url)).toBe(expected);
  });

  it.each([
    ['http://example.com/?q=a|b', 'http://example.com/?q=a%7Cb'],
    ['https://example.com/ü\ud800', 'https://example.com/%C3%BC%EF%BF%BD'],
    ['mailto:ann@example.com', 'mailto:ann@example.com'],
    ['tel:+1-514-555-0100', 'tel:+1-514-555-0100'],
    ['javascript:alert(1)', null],
    ['JaVaScRiPt:alert(1)', null],
    ['java\nscript:alert(1)', null],
    ['file:///etc/passwd', null],
    ['smb://host/share', null],
    ['data:text/html,x', null],
    ['https://good.example@evil.tld/', null],
    ['onethread://login?jwt=x', null],
    ['mailto:', null],
  ])('offers the link %j as %s', (url, expected) => {
    expect(readLinkUrl(url)).toBe(expected);
  });
});
