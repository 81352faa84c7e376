/** A code that is being written: `:smi`, with the caret right behind it. */
export type Code = {
  /** Where the colon stands. */
  readonly start: number;
  readonly query: string;
};

/** Letters enough to mean something; `:D` and `10:30` are no codes. */
const leastLetters = 2;
const longestCode = 40;

/** The code before the caret, or null. A colon begins one only where a word could begin. */
export function codeAt(text: string, caret: number): Code | null {
  const before = text.slice(Math.max(0, caret - longestCode - 2), caret);
  const found = /(?:^|[\s([{"'„“])(:([\p{L}+-][\p{L}\p{M}\d_+-]*))$/u.exec(before);
  const [, code, query] = found ?? [];
  if (code === undefined || query === undefined || query.length < leastLetters) return null;
  return { start: caret - code.length, query };
}

/** How many are offered at once: as many as fit above the box on the smallest window. */
export const mostOffered = 6;
