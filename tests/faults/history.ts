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
  ]),
  type: z.enum(['invoke', 'ok', 'fail', 'info']),
  key: z.string().optional(),
  v: z.unknown().optional(),
});
export type RunEvent = z.infer<typeof RunEvent>;
