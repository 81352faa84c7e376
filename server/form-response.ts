/** The answer to a form, as a device or the business sends it for a user. */
import { z } from 'zod';
import { fieldsText } from './fallback-text.ts';
import { newId } from './ids.ts';
import type { MessageContent } from './store.ts';
import { words } from './words.ts';

const choice = z.object({ name: words(128), label: words(128) });
const named = { name: words(128), label: words(128), quotedMessageId: z.string().max(64).optional() };

export const FormResponse = z.object({
  type: z.literal('formResponse'),
  fields: z
    .array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('text'), text: words(256), ...named }),
        z.object({ type: z.literal('email'), email: words(128), ...named }),
        z.object({ type: z.literal('select'), select: z.array(choice).min(1).max(20), ...named }),
      ]),
    )
    .min(1)
    .max(20),
  quotedMessageId: z.string().max(64).optional(),
});

export function formResponse(
  { type, fields, quotedMessageId }: z.infer<typeof FormResponse>,
  now: number,
): Omit<MessageContent, 'source'> {
  const answers = fields.map((field) => ({ ...field, _id: newId(now) }));
  const said = fieldsText(answers);
  const quoted = quotedMessageId ?? fields.find((field) => field.quotedMessageId)?.quotedMessageId;
  return {
    ...{ type, fields: answers, text: said, textFallback: said },
    ...(quoted !== undefined && { quotedMessageId: quoted }),
  };
}
