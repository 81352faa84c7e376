import type { Message } from '../../../contract/model.ts';
import type { Entry } from '../history.ts';

/** A message as a device shows it, in the words of the history. */
export function entryOf({ clientMessageId, id, content, author, status }: Message): Entry {
  const isOwn = author.kind === 'self';
  return {
    key: clientMessageId,
    id,
    text: content.text,
    author: author.kind,
    status: isOwn ? status : 'received',
  };
}
