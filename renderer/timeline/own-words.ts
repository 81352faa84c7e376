import { answersText } from '../../contract/forms.ts';
import type { Content, Message } from '../../contract/model.ts';
import { isolated } from '../strings/isolated.ts';
import { strings } from '../strings/strings.ts';

/**
 * What a message says in words beside its card, or instead of one. For those who draw no cards services write the same once
 * more as text: that is left out here.
 */
export function ownWords({ content, actions }: Message, business: string): string {
  const text = content.text;
  switch (content.kind) {
    case 'deleted':
      return strings.messages.deleted;
    case 'unsupported':
      return text.trim() === '' ? strings.timeline.unsupported(isolated(business)) : text;
    case 'text':
      return text.trim() === '' ? wordsOfReplies(actions) : text;
    default:
      return repeats(content) ? '' : text;
  }
}

/** Replies stand above the composer while they can be given, and are gone then: what was offered stays readable. */
function wordsOfReplies(actions: Message['actions']): string {
  const replies = actions.filter(({ kind }) => kind === 'reply').map(({ text }) => text);
  if (replies.length > 0) return strings.messages.choices(replies.map((text) => isolated(text)).join(' · '));
  return actions.some(({ kind }) => kind === 'locationRequest') ? strings.cards.locationAsked : '';
}

function repeats(content: Content): boolean {
  const { text } = content;
  switch (content.kind) {
    case 'location':
      return text.includes(`${content.lat},${content.long}`);
    case 'items':
      return content.items.every(({ title }) => text.includes(title));
    case 'form':
      return content.fields.every(({ label }) => text.includes(label));
    case 'formResponse':
      return text === answersText(content.answers);
    default:
      return false;
  }
}
