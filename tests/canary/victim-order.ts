import { z } from 'zod';

/** What a victim is to do with the device in its folder. */
export const VictimOrder = z.object({
  /** The data folder. */
  folder: z.string(),
  /** The folder of its `FileVault`. */
  vault: z.string(),
  service: z.object({ configBaseUrl: z.string(), appId: z.string() }),
  /**
   * After the start: sign in and write, and be cut off; sign out; or only look at what there is. Of a `start` itself the
   * moments count.
   */
  act: z.enum(['live', 'logout', 'start', 'look']),
  /** Sign out and stay until the service has heard of it. */
  untilTold: z.boolean().optional(),
  /** What is written in a life. */
  plants: z
    .object({
      userId: z.string(),
      jwt: z.string(),
      name: z.string(),
      message: z.string(),
      draft: z.string(),
      /** Never reaches the service. */
      unsent: z.string(),
      /** Whether this computer is to remember them. */
      remember: z.boolean(),
    })
    .optional(),
  /** SIGKILL at the n-th moment of it (`KillPoints`), null for never. */
  killAt: z.int().positive().nullable(),
});
export type VictimOrder = z.infer<typeof VictimOrder>;

/** What a victim says, line by line: that it begins, and the name of the moment at which it ends itself or what there is. */
export const VictimWord = z.union([
  z.object({ begins: z.literal(true) }),
  z.object({ killedAt: z.string() }),
  z.object({
    moments: z.int(),
    /** What a person sees. */
    session: z.string(),
    texts: z.array(z.string()),
    draft: z.string(),
    waiting: z.int(),
  }),
]);
export type VictimWord = z.infer<typeof VictimWord>;
