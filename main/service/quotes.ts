import { z } from 'zod';
import { MessageId } from '../../contract/ids.ts';
import type { Quote } from '../../contract/model.ts';
import type { WireMessage } from '../../contract/sdk-api.ts';
import { normalizeText } from '../../contract/text.ts';

/** A quote is a glimpse: whoever wants all of it goes there. */
const longestQuote = 300;

// As REST v2 writes it, and flat as SDK v2 does.
const Quoted = z.object({
  id: z.string().optional().catch(undefined),
  _id: z.string().optional().catch(undefined),
  role: z.string().optional().catch(undefined),
  text: z.string().optional().catch(undefined),
  author: z.object({ type: z.string() }).optional().catch(undefined),
  content: z.object({ text: z.string() }).optional().catch(undefined),
});
const Wrapped = z.object({ message: Quoted });

/** Which message a message answers to, by its id alone or with what the service tells of it. */
export function readQuote({ quotedMessage, quotedMessageId }: WireMessage): Quote | undefined {
  const wrapped = Wrapped.safeParse(quotedMessage);
  const told = wrapped.success ? wrapped.data.message : Quoted.safeParse(quotedMessage).data;
  const id = MessageId.safeParse(quotedMessageId ?? told?.id ?? told?._id);
  if (!id.success) return undefined;
  const text = normalizeText((told?.content?.text ?? told?.text ?? '').slice(0, longestQuote));
  const isOwn = (told?.role ?? told?.author?.type) === 'appUser' || told?.author?.type === 'user';
  return { id: id.data, said: text === '' ? null : { author: isOwn ? 'self' : 'business', text } };
}
