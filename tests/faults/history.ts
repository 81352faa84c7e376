/** What happened in a run, as the harness saw it: one JSON line per event, judged afterwards by the checkers. */
import { z } from 'zod';

/** What a device shows for one message. */
export const Entry = z.object({
  /** The client message id; null for what the business said. */
  key: z.string().nullable(),
  /** The service's id; null until it is accepted. */
  id: z.string().nullable(),
  text: z.string(),
  author: z.enum(['self', 'business']),
  status: z.enum(['queued', 'sending', 'sent', 'delivered', 'seen', 'failed', 'received']),
});
export type Entry = z.infer<typeof Entry>;

/** An event of a run. `info` means that nobody knows what came of it: it may have happened, now or later. */
export const RunEvent = z.object({
  /** Microseconds of the harness's own monotonic clock. */
  t: z.int().nonnegative(),
  run: z.string(),
  /** `service` for what the service's own table holds. */
  dev: z.string(),
  /** Sessions of this device so far. */
  epoch: z.int().nonnegative(),
  f: z.enum([
    'send',
    'see',
    'list',
    'login',
    'logout',
    'fault',
    'kill',
    'start',
    'srv.commit',
    'notify',
    'scan',
    'phase',
    'count',
    'say',
    'stop',
    'exit',
    'alive',
    'alert',
  ]),
  type: z.enum(['invoke', 'ok', 'fail', 'info']),
  key: z.string().optional(),
  v: z.unknown().optional(),
});
export type RunEvent = z.infer<typeof RunEvent>;

const LinkWord = z.enum(['idle', 'connecting', 'catchingUp', 'live', 'offline']);

/** What `v` is, by the kind of event; where a type of event has nothing to say, there is none. */
export const details = {
  /** invoke: the text; its `key` is the client message id. ok: the person was shown that it is kept. fail: refused. */
  send: z.string(),
  /** ok: one entry as it was shown, between two lists. */
  see: Entry,
  /** ok: everything in the order shown; of `service`, its own table of one person. */
  list: z.union([
    z.array(Entry),
    z.object({
      entries: z.array(Entry),
      user: z.string().optional(),
      link: LinkWord.optional(),
    }),
  ]),
  /** invoke, ok: who. */
  login: z.string(),
  logout: z.unknown(),
  /** invoke: it begins. ok: it ends, and did something. fail: there was nothing to befall. info: what it just did. */
  fault: z.object({
    where: z.string(),
    layer: z.string(),
    kind: z.string(),
    /** `POST /v2/… #12` */
    on: z.string().optional(),
  }),
  kill: z.unknown(),
  /** invoke, ok: it can be written on. */
  start: z.unknown(),
  /** An orderly end that was asked for. */
  stop: z.unknown(),
  /** info: it ended though nobody asked. */
  exit: z.unknown(),
  /** ok: the service has committed, by its own word; `key` as sent. */
  'srv.commit': z.object({ id: z.string(), user: z.string() }),
  /** ok: the desktop was told. */
  notify: z.object({ text: z.string() }),
  /** ok: nothing found. fail: what was found, and where. */
  scan: z.object({ found: z.array(z.object({ canary: z.string(), at: z.string() })) }),
  /** `warmUp`, `load`, `heal` (all faults are over), `read`, `restart`, `scan`, `dump`. */
  phase: z.string(),
  /** Measured numbers, by name: null where the thing never came to be. */
  count: z.record(z.string(), z.number().nullable()),
  /** invoke: the business writes to a person. ok: the service took it. */
  say: z.object({ to: z.string(), text: z.string() }),
  /** ok: it answered an input after so long. fail: why it did not. */
  alive: z.union([z.object({ inputMs: z.number() }), z.object({ why: z.string() })]),
  /** ok: an error was shown, by the kind of its failure. */
  alert: z.string(),
} as const satisfies Record<RunEvent['f'], z.ZodType>;
export type Detail<F extends RunEvent['f']> = z.infer<(typeof details)[F]>;

/** @throws if the event does not say what its kind says. */
export function detailOf<F extends RunEvent['f']>(f: F, event: RunEvent): Detail<F> {
  const parsed = details[f].safeParse(event.v);
  if (event.f !== f || !parsed.success)
    throw new Error(`not a ${f} in full: ${JSON.stringify(event).slice(0, 300)}`);
  return parsed.data as Detail<F>;
}
