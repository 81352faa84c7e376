import { shownText } from '../ui/names.ts';
import { direction } from './strings.ts';

/** Right-to-left letters, and the characters that steer directions. */
const steering =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** `text` as a part of a sentence of the app, which may be written in another direction. */
export function isolated(text: string, sentence: 'ltr' | 'rtl' = direction): string {
  return sentence === 'rtl' || steering.test(text) ? `\u2068${shownText(text)}\u2069` : text;
}
