import { de } from './de.ts';
import { en } from './en.ts';
import type { Strings } from './en.ts';

/** Every language that the app speaks, by the language of its tag (RFC 5646, 2.2.1). */
export const catalogues = { en, de } satisfies Record<string, Strings>;
