import { describe, expect, it } from 'vitest';
import { counting } from '../../renderer/strings/counting.ts';
import { de } from '../../renderer/strings/de.ts';
import { en } from '../../renderer/strings/en.ts';
import { languageFor, localeFor } from '../../renderer/strings/strings.ts';

/** Every sentence with the path to it; those with something to fill in are filled in. */
function sentences(part: unknown, path = ''): [string, string][] {
  if (typeof part === 'string') return [[path, part]];
  if (isFilledIn(part))
    return [2, 1].map((count) => [`${path}(${count})`, String(part(count, count, count))]);
  return Object.entries(part as object).flatMap(([key, value]) => sentences(value, `${path}.${key}`));
}

/** A number stands for a name as well: what matters is that it is found again. */
function isFilledIn(part: unknown): part is (...given: number[]) => string {
  return typeof part === 'function';
}

/** The same word in both languages, or nothing to say in either. */
const same =
  /^\.(timeline\.status|link\.offlineShort|setup\.configUrlHint|composer\.counter|announce\.message|cards\.pay|app\.title|signIn\.tokenNeededField|keychain\.passphrase$|settings\.themeHints|eraseReport\.service\.notNeeded)/;

describe('the German catalogue', () => {
  const english = new Map(sentences(en));
  const german = sentences(de);

  it('says everything that the English one says', () => {
    expect(german.map(([path]) => path).sort()).toEqual([...english.keys()].sort());
  });

  it('says it in German', () => {
    const left = german.filter(([path, sentence]) => sentence === english.get(path) && !same.test(path));
    expect(left).toEqual([]);
  });

  it('fills in what the English one fills in', () => {
    const numbers = (sentence: string) => new Set(sentence.match(/\b[12]\b/gu));
    const lost = german.filter(([path, sentence]) => {
      const said = numbers(english.get(path) ?? '');
      return [...said].some((number) => !numbers(sentence).has(number));
    });
    expect(lost).toEqual([]);
  });

  it('addresses the reader with “Sie”, and ends a sentence where the English one does', () => {
    for (const [path, sentence] of german) {
      expect(`${path}: ${sentence}`).not.toMatch(/\b(du|dein|deine|dich|dir)\b/iu);
      const isSentence = /[.]$/u.test(english.get(path) ?? '');
      if (isSentence) expect(`${path}: ${sentence}`).toMatch(/[.]$/u);
    }
  });
});

describe('counting', () => {
  it('uses the plural of each language, and writes numbers as it does', () => {
    const forms = { one: '1 message', other: '# messages' };
    const count = counting('en')(forms);
    expect([0, 1, 2, 12_000].map(count)).toEqual([
      '0 messages',
      '1 message',
      '2 messages',
      '12,000 messages',
    ]);
    expect(counting('de')(forms)(12_000)).toBe('12.000 messages');
  });
});

describe('the language', () => {
  it.each<[readonly string[], string, string]>([
    [['de-AT', 'en-US'], 'de', 'de-AT'],
    [['fr-FR', 'de', 'en'], 'de', 'de'],
    [['en-US'], 'en', 'en-US'],
    [['fr-FR'], 'en', 'en-GB'],
    [['DE-ch'], 'de', 'DE-ch'],
    [[], 'en', 'en-GB'],
    // No name that an object has by birth is a language.
    [['constructor', 'toString'], 'en', 'en-GB'],
  ])('for %j is %s, written as in %s', (preferred, language, locale) => {
    expect(languageFor(preferred)).toBe(language);
    expect(localeFor(preferred, languageFor(preferred))).toBe(locale);
  });
});
