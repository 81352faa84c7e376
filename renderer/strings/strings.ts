import { catalogues } from './catalogues.ts';
import type { Strings } from './en.ts';

export type Language = keyof typeof catalogues;

/** Languages that are written from right to left. */
const rightToLeft = new Set(['ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi']);

/** Used where the person has no flavour of their own for the interface's language. */
const plainLocales: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };

/** The first of the person's languages that the app speaks; English if it speaks none of them. */
export function languageFor(preferred: readonly string[]): Language {
  return preferred.map(primary).find(isSpoken) ?? 'en';
}

/** The locale for dates, times and numbers: the person's own flavour of the interface's language. */
export function localeFor(preferred: readonly string[], spoken: Language): string {
  return preferred.find((each) => primary(each) === spoken) ?? plainLocales[spoken];
}

/** The language of the interface, as the operating system has it. */
export const language: Language = languageFor(navigator.languages);
export const strings: Strings = catalogues[language];
/** Which way the interface is written. */
export const direction: 'ltr' | 'rtl' = directionOf(language);
export const locale = (): string => localeFor(navigator.languages, language);

/** Which way a language is written. */
export function directionOf(spoken: string): 'ltr' | 'rtl' {
  return rightToLeft.has(primary(spoken)) ? 'rtl' : 'ltr';
}

/** The language of a tag without script and region (RFC 5646, 2.2.1). */
function primary(tag: string): string {
  return (tag.split('-')[0] ?? '').toLowerCase();
}

function isSpoken(tag: string): tag is Language {
  return Object.hasOwn(catalogues, tag);
}
