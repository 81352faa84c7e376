import { randomInt } from 'node:crypto';

/** A text that occurs nowhere but where the product put it, or let it lie. */
export interface Canary {
  /** What it was planted as, for the report: "draft of A". */
  readonly kind: string;
  readonly text: string;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const draw = (length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** The canaries of one process begin alike, so that a scan looks for few beginnings however many there are. */
const mark = draw(8);

/** A text of 24 random letters and digits. */
export function canaryText(): string {
  return mark + draw(16);
}

export function plant(kind: string): Canary {
  return { kind, text: canaryText() };
}

export type Encoding =
  | 'UTF-8'
  | 'UTF-16LE'
  | 'UTF-16BE'
  | 'Latin-1'
  | 'decomposed'
  | 'base64'
  | 'base64url'
  | 'hex'
  | 'HEX'
  | 'URL-encoded'
  | 'JSON-escaped'
  | 'HTML-escaped';

export interface Form {
  readonly encoding: Encoding;
  readonly bytes: Buffer;
}

/** The ways in which `text` could rest somewhere and still be read; a way that gives the same bytes as an earlier one is left out. */
export function formsOf(text: string): readonly Form[] {
  const utf8 = Buffer.from(text);
  const forms: Form[] = [
    { encoding: 'UTF-8', bytes: utf8 },
    { encoding: 'UTF-16LE', bytes: Buffer.from(text, 'utf16le') },
    { encoding: 'UTF-16BE', bytes: Buffer.from(text, 'utf16le').swap16() },
    ...latin1Of(text),
    { encoding: 'decomposed', bytes: Buffer.from(text.normalize('NFD')) },
    ...[0, 1, 2].flatMap((shift) => base64Of(utf8, shift)),
    { encoding: 'hex', bytes: Buffer.from(utf8.toString('hex')) },
    { encoding: 'HEX', bytes: Buffer.from(utf8.toString('hex').toUpperCase()) },
    { encoding: 'URL-encoded', bytes: Buffer.from(encodeURIComponent(text)) },
    { encoding: 'URL-encoded', bytes: Buffer.from(new URLSearchParams([['', text]]).toString().slice(1)) },
    { encoding: 'JSON-escaped', bytes: Buffer.from(JSON.stringify(text).slice(1, -1)) },
    { encoding: 'JSON-escaped', bytes: Buffer.from(asciiJson(text)) },
    { encoding: 'HTML-escaped', bytes: Buffer.from(htmlOf(text)) },
  ];
  const seen = new Set<string>();
  return forms.filter(({ bytes }) => {
    const key = bytes.toString('latin1');
    return !seen.has(key) && seen.add(key);
  });
}

/** One byte per character, as V8 and Chromium keep a string in memory as long as it fits. */
function latin1Of(text: string): Form[] {
  const fits = [...text].every((character) => character <= '\u00ff');
  return fits ? [{ encoding: 'Latin-1', bytes: Buffer.from(text, 'latin1') }] : [];
}

/**
 * Base64 of the bytes as they look when `shift` bytes of a group of three stand before them: without the first
 * characters, which those bytes have a part in, and without the last one, which the bytes behind have a part in.
 */
function base64Of(bytes: Buffer, shift: number): Form[] {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  const whole = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  return [
    { encoding: 'base64', bytes: Buffer.from(whole) },
    { encoding: 'base64url', bytes: Buffer.from(whole.replaceAll('+', '-').replaceAll('/', '_')) },
  ];
}

function asciiJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function htmlOf(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
