import './english.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isolated } from '../../renderer/strings/isolated.ts';
import { openableUrl, segments, truthOf } from '../../renderer/timeline/link-finder.ts';
import { parseHtml } from '../../renderer/timeline/rich-text/html.ts';
import { parseMarkdown } from '../../renderer/timeline/rich-text/markdown.ts';
import type { Block, Inline } from '../../renderer/timeline/rich-text/tree.ts';
import { looksLike, skeletonOf } from '../../renderer/ui/look-alikes.ts';
import { shownName, shownText } from '../../renderer/ui/names.ts';
import { backtracking } from './hostile/backtracking.ts';
import { differentNames, lookAlikes, unreadableNames } from './hostile/names.ts';
import { scripts } from './hostile/scripts.ts';

/** Every address in a formatted text. */
function addressesIn(nodes: readonly (Block | Inline)[]): readonly string[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'list') return node.items.flatMap(addressesIn);
    const own = node.kind === 'link' ? [node.address] : [];
    return 'children' in node ? [...own, ...addressesIn(node.children)] : own;
  });
}

const kinds = new Set('text break code strong emphasis strike link paragraph heading quote list'.split(' '));
function foreignIn(nodes: readonly (Block | Inline)[]): readonly string[] {
  return nodes.flatMap((node) => {
    const own = kinds.has(node.kind) ? [] : [node.kind];
    if (node.kind === 'list') return [...own, ...node.items.flatMap(foreignIn)];
    return 'children' in node ? [...own, ...foreignIn(node.children)] : own;
  });
}

describe('Formatted text', () => {
  it('H-01 has no node that is not in the closed list, whatever it is made of (1,752 strings, twice)', () => {
    expect(scripts.length).toBeGreaterThanOrEqual(1_500);
    for (const script of scripts)
      for (const tree of [parseMarkdown(script), parseHtml(script)]) expect(foreignIn(tree)).toEqual([]);
  });

  it('H-02 offers no address that may not be opened, whatever it is made of', () => {
    for (const script of scripts) {
      for (const address of addressesIn([...parseMarkdown(script), ...parseHtml(script)])) {
        const url = openableUrl(address);
        if (url !== null) expect(url.protocol).toMatch(/^(https?|mailto|tel):$/);
      }
    }
  });
});

const schemes = [
  ...[
    'https:',
    'http:',
    'mailto:',
    'tel:',
    'javascript:',
    'JAVASCRIPT:',
    'java\nscript:',
    'data:',
    'vbscript:',
    'file:',
    'smb:',
  ],
  ...[
    'ftp:',
    'blob:',
    'about:',
    'ms-msdt:',
    'search-ms:',
    'vscode:',
    'intent:',
    'chrome:',
    'view-source:',
    'app:',
    'onethread:',
    '',
  ],
];
const link = fc
  .tuple(
    fc.constantFrom(...schemes),
    fc.constantFrom('//', '/', '', '\\\\', '///', '/\\', '//user:secret@', '//\u202e'),
    fc.oneof(
      fc.webAuthority(),
      fc.constantFrom(
        'bank.com',
        'аpple.com',
        '0x7f.1',
        '[::1]',
        '2130706433',
        'a@b.example',
        '+4930123456',
        '\u2066evil.example',
      ),
    ),
    fc.oneof(
      fc.constant(''),
      fc.webPath(),
      fc.constantFrom('/../..', '?q=<script>', '#"onload="', '/%00', '/\u200bx'),
    ),
  )
  .map((parts) => parts.join(''));

