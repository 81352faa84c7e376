import { ClientMessageId } from '../../contract/ids.ts';
import { maxTextLength, normalizeText } from '../../contract/text.ts';

/** From here on the composer counts. */
export const countFrom = 3_800;

/** What a text in the composer is, before it is sent. Length is counted as the service counts it, after trimming. */
export type Judgement =
  | { readonly kind: 'empty' }
  | { readonly kind: 'fine'; readonly counter: number | null }
  | { readonly kind: 'tooLong'; readonly counter: number };

export function judge(text: string): Judgement {
  const length = normalizeText(text).trim().length;
  if (length === 0) return { kind: 'empty' };
  if (length > maxTextLength) return { kind: 'tooLong', counter: length };
  return { kind: 'fine', counter: length >= countFrom ? length : null };
}

/** The counter is read out only every so many characters: whoever types need not hear each. */
const tellEvery = 100;

/** Another step is news for who cannot see the counter; null while there is none. */
export function countStep(judgement: Judgement): string | null {
  if (judgement.kind === 'tooLong') return 'over';
  if (judgement.kind === 'empty' || judgement.counter === null) return null;
  return String(Math.ceil((maxTextLength - judgement.counter) / tellEvery));
}

/** One press of Enter on one text. */
export type Attempt = { readonly text: string; readonly clientMessageId: ClientMessageId };

/**
 * The same text after a refused or broken attempt is the same message: it keeps its id, so that a first attempt that did
 * arrive after all is not doubled.
 */
export function attemptFor(text: string, last: Attempt | null, mint: () => string): Attempt {
  return last?.text === text ? last : { text, clientMessageId: ClientMessageId.parse(mint()) };
}

/** What stays in the box once `sent` was accepted: nothing, or what was typed behind it meanwhile. */
export function leftAfter(sent: string, now: string): string {
  return now.startsWith(sent) ? now.slice(sent.length).trimStart() : now;
}

type Key = {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
};

/**
 * Whether this key sends: Enter alone, or where Enter makes a new line, Enter with Ctrl or Cmd. Never the Enter that confirms a candidate of an input method; some of those report
 * no composition, but key code 229 (UI Events, §B.2).
 */
export function sends(key: Key, enterSends = true): boolean {
  if (key.isComposing || key.keyCode === 229) return false;
  if (key.key !== 'Enter' || key.shiftKey || key.altKey) return false;
  return enterSends ? !key.ctrlKey && !key.metaKey : key.ctrlKey || key.metaKey;
}
