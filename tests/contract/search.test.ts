import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, wordsOf } from '../../contract/fold.ts';
import { ActionId } from '../../contract/ids.ts';
import { matchOf, rangesOf, searchableTexts } from '../../contract/search.ts';
import { confirmed } from '../store/messages.ts';

const marked = (text: string, query: string): string[] =>
  rangesOf(text, wordsOf(query)).map(({ from, to }) => text.slice(from, to));

describe('Highlights', () => {
  it.each([
    ['My Résumé is here', 'resume', ['Résumé']],
    ['re\u0301sume\u0301!', 'resume', ['re\u0301sume\u0301']],
    ['parcels and parcel', 'parcel', ['parcel', 'parcel']],
    ['the way the parcel', 'parcel the', ['the', 'the', 'parcel']],
    ['aaaa', 'aa', ['aaaa']],
    ['Straße', 'strasse', ['Straße']],
    ['Straße', 'stras', ['Straß']],
    ['我们在大阪', '大阪', ['大阪']],
    ['한국어', '하', ['한']],
    ['a family 👨‍👩‍👧 here', '👩', ['👨‍👩‍👧']],
    ['thumbs 👍🏽 up', '👍', ['👍🏽']],
    ['nothing', 'parcel', []],
  ])('in %j for %j', (text, query, expected) => {
    expect(marked(text, query)).toEqual(expected);
  });

  it('never cut a grapheme, never overlap, and hold what was looked for', () => {
    const texts = fc.array(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('👨‍👩‍👧', '👍🏽', '🇨🇭', 'e\u0301', '한', 'नि')),
    );
    let hits = 0;
    fc.assert(
      fc.property(texts, fc.nat(20), fc.integer({ min: 1, max: 3 }), (parts, from, length) => {
        const text = parts.join('');
        const words = wordsOf([...text].slice(from, from + length).join(''));
        const starts = new Set(Array.from(new Intl.Segmenter('und').segment(text), ({ index }) => index));
        starts.add(text.length);
        let end = -1;
        for (const range of rangesOf(text, words)) {
          hits += 1;
          expect(starts.has(range.from) && starts.has(range.to)).toBe(true);
          expect(range.from).toBeGreaterThan(end);
          expect(words.some((one) => fold(text.slice(range.from, range.to)).includes(one))).toBe(true);
          end = range.to;
        }
      }),
      { numRuns: 1000, seed: 43 },
    );
    expect(hits).toBeGreaterThan(500);
  });
});

describe('What can be found of a message', () => {
  it('is every text of it that a person reads', () => {
    const action = { kind: 'reply', id: ActionId.parse('1'), text: 'Yes please', payload: 'secret' } as const;
    const item = { title: 'Blue shoes', description: 'Size 42', mediaUrl: null, actions: [action] };
    const content = { kind: 'items', layout: 'list', text: '', items: [item] } as const;
    const message = confirmed('a', 1, { content, actions: [{ ...action, text: 'More' }] });
    expect(searchableTexts(message)).toEqual(['Blue shoes', 'Size 42', 'Yes please', 'More']);
    expect(matchOf(message, ['shoes', '42']).parts).toEqual([
      { text: 'Blue shoes', ranges: [{ from: 5, to: 10 }] },
      { text: 'Size 42', ranges: [{ from: 5, to: 7 }] },
    ]);
  });

  it('is the name of a file, as it would be shown', () => {
    const file = (mediaUrl: string) =>
      confirmed('a', 1, {
        content: { kind: 'file', text: '', mediaUrl, mediaType: null, mediaSize: null, name: null },
      });
    expect(searchableTexts(file('https://x.example/a/Rechnung%20M%C3%A4rz.pdf?sig=1'))).toEqual([
      'Rechnung März.pdf',
    ]);
    expect(searchableTexts(file('https://x.example/%E0%A4%A'))).toEqual(['%E0%A4%A']);
  });

  it('ends where only a flood would go on', () => {
    const text = 'x'.repeat(100_000);
    const message = confirmed('a', 1, {
      content: { kind: 'image', text, mediaUrl: '', mediaType: null, altText: 'y', name: null },
    });
    expect(searchableTexts(message).map(({ length }) => length)).toEqual([20_000]);
  });
});