describe('Links', () => {
  it('H-02 open http, https, mailto and tel and nothing else, with nobody’s name in front (10,000 made up)', () => {
    fc.assert(
      fc.property(link, (address) => {
        const url = openableUrl(address);
        const found = segments(`see ${address} now`).flatMap((part) =>
          part.kind === 'link' ? [new URL(part.url)] : [],
        );
        for (const each of url === null ? found : [url, ...found]) {
          expect(each.protocol).toMatch(/^(https?|mailto|tel):$/);
          expect(each.username + each.password).toBe('');
          expect(each.href).toMatch(/^[!-~]+$/);
          // What is shown beside the link is the name the network knows.
          if (each.host !== '') expect(each.host).toMatch(/^[a-z0-9.\-[\]:_~!$&'()*+,;=%]+$/);
        }
      }),
      { numRuns: 10_000, seed: 5 },
    );
  });

  it('H-02 whose words name another host than theirs are found out, whatever the host', () => {
    fc.assert(
      fc.property(fc.domain(), fc.domain(), (named, real) => {
        fc.pre(named !== real && segments(`https://${named}/`).some(({ kind }) => kind === 'link'));
        expect(truthOf(`https://${named}/`, new URL(`https://${real}/`))).toBe('otherwise');
      }),
      { numRuns: 500, seed: 6 },
    );
  });
});

const steering = [...'\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'];

describe('Directions', () => {
  it('H-03 begun in a line end in it, and none is forced on letters (2,000 texts)', () => {
    const text = fc
      .array(fc.constantFrom(...steering, 'a', 'ב', '1', ' ', '\n'), { maxLength: 60 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (written) => {
        for (const line of shownText(written).split('\n')) {
          expect(line).not.toMatch(/[\u202d\u202e]/);
          const opened = line.match(/[\u2066-\u2068]/g)?.length ?? 0;
          expect(line.match(/\u2069/g)?.length ?? 0).toBe(opened);
          expect(line.match(/\u202c/g)?.length ?? 0).toBe(line.match(/[\u202a\u202b]/g)?.length ?? 0);
        }
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });

  it('H-03 that a writer means are kept', () => {
    expect(shownText('a \u2067ב 1\u2069 c')).toBe('a \u2067ב 1\u2069 c');
    expect(shownText('\u202aa\u202c\n\u202bב\u202c')).toBe('\u202aa\u202c\n\u202bב\u202c');
    expect(shownText('\u202efdp.exe')).toBe('fdp.exe');
  });

  it('H-03 of a name or a price stay within it in the middle of a sentence', () => {
    expect(isolated('Lena')).toBe('Lena');
    expect(isolated('Lena', 'rtl')).toBe('\u2068Lena\u2069');
    expect(isolated('לנה')).toBe('\u2068לנה\u2069');
    expect(isolated('\u2069Lena\u202e')).toBe('\u2068Lena\u2069');
  });
});

describe('Marks', () => {
  it('H-04 pile up to six on one letter, however they are mixed with what joins letters', () => {
    for (const pile of ['\u0301', '\u0489\u034f', '\u0301\u200d', '\u0301\u202e', '\u20dd\u200c']) {
      const [longest = ''] = shownText(`a${pile.repeat(5_000)}b`).match(/[\p{M}\u200c\u200d]+/u) ?? [];
      expect([...longest].length).toBeLessThanOrEqual(6);
    }
    expect(shownText('👩‍❤️‍💋‍👨 🏳️‍🌈 नमस्ते')).toBe('👩‍❤️‍💋‍👨 🏳️‍🌈 नमस्ते');
  });
});

describe('Names', () => {
  it('H-05 that look like another are known for it (200 and more)', () => {
    expect(lookAlikes.length).toBeGreaterThanOrEqual(200);
    const missed = lookAlikes.filter(([shown, pretender]) => !looksLike(pretender, [shown]));
    expect(missed).toEqual([]);
  });

  it('H-05 of different people, and a name itself, are not', () => {
    for (const [one, other] of differentNames) expect(looksLike(one, [other])).toBe(false);
    expect(looksLike('Lena', ['Lena', 'Ann'])).toBe(false);
    expect(looksLike('Zoë', ['Zoe\u0308'])).toBe(false);
  });

  it('H-05 that nobody can read are nobody’s', () => {
    for (const name of unreadableNames) expect(shownName(name, '')).toBe('');
  });
});

/** What reads texts of strangers, with how it is done. */
const readers: readonly (readonly [string, (text: string) => unknown])[] = [
  ['the link finder', segments],
  ['Markdown', parseMarkdown],
  ['HTML', parseHtml],
  ['texts made fit to be shown', shownText],
  ['names made fit to be shown', (text) => shownName(text, '')],
  ['the skeleton of names', skeletonOf],
];

/** Processor time, in microseconds. */
function costOf(read: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage();
  read(text);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** The least of three readings: whatever else the machine does only adds to one. */
const leastCostOf = (read: (text: string) => unknown, text: string): number =>
  Math.min(...[1, 2, 3].map(() => costOf(read, text)));

describe('Reading', () => {
  const [small, large] = [16_000, 64_000];
  /** Four times as much text may cost so much more; a cost that grows with the square is sixteen times. */
  const most = 9;
  /** Of less than this (the budget of 64 kB) no growth can be told. */
  const slightUs = 20_000;

  it.each(readers)(
    'H-07 costs %s as much as the text is long, whatever repeats in it (200 texts and more)',
    (_, read) => {
      expect(backtracking.length).toBeGreaterThanOrEqual(200);
      const slow = backtracking.filter(({ make }) => {
        if (costOf(read, make(large)) <= slightUs) return false;
        return leastCostOf(read, make(large)) > Math.max(slightUs, most * leastCostOf(read, make(small)));
      });
      expect(slow.map(({ name }) => name)).toEqual([]);
    },
  );
});
