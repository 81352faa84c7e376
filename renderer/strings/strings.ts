import { de } from './de.ts';
import { en } from './en.ts';
import type { Strings } from './en.ts';

const catalogues = { en, de } satisfies Record<string, Strings>;
export type Language = keyof typeof catalogues;

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
export const locale = (): string => localeFor(navigator.languages, language);

/** The language of a tag without script and region (RFC 5646, 2.2.1). */
function primary(tag: string): string {
  return (tag.split('-')[0] ?? '').toLowerCase();
}

function isSpoken(tag: string): tag is Language {
  return Object.hasOwn(catalogues, tag);
}
