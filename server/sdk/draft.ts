/** What a device may say, whichever version of the API it speaks: a whitelist, and what becomes of it. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { WireClient } from '../../contract/sdk-api.ts';
import { maxTextLength, normalizeText } from '../../contract/text.ts';
import { Refusal } from '../errors.ts';
import { locationText } from '../fallback-text.ts';
import { formResponse, FormResponse } from '../form-response.ts';
import type { MessageContent, User } from '../store.ts';
import { FlatData, words } from '../words.ts';

const key = z.union([z.string().min(1).max(128), z.number()]).transform((id) => normalizeText(String(id)));

/** What is taken of a message; a client's view state, and any `role`, `_id` or `received`, is left where it was. */
export const Draft = z.object({
  type: z.enum(['text', 'location', 'formResponse']).default('text'),
  text: words(maxTextLength).optional(),
  payload: z.string().max(4096).optional(),
  coordinates: z.object({ lat: z.number().min(-90).max(90), long: z.number().min(-180).max(180) }).optional(),
  fields: z.unknown().optional(),
  quotedMessageId: z.string().max(64).optional(),
  metadata: FlatData.optional(),
  _clientId: key.optional(),
});
export type Draft = z.infer<typeof Draft>;

/** What may come with a file. */
export const Caption = Draft.pick({ text: true, metadata: true, _clientId: true }).extend({
  /** What is to be seen on a picture. */
  altText: words(2_000).optional(),
});

export function clientMessageIdOf({
  _clientId,
  metadata,
}: Pick<Draft, '_clientId' | 'metadata'>): string | null {
  if (_clientId !== undefined) return _clientId;
  const named = metadata?.['clientMessageId'];
  return typeof named === 'string' && named !== '' ? normalizeText(named.slice(0, 128)) : null;
}

/** Which device speaks: as its body says, or else its header. */
export function sourceOf(client: WireClient | undefined, request: FastifyRequest): MessageContent['source'] {
  const header = request.headers['x-smooch-clientid'];
  const id = client?.id ?? (typeof header === 'string' ? header : undefined);
  return { type: client?.platform ?? 'web', ...(id !== undefined && { id: id.slice(0, 128) }) };
}

/** What any message of a device carries, its name as of now. */
export function common(
  { metadata }: Pick<Draft, 'metadata'>,
  { profile: { givenName, surname } }: User,
  source: MessageContent['source'],
): Pick<MessageContent, 'source' | 'name' | 'metadata'> {
  const name = [givenName, surname].filter((part) => part).join(' ');
  return { source, ...(name !== '' && { name }), ...(metadata !== undefined && { metadata }) };
}

/** @throws {Refusal} `bad_request` for a message that says nothing. */
export function contentOf(
  draft: Draft,
  user: User,
  source: MessageContent['source'],
  now: number,
): MessageContent {
  const base = {
    type: draft.type,
    ...common(draft, user, source),
    ...(draft.payload !== undefined && { payload: draft.payload }),
  };
  if (draft.type === 'location') {
    if (draft.coordinates === undefined)
      throw new Refusal('bad_request', { says: 'A location needs coordinates.' });
    return { ...base, coordinates: draft.coordinates, text: locationText(draft.coordinates) };
  }
  if (draft.type === 'formResponse') {
    const answer = FormResponse.safeParse(draft);
    if (!answer.success) throw new Refusal('bad_request', { says: 'The answers to the form are malformed.' });
    return { ...base, ...formResponse(answer.data, now) };
  }
  if (!draft.text?.trim()) throw new Refusal('bad_request', { says: 'A text message needs a text.' });
  return { ...base, text: draft.text };
}
