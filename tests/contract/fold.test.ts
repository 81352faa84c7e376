import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, segmentsOf, wordsOf } from '../../contract/fold.ts';

describe('Folding', () => {
  it.each([
    ['Résumé', 'resume'],
    ['re\u0301sume\u0301', 'resume'],
    ['ＲＥＳＵＭＥ', 'resume'],
    ['𝓻𝓮𝓼𝓾𝓶𝓮', 'resume'],
    ['STRASSE', 'straße'],
    ['İstanbul', 'istanbul'],
    ['ISPARTA', 'ısparta'],
    ['ΟΔΟΣ', 'οδος'],
    ['ὁδός', 'οδοσ'],
    ['Łódź', 'lodz'],
    ['Ærøskøbing', 'aeroskobing'],
    ['eﬃcient', 'efficient'],
    ['ЁЛКА', 'елка'],
    ['don’t', "don't"],
    ['Ｗｉ－Ｆｉ', 'wi-fi'],
    ['ﾗｰﾒﾝ', 'らーめん'],
    ['ｶﾞｽ', 'がす'],
    ['ガス', 'か\u3099す'],
    ['שָׁלוֹם', 'שלום'],
    ['مَرْحَبًا', 'مرحبا'],
    ['한국'.normalize('NFC'), '한국'.normalize('NFD')],
    ['soft\u00ADhyphen', 'softhyphen'],
    ['❤\uFE0F', '❤'],
    ['line\nbreak\u00A0space', 'line break space'],
  ])('%s and %s are one', (a, b) => {
    expect(fold(a)).toBe(fold(b));
  });

  it.each([
    ['か', 'が'],
    ['ก', 'กี'],
    ['क', 'कि'],
    ['a', 'b'],
    ['大', '太'],
  ])('%s and %s are two', (a, b) => {
    expect(fold(a)).not.toBe(fold(b));
  });

  it('lets a syllable be found while it is typed', () => {
    expect(fold('한국')).toContain(fold('하'));
  });

  it('is the same for a text however its marks are encoded, and for its own result', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(text.normalize('NFD'))).toBe(fold(text.normalize('NFC')));
        expect(fold(fold(text))).toBe(fold(text));
      }),
      { numRuns: 500, seed: 41 },
    );
  });

  it('is that of its segments, which are the text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const segments = segmentsOf(text);
        expect(segments.map(({ folded }) => folded).join('')).toBe(fold(text));
        expect(segments.map(({ at, length }) => text.slice(at, at + length)).join('')).toBe(text);
      }),
      { numRuns: 500, seed: 42 },
    );
  });

  it('leaves no control character, which the search uses for its own ends', () => {
    const all = Array.from({ length: 0xffff }, (_, n) => String.fromCharCode(n)).join('');
    expect(fold(all)).not.toMatch(/[\0-\x1f]/);
    expect(fold('\x01\x01\x10')).toBe('');
  });
});

describe('The words of a query', () => {
  it('are parted by white space and looked for once', () => {
    expect(wordsOf('  The  parcel\tthe\u3000Parcel "AND" ')).toEqual(['the', 'parcel', '"and"']);
    expect(wordsOf(' \u200B\u00AD ')).toEqual([]);
  });
});
