/** What the program of `half-open.test.ts` says when it is done: one line of JSON. */
import { z } from 'zod';

export const HalfOpenWord = z.object({
  /** Milliseconds from the cut until the device said that it is not live, one for each cut while nothing happened. */
  idle: z.array(z.number()),
  /** The same, from when something was written. */
  busy: z.array(z.number()),
  /** The texts of the thread at the end, on the device and in the service, and what they should be. */
  shown: z.array(z.string()),
  held: z.array(z.string()),
  said: z.array(z.string()),
});
export type HalfOpenWord = z.infer<typeof HalfOpenWord>;
