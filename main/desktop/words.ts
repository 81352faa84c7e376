import type { NotificationWords } from '../ports/notifier.ts';

/** What the operating system's own surfaces say: notifications and the tray. The page has a catalogue of its own. */
export interface DesktopWords extends NotificationWords {
  readonly unread: (count: number) => string;
  readonly open: string;
  readonly lock: string;
  readonly switchAccount: string;
  readonly quit: string;
}

const english: DesktopWords = {
  app: 'Onethread',
  newMessage: 'New message',
  newMessages: (count) => `${count} new messages`,
  unread: (count) => (count === 0 ? 'Onethread' : `Onethread – ${count} unread`),
  open: 'Open Onethread',
  lock: 'Lock now',
  switchAccount: 'Switch account…',
  quit: 'Quit',
};

const german: DesktopWords = {
  app: 'Onethread',
  newMessage: 'Neue Nachricht',
  newMessages: (count) => `${count} neue Nachrichten`,
  unread: (count) => (count === 0 ? 'Onethread' : `Onethread – ${count} ungelesen`),
  open: 'Onethread öffnen',
  lock: 'Jetzt sperren',
  switchAccount: 'Konto wechseln…',
  quit: 'Beenden',
};

/** @param locale as the operating system names it, e.g. `de-AT`; English for a language that is not here */
export function wordsFor(locale: string): DesktopWords {
  return /^de\b/i.test(locale) ? german : english;
}
