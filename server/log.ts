/**
 * The service's log: one JSON object a line, on stderr. Fields are counts, codes, routes and ids of our own; never
 * message text, credentials, user ids, query strings or an error's own message, which may quote any of them.
 */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, cause: unknown, fields?: LogFields): void;
}

export function createLog(write: (line: string) => void, now: () => number): Log {
  const put = (level: string, event: string, fields: LogFields): void => {
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields })}\n`);
  };
  return {
    info: (event, fields = {}) => put('info', event, fields),
    warn: (event, fields = {}) => put('warn', event, fields),
    error: (event, cause, fields = {}) => put('error', event, { ...fields, ...describe(cause) }),
  };
}

/** An error's kind and where it arose, without its message. */
function describe(cause: unknown): LogFields {
  if (!(cause instanceof Error)) return { kind: typeof cause };
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { kind: cause.name, code, at: frames.slice(0, 4).join(' ').replace(/\s+/g, ' ').trim() };
}
