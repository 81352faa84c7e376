import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimLinks, DeepLinks, linkIn } from '../../../main/desktop/deep-link.ts';
import { readSignInLink } from '../../../main/identity/sign-in-link.ts';
import { hostileLink } from '../../fakes/hostile-link.ts';

const good = `onethread://login?state=${'s'.repeat(64)}&code=${'c'.repeat(43)}`;

describe('A link on the command line', () => {
  it.each([
    ['alone', ['onethread', good]],
    ['behind switches', ['/opt/Onethread/onethread', '--enable-crashpad', '--lang=de', good]],
    ['behind what Electron needs in development', ['electron', '.', '--', good]],
  ])('is found %s', (_where, argv) => {
    expect(linkIn(argv)).toBe(good);
  });

  it.each([
    ['there is none', ['onethread', '--hidden', '/home/ana/file']],
    ['it is the program itself', [good]],
    ['there are two', ['onethread', good, good]],
    ['it is part of a word', ['onethread', `--url=${good}`, `x${good}`]],
    ['it is of another scheme', ['onethread', 'https://login?x', 'onethreadx://login', 'onethread']],
    ['it is longer than any', ['onethread', good + 'x'.repeat(2_048)]],
    ['it has what nobody can see', ['onethread', `${good}\u202e`]],
    ['it has a line of its own', ['onethread', `${good}\n--no-sandbox`]],
  ])('is none if %s', (_why, argv) => {
    expect(linkIn(argv)).toBeNull();
  });

  it('E-24 is none, or exactly a sign-in link, whatever the line says: 1,000 hostile lines', () => {
    const word = { state: 's'.repeat(64), code: 'c'.repeat(43) };
    const noise = fc.oneof(
      fc.constantFrom('--inspect', '--no-sandbox', '-r', '/etc/passwd', '--', 'onethread', '%u', '', '\0'),
      fc.string({ unit: 'binary-ascii' }),
    );
    const line = fc
      .tuple(
        fc.array(noise, { maxLength: 3 }),
        fc.array(hostileLink(word), { maxLength: 2 }),
        fc.array(noise, { maxLength: 2 }),
      )
      .map((parts) => parts.flat());
    let links = 0;
    fc.assert(
      fc.property(line, (argv) => {
        const link = linkIn(['onethread', ...argv]);
        if (link === null) return;
        links += 1;
        expect(argv.filter((each) => each === link)).toHaveLength(1);
        const read = readSignInLink(link);
        if (read === null) return;
        const url = new URL(link);
        expect([url.protocol, url.host, url.username, url.password, url.hash]).toEqual([
          ...['onethread:', 'login', '', '', ''],
        ]);
        expect(Object.fromEntries(url.searchParams)).toEqual(read);
        expect([...url.searchParams.keys()].sort()).toEqual(['code', 'state']);
      }),
      { numRuns: 1_000 },
    );
    expect(links).toBeGreaterThan(100);
  });
});

describe('Deep links', () => {
  /** An app that the system may hand links to. */
  function app() {
    let hear: (event: { preventDefault(): void }, url: string) => void = () => undefined;
    const prevented: string[] = [];
    return {
      prevented,
      on: (_event: 'open-url', listener: typeof hear) => (hear = listener),
      openUrl: (url: string) => hear({ preventDefault: () => prevented.push(url) }, url),
    };
  }
  const other = good.replace(/c/g, 'd');

  it('wait until somebody takes them, the last one only', () => {
    const mac = app();
    const links = new DeepLinks(mac, ['onethread', good]);
    mac.openUrl(other);
    const taken: string[] = [];
    links.handTo((link) => taken.push(link));
    expect(taken).toEqual([other]);
    expect(mac.prevented).toEqual([other]);
  });

  it('go straight on once somebody does, from wherever they come', () => {
    const mac = app();
    const links = new DeepLinks(mac, ['onethread']);
    const taken: string[] = [];
    links.handTo((link) => taken.push(link));
    expect(links.onCommandLine(['onethread', good])).toBe(true);
    expect(links.onCommandLine(['onethread', '--hidden'])).toBe(false);
    mac.openUrl(other);
    mac.openUrl(`${other}\u0000`);
    expect(taken).toEqual([good, other]);
  });

  it('are claimed by an installed app alone', () => {
    const claimed: string[] = [];
    const setAsDefaultProtocolClient = (scheme: string) => claimed.push(scheme) > 0;
    expect(claimLinks({ isPackaged: false, setAsDefaultProtocolClient })).toBe(false);
    expect(claimLinks({ isPackaged: true, setAsDefaultProtocolClient })).toBe(true);
    expect(claimed).toEqual(['onethread']);
  });
});
