import { z } from 'zod';

/** What main asks of the spelling process. `files` are paths without `.aff` and `.dic`, and come with the first request. */
export const SpellingRequest = z.discriminatedUnion('call', [
  z.object({ call: z.literal('open'), files: z.array(z.string()) }),
  z.object({ call: z.literal('check'), id: z.int(), words: z.array(z.string()) }),
  z.object({ call: z.literal('suggest'), id: z.int(), word: z.string() }),
]);
export type SpellingRequest = z.infer<typeof SpellingRequest>;

export const SpellingReply = z.object({ id: z.int(), words: z.array(z.string()) });
export type SpellingReply = z.infer<typeof SpellingReply>;
