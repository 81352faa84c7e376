import { z } from 'zod';

export const passphrase = 'correct horse';

export const KeyVictimOrder = z.object({
  /** The data folder. */
  folder: z.string(),
  /** Where keys are: a keychain in a folder, or sealed under the passphrase where there is no keychain. */
  keychain: z.enum(['folder', 'passphrase']),
  service: z.object({ configBaseUrl: z.string(), appId: z.string() }),
  /** Null: nobody signs in, nothing is written. */
  person: z.object({ userId: z.string(), jwt: z.string(), message: z.string() }).nullable(),
  /** SIGKILL at the n-th moment (`KillPoints`), null for never. */
  killAt: z.int().positive().nullable(),
});
export type KeyVictimOrder = z.infer<typeof KeyVictimOrder>;

/** What a victim says, line by line. */
export const KeyVictimWord = z.union([
  z.object({ killedAt: z.string() }),
  /** The message was taken: from now on it must not be lost. */
  z.object({ accepted: z.literal(true) }),
  z.object({ moments: z.int(), session: z.string(), texts: z.array(z.string()) }),
]);
export type KeyVictimWord = z.infer<typeof KeyVictimWord>;
