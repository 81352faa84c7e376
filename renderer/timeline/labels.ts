import { unreachable } from '../../contract/failure.ts';
import type { Author, Message, MessageStatus } from '../../contract/model.ts';
import type { Link } from '../../contract/link.ts';
import { strings } from '../strings/strings.ts';
import { shownName, shownText } from '../ui/names.ts';
import type { IconName } from '../ui/Icon.tsx';
import { clockTime, shownAt } from './dates.ts';
import { ownWords } from './own-words.ts';

export function authorName(author: Author, business: string): string {
  return author.kind === 'self' ? strings.timeline.you : shownName(author.name, business);
}

/** What a message says, in words: for the name of its article and for the announcer. */
export function spoken(message: Message, business = strings.app.unnamed): string {
  return shownText(list(ownWords(message, business), summary(message)));
}

/** The least that tells which message is meant. */
export function glimpseOf(message: Message, business: string): string {
  return shownText(ownWords(message, business)) || spoken(message, business);
}

/** What the card of a message is; empty where words are all there is. */
function summary({ content }: Message): string {
  const say = strings.cards.summary;
  switch (content.kind) {
    case 'text':
    case 'deleted':
    case 'unsupported':
      return '';
    case 'image':
      return content.altText ?? say.image;
    case 'file':
      return list(say.file, shownName(content.name, ''));
    case 'location':
      return content.name ?? say.location;
    case 'items':
      return list(
        say.items(content.items.length),
        content.items
          .slice(0, namedItems)
          .map(({ title }) => title)
          .join(', '),
      );
    case 'form':
      return list(strings.forms.summary, content.fields.map(({ label }) => label).join(', '));
    case 'formResponse':
      return list(strings.forms.given, content.text);
    default:
      return unreachable(content);
  }
}

/** Cards that are named; the rest are counted. */
const namedItems = 3;

/** "Acme, 14:05: Hello, 1 image, seen" */
export function articleName(message: Message, business: string, link: Link, held = false): string {
  const at = shownAt(message);
  const who = list(authorName(message.author, business), at === null ? '' : clockTime(at));
  const status =
    message.author.kind === 'self' ? statusWord(message.status, link, held).toLocaleLowerCase() : '';
  return `${who}: ${list(spoken(message, business), status)}`;
}

/** "Sending" is true of a moment: queued, with a live connection. One that is held can still be taken back. */
export function statusWord(status: MessageStatus, link: Link, held: boolean): string {
  const say = strings.timeline.status;
  if (status === 'queued' && held) return strings.outbox.held;
  if (status === 'queued') return isUnderWay(link) ? say.sending : say.waiting;
  return say[status];
}

export function statusIcon(status: MessageStatus, link: Link, held: boolean): IconName {
  if (status === 'queued' && held) return 'clock';
  switch (status) {
    case 'queued':
      return isUnderWay(link) ? 'sending' : 'clock';
    case 'sent':
      return 'check';
    case 'delivered':
      return 'checks';
    case 'seen':
      return 'eye';
    case 'failed':
      return 'alert';
    default:
      return unreachable(status);
  }
}

/** An anonymous person's first message is on its way although nothing is connected yet. */
function isUnderWay(link: Link): boolean {
  return link.kind === 'live' || link.kind === 'idle';
}

function list(...parts: readonly string[]): string {
  return parts.filter((part) => part.trim() !== '').join(', ');
}
