import { homedir } from 'node:os';
import type { Log, LogFields } from '../ports/log.ts';

/** Longer than any code or state; what is longer is text, and text has no place here. */
const longestValue = 300;

/**
 * What never reaches a log, known by its shape. The order matters: a JWT is also base64, and a path may hold an address.
 */
const secrets: readonly (readonly [name: string, shape: RegExp])[] = [
  ['jwt', /\beyJ[\w-]{2,}(?:\.[\w-]*){1,4}/g],
  ['credential', /\b(?:bearer|basic)[\s:=]+[\w.~+/=-]+/gi],
  ['user info', /(?<=:\/\/)[^\s/@]+(?=@)/g],
  ['email', /[^\s"'<>@/:=]+@[^\s"'<>@/:=]+\.[^\s"'<>@/:=]+/g],
  ['key', /\b[0-9a-f]{32,}\b/gi],
  ['key', /[\w+/-]{32,}={0,2}/g],
  ['phone', /\+\d[\d ()./-]{6,}\d/g],
];

// Whoever reads it may go away, and a file on a full disk takes nothing: the app goes on without a log.
process.stderr.on('error', () => undefined);

/**
 * A log on stderr: one JSON line per event. Fields hold counts, codes and states by type; should a secret slip into one
 * all the same, it is replaced by what it was (`[jwt]`), and the home folder by `~`.
 *
 * @param write takes one line, line end included.
 */
export function createLog(
  write: (line: string) => void = (line) => void process.stderr.write(line),
  home: string = homedir(),
): Log {
  const log = (level: string, event: string, fields: LogFields = {}): void => {
    const entries = Object.entries(fields).map(([name, value]) => [name, redact(value, home)]);
    const line = { at: new Date().toISOString(), level, event: redact(event, home) };
    write(`${JSON.stringify({ ...Object.fromEntries(entries), ...line })}\n`);
  };
  return {
    info: (event, fields) => log('info', event, fields),
    warn: (event, fields) => log('warn', event, fields),
    error: (event, fields) => log('error', event, fields),
  };
}

function redact(value: LogFields[string], home: string): LogFields[string] {
  if (typeof value !== 'string') return value;
  let text = value;
  for (const [name, shape] of secrets) text = text.replace(shape, `[${name}]`);
  if (home.length > 1) text = text.replaceAll(home, '~');
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`;
}
