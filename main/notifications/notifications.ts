import type { Link } from '../../contract/link.ts';
import type { Message } from '../../contract/model.ts';
import type { NotificationChoice } from '../../contract/view.ts';
import type { EpochMs } from '../../contract/ids.ts';
import type { Committed, Cursor, HistoryFacts } from '../ports/history.ts';
import type { Attention, NotificationWords, Notifier, Toast } from '../ports/notifier.ts';
import type { Opening, SessionScope } from '../ports/session-scope.ts';

/** Characters of a message that a notification shows at most. */
const longestBody = 120;

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
    if (level === 'name' || message === null) return { title: this.#business() || app, body };
    const author = message.author.kind === 'business' ? message.author.name : null;
    return { title: author ?? (this.#business() || app), body: beginningOf(message) || body };
  }
}

function arrivedAfter(known: EpochMs, message: Message): readonly Arrived[] {
  const { author, received, id } = message;
  if (author.kind !== 'business' || received === null || id === null || received <= known) return [];
  return [{ message, at: { received, id } }];
}

/** One line of it, whole characters. */
function beginningOf({ content }: Message): string {
  const line = content.text.replace(/\s+/g, ' ').trim();
  const characters = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment);
  return characters.length <= longestBody ? line : `${characters.slice(0, longestBody - 1).join('')}…`;
}
