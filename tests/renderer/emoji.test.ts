import { beforeAll, describe, expect, it } from 'vitest';
import { groupNames, loadEmoji, withTone } from '../../renderer/composer/emoji/catalogue.ts';
import type { EmojiCatalogue } from '../../renderer/composer/emoji/catalogue.ts';
import { codeAt } from '../../renderer/composer/emoji/completion.ts';
import { cellFrom, columns } from '../../renderer/composer/emoji/EmojiGrid.tsx';

let en: EmojiCatalogue;
let de: EmojiCatalogue;
beforeAll(async () => {
  en = await loadEmoji('en');
  de = await loadEmoji('de');
});

const chars = (catalogue: EmojiCatalogue, query: string) => catalogue.find(query, 6).map(({ char }) => char);

describe('the emoji', () => {
  it('are the same in both languages, each with a name, and each once', () => {
    for (const group of groupNames) {
      const [english, german] = [en.group(group), de.group(group)];
      expect(german.map(({ char }) => char)).toEqual(english.map(({ char }) => char));
      for (const { char, name } of [...english, ...german]) expect(name, char).not.toBe('');
    }
    const all = groupNames.flatMap((group) => en.group(group).map(({ char }) => char));
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(1_800);
  });

  it('are found by code, by name and by other words, in the language of the person, the best first', () => {
    expect(chars(en, 'smile')[0]).toBe('😄');
    expect(chars(en, ' SMILE ')[0]).toBe('😄');
    expect(chars(en, 'rocket')[0]).toBe('🚀');
    expect(chars(en, 'yay')).toContain('😃');
    expect(chars(de, 'Rakete')).toContain('🚀');
    expect(chars(de, 'daumen')).toContain('👍️');
    // The codes are those that everybody knows.
    expect(chars(de, 'thumbsup')[0]).toBe('👍️');
    expect(chars(en, '')).toEqual([]);
    expect(chars(en, 'nothing is called so')).toEqual([]);
    expect(en.named('+1')?.char).toBe('👍️');
    expect(en.named('+')).toBeNull();
  });

  it('take a skin tone where Unicode has one, behind the first character', () => {
    const toned = (query: string, tone: 0 | 3) => en.find(query, 1).map((emoji) => withTone(emoji, tone))[0];
    expect(toned('thumbsup', 0)).toBe('👍️');
    expect(toned('thumbsup', 3)).toBe('👍🏽');
    expect(toned('woman_astronaut', 3)).toBe('👩🏽‍🚀');
    expect(toned('rocket', 3)).toBe('🚀');
  });
});

describe('a code', () => {
  it.each([
    [':smi', 0, 'smi'],
    ['Hello :smi', 6, 'smi'],
    ['(:+1', 1, '+1'],
    ['Zeile\n:läch', 6, 'läch'],
  ])('is seen before the caret: %j', (text, start, query) => {
    expect(codeAt(text, text.length)).toEqual({ start, query });
  });

  it.each(['at 10:30', 'http://a', ':s', ':D', ':', 'so:smi', ':two words', '::smi', `:${'x'.repeat(60)}`])(
    'is not seen where there is none: %j',
    (text) => {
      expect(codeAt(text, text.length)).toBeNull();
    },
  );

  it('ends at the caret, whatever stands behind it', () => {
    expect(codeAt(':smile and more', 4)).toEqual({ start: 0, query: 'smi' });
    expect(codeAt(':smile and more', 15)).toBeNull();
  });
});

describe('the arrows in the grid', () => {
  it.each([
    [0, 'ArrowRight', 1],
    [0, 'ArrowLeft', 0],
    [0, 'ArrowUp', 0],
    [0, 'ArrowDown', columns],
    [19, 'ArrowRight', 19],
    [15, 'ArrowDown', 15],
    [10, 'Home', columns],
    [10, 'End', 15],
    [17, 'End', 19],
    [3, 'Enter', null],
  ])('lead from %i with %s to %s of twenty', (from, key, to) => {
    expect(cellFrom(from, key, 20)).toBe(to);
  });
});
