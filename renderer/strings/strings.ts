import { en } from './en.ts';
import type { Strings } from './en.ts';

/** The language of the interface. */
export const strings: Strings = en;

/** The locale for dates, times and numbers: the person's own flavour of the interface's language. */
export const locale = (): string => (navigator.language.startsWith('en') ? navigator.language : 'en-GB');
