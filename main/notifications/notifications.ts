import type { Link } from '../../contract/link.ts';
import type { Message } from '../../contract/model.ts';
import type { NotificationChoice } from '../../contract/view.ts';
import type { EpochMs } from '../../contract/ids.ts';
import type { Committed, Cursor, HistoryFacts } from '../ports/history.ts';
import type { Attention, NotificationWords, Notifier, Toast } from '../ports/notifier.ts';
import type { Opening, SessionScope } from '../ports/session-scope.ts';

/** Characters of a message that a notification shows at most. */
const longestBody = 120;
const longestTitle = 60;
/** UTF-16 units: a single character may have been made of thousands. */
const mostUnits = 199;
/** Of a text no more is looked at: who sent it chose its length. */
const looked = 2_000;
/** Controls, and all that forces a direction or goes on with one (Unicode Bidirectional Algorithm). */
const steering = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

interface Arrived {
  readonly message: Message;
  readonly at: Cursor;
}

/**
 * Tells of messages that arrive while nobody looks. One notification stands for all that are unread: the newest takes the
 * place of the one before. What a catch-up brings is told once, at its end, and only what came after this device last knew
 * the thread: history never notifies. It ends with the session, and goes when everything was read, wherever that was.
 */
export class Notifications {
  readonly #notifier: Notifier;
  readonly #attention: Attention;
  readonly #choice: () => NotificationChoice;
  readonly #words: NotificationWords;
  readonly #business: () => string;
  readonly #open: (at: Cursor) => void;
  #scope: SessionScope | null = null;
  #unread = 0;
  /** Nothing received up to here is news; null while this device does not know the thread at all. */
  #knownTo: EpochMs | null = null;
  #isLive = false;
  #untold: Arrived[] = [];

  /**
   * @param deps.business what the business is called now
   * @param deps.open shows the message that a notification told of
   */
  constructor(deps: {
    notifier: Notifier;
    attention: Attention;
    choice: () => NotificationChoice;
    words: NotificationWords;
    business: () => string;
    open: (at: Cursor) => void;
  }) {
    this.#notifier = deps.notifier;
    this.#attention = deps.attention;
    this.#choice = deps.choice;
    this.#words = deps.words;
    this.#business = deps.business;
    this.#open = deps.open;
  }

  enter({ scope, opened }: Opening): void {
    this.leave();
    this.#scope = scope;
    this.#knownTo = opened.facts.syncedTo;
    this.#count(opened.facts);
    scope.history.onCommitted((committed) => {
      if (this.#scope === scope) this.#follow(committed);
    });
  }

  /** Nothing of this session is told any more, nor stands anywhere. */
  leave(): void {
    this.#scope = null;
    this.#isLive = false;
    this.#untold = [];
    this.#knownTo = null;
    this.#unread = 0;
    this.#notifier.clear();
    this.#attention.count(0);
  }

  follow(link: Link): void {
    this.#isLive = link.kind === 'live';
    if (this.#isLive) this.#tell();
  }

  /** Somebody has come to the window: what stands outside of it has been seen. */
  watched(): void {
    this.#untold = [];
    this.#notifier.clear();
  }

  #follow(committed: Committed): void {
    const known = this.#knownTo;
    const { facts, upserted } = committed;
    if (facts.syncedTo !== null && (known === null || facts.syncedTo > known)) this.#knownTo = facts.syncedTo;
    const grown = facts.unreadCount > this.#unread;
    this.#count(facts);
    if (facts.unreadCount === 0) return this.watched();
    if (known === null || !grown) return;
    this.#untold.push(...upserted.flatMap((message) => arrivedAfter(known, message)));
    if (this.#isLive) this.#tell();
  }

  #count({ unreadCount }: HistoryFacts): void {
    if (unreadCount === this.#unread) return;
    this.#unread = unreadCount;
    this.#attention.count(unreadCount);
  }

  #tell(): void {
    const untold = this.#untold;
    this.#untold = [];
    const newest = untold.at(-1);
    const { level, sound } = this.#choice();
    if (newest === undefined || level === 'off' || this.#attention.isWatching()) return;
    const scope = this.#scope;
    const said = untold.length === 1 ? newest.message : null;
    this.#notifier.show({ ...this.#saying(said, level), silent: !sound }, () => {
      if (this.#scope !== scope) return;
      this.#attention.comeForward();
      this.#open((untold[0] ?? newest).at);
    });
  }

  /** @param message the one that it tells of; null if there are several, of which none is quoted */
  #saying(
    message: Message | null,
    level: Exclude<NotificationChoice['level'], 'off'>,
  ): Omit<Toast, 'silent'> {
    const { app, newMessage, newMessages } = this.#words;
    const body = this.#unread > 1 ? newMessages(this.#unread) : newMessage;
    if (level === 'hidden') return { title: app, body };
    const business = beginningOf(this.#business(), longestTitle) || app;
    if (level === 'name' || message === null) return { title: business, body };
    const author = message.author.kind === 'business' ? (message.author.name ?? '') : '';
    return {
      title: beginningOf(author, longestTitle) || business,
      body: beginningOf(message.content.text, longestBody) || body,
    };
  }
}

function arrivedAfter(known: EpochMs, message: Message): readonly Arrived[] {
  const { author, received, id } = message;
  if (author.kind !== 'business' || received === null || id === null || received <= known) return [];
  return [{ message, at: { received, id } }];
}

/**
 * One line of a stranger's text, whole characters, none of which steers the direction of what the desktop writes around it.
 * Empty if there is nothing to be seen in it.
 */
function beginningOf(text: string, longest: number): string {
  const line = text.slice(0, looked).replace(/\s+/gu, ' ').replace(steering, '').trim();
  if (!/[^\p{Cf}\p{M}\s]/u.test(line)) return '';
  const kept: string[] = [];
  let units = 0;
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    kept.push(segment);
    units += segment.length;
    if (kept.length <= longest && units <= mostUnits) continue;
    const fitting = kept.slice(0, Math.min(longest, kept.length) - 1).join('');
    return fitting === '' ? '' : `${fitting}…`;
  }
  return kept.join('');
}
