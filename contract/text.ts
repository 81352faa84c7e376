/** The longest text the service takes, in UTF-16 code units. */
export const maxTextLength = 4096;

/**
 * The one form in which text enters this product, from the keyboard and from the wire alike: without NUL (databases cut
 * text there) and without lone surrogates (they do not survive JSON and SQLite the same way everywhere).
 */
export function normalizeText(text: string): string {
  return text.replace(/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}

/** `value` with every string in it normalised, however deep, property names included. */
export function normalizeTexts(value: unknown): unknown {
  if (typeof value === 'string') return normalizeText(value);
  if (Array.isArray(value)) return value.map(normalizeTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [normalizeText(name), normalizeTexts(inner)]),
  );
}
