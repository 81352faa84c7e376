import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOpenLink, openableUrl } from '../../../main/desktop/open-link.ts';

describe('A link that may be opened', () => {
  it.each([
    ['https://example.com', 'https://example.com/'],
    ['HTTPS://EXAMPLE.com/a?b=c#d', 'https://example.com/a?b=c#d'],
    ['http://example.com/%20', 'http://example.com/%20'],
    ['https://bücher.example/é', 'https://xn--bcher-kva.example/%C3%A9'],
    ['https:\\\\example.com\\x', 'https://example.com/x'],
    ['https://[::1]:8080/', 'https://[::1]:8080/'],
    ['mailto:ada@example.com', 'mailto:ada@example.com'],
    [
      'mailto:ada@example.com?subject=a%20b&body=line%0D%0Aline',
      'mailto:ada@example.com?subject=a%20b&body=line%0D%0Aline',
    ],
    ['tel:+49-170-1234567', 'tel:+49-170-1234567'],
  ])('%s is opened as %s', (text, url) => {
    expect(openableUrl(text)).toBe(url);
  });

  it.each([
    '',
    'example.com',
    '/etc/passwd',
    '\\\\server\\share',
    '//example.com',
    'file:///etc/passwd',
    'FILE:///etc/passwd',
    'smb://server/share',
    'javascript:alert(1)',
    'jAvAsCrIpT:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'blob:https://example.com/x',
    'app://main/index.html',
    'about:blank',
    'vscode://x',
    'ms-msdt:/id',
    'x-apple.systempreferences:',
    'onethread://login',
    'https://',
    'https://ada@example.com/',
    'https://ada:secret@example.com/',
    'https://example.com%40evil.example/',
    ' https://example.com',
    'https://example.com ',
    'ht\ttps://example.com',
    'https://example.com/\u202Egpj.exe',
    'https://example.com/\u200B',
    'https://example.com/\0',
    'https://example.com/\uD800',
    `https://example.com/${'a'.repeat(2048)}`,
    `https://example.com/${'é'.repeat(1000)}`,
    'mailto:ada@example.com?attach=/etc/passwd',
    'mailto:ada@example.com?Attachment=/etc/passwd',
    'mailto:ada@example.com?subject=a%0D%0ABcc:%20eve@example.com',
    'mailto:ada%0D%0ABcc:eve@example.com',
    'mailto:ada@example.com?body=%00',
    'mailto:ada@example.com?body=%',
    `mailto:ada@example.com?body=${'a'.repeat(2001)}`,
    'tel:+49;phone-context=x',
    'tel:*#06#',
    'tel:%2a%2306%23',
  ])('is not %j', (text) => {
    expect(openableUrl(text)).toBeNull();
  });

  it('hides no bare question mark or hash behind a number or an address', () => {
    for (const url of ['tel:..?', 'tel:123#', 'tel:123?', 'mailto:a@b.example#'])
      expect(openableUrl(url)).toBeNull();
    expect(openableUrl('tel:+49-30-123')).toBe('tel:+49-30-123');
  });

  it('E-15 is of four schemes, without user info and in plain sight: 10,000 texts', () => {
    const scheme = fc.constantFrom(
      ...[
        'https',
        'HTTPS',
        'http',
        'hTTp',
        'mailto',
        'tel',
        'file',
        'smb',
        'javascript',
        'ms-msdt',
        'vscode',
        'data',
      ],
      ...[
        'x-apple.systempreferences',
        'search-ms',
        'ht%74ps',
        '%6aavascript',
        'java\tscript',
        '\u202Ehttps',
        'view-source:http',
      ],
    );
    const piece = fc.constantFrom(
      ...[
        '//',
        '/',
        '\\',
        '\\\\',
        ':',
        '@',
        '?',
        '#',
        '%',
        '%00',
        '%0a',
        '%2e',
        '..',
        '.',
        ' ',
        '\t',
        '\n',
        '\0',
        '\u202E',
      ],
      ...[
        '\u200F',
        '\uD800',
        'example.com',
        'раypal.com',
        'xn--80ak6aa92e.com',
        '127.0.0.1',
        '0x7f.1',
        '[::1]',
        'localhost',
      ],
      ...['user:pass@', 'a', 'é', '😀', 'subject=', 'body=', 'attach=/etc/passwd', '&', '+49', '123456'],
    );
    const text = fc.oneof(
      fc.tuple(scheme, fc.array(piece, { maxLength: 8 })).map(([name, rest]) => `${name}:${rest.join('')}`),
      fc.tuple(scheme, fc.array(piece, { maxLength: 8 })).map(([name, rest]) => `${name}://${rest.join('')}`),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string({ unit: 'binary' }),
    );
    let opened = 0;
    fc.assert(
      fc.property(text, (given) => {
        const url = openableUrl(given);
        if (url === null) return;
        opened++;
        expect(url).toMatch(/^(?:https?:\/\/[^/?#@\\]+(?:[/?#]|$)|mailto:|tel:\+?[\d().-]+$)/);
        expect(url).toMatch(/^[^\x00-\x20\x7f-\uffff]{1,2048}$/);
        expect(openableUrl(url)).toBe(url);
      }),
      { numRuns: 10_000 },
    );
    expect(opened).toBeGreaterThan(1_000);
  });
});

describe('Opening a link', () => {
  function desk(answers: { confirm?: boolean; opens?: boolean } = {}) {
    const opened: string[] = [];
    const asked: string[] = [];
    const openLink = createOpenLink({
      shell: {
        openExternal: async (url) => {
          if (answers.opens === false) throw new Error('no program');
          opened.push(url);
        },
      },
      confirm: async (host) => {
        asked.push(host);
        return answers.confirm ?? true;
      },
    });
    return { openLink, opened, asked };
  }

  it('hands over the link as it was checked, without a question if it is encrypted', async () => {
    const { openLink, opened, asked } = desk();
    expect(await openLink('HTTPS://Example.com')).toEqual({ ok: true, value: undefined });
    expect([opened, asked]).toEqual([['https://example.com/'], []]);
  });

  it('E-15 asks first about one that is not, naming the host as it really is', async () => {
    const { openLink, opened, asked } = desk();
    await openLink('http://bücher.example:8080/x');
    expect([opened, asked]).toEqual([
      ['http://xn--bcher-kva.example:8080/x'],
      ['xn--bcher-kva.example:8080'],
    ]);
  });

  it('opens nothing when the person says no', async () => {
    const { openLink, opened } = desk({ confirm: false });
    expect(await openLink('http://example.com')).toEqual({ ok: true, value: undefined });
    expect(opened).toEqual([]);
  });

  it('E-15 opens nothing else, and says so', async () => {
    const { openLink, opened } = desk();
    expect(await openLink('file:///etc/passwd')).toMatchObject({ ok: false, failure: { kind: 'malformed' } });
    expect(opened).toEqual([]);
  });

  it('says so when there is no program for it', async () => {
    const { openLink } = desk({ opens: false });
    expect(await openLink('tel:+491701234567')).toMatchObject({ ok: false, failure: { code: 'no_program' } });
  });
});
