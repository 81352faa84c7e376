import { z } from 'zod';
import { EpochMs } from './ids.ts';

/**
 * The connection as the person sees it. `idle`: an anonymous person who has not written yet is nobody on the service, so
 * there is nothing to connect to.
 */
export const Link = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }).readonly(),
  z.object({ kind: z.literal('connecting'), since: EpochMs }).readonly(),
  z.object({ kind: z.literal('catchingUp'), since: EpochMs }).readonly(),
  z.object({ kind: z.literal('live') }).readonly(),
  z
    .object({
      kind: z.literal('offline'),
      since: EpochMs,
      /** When the thread was last known to be complete; null if never on this device. */
      lastUpdatedAt: EpochMs.nullable(),
      /** `network`: no answer at all; `service`: it answers, but not sensibly; `unknownApp`: it does not know our app id. */
      cause: z.enum(['network', 'service', 'unknownApp']),
    })
    .readonly(),
]);
export type Link = z.infer<typeof Link>;
