import type { NotificationWords } from '../ports/notifier.ts';

/** What the operating system's own surfaces say: notifications, the tray, the menu and dialogs. The page has a catalogue of its own. */
export interface DesktopWords extends NotificationWords {
  readonly unread: (count: number) => string;
  readonly open: string;
  readonly lock: string;
  readonly switchAccount: string;
  readonly quit: string;
  readonly menu: MenuWords;
  readonly dialog: DialogWords;
}

/** The application menu. `&` stands before the letter that chooses with Alt. */
export interface MenuWords {
  readonly file: string;
  readonly lock: string;
  readonly switchAccount: string;
  readonly signOut: string;
  readonly quit: string;
  readonly edit: string;
  readonly undo: string;
  readonly redo: string;
  readonly cut: string;
  readonly copy: string;
  readonly paste: string;
  readonly selectAll: string;
  readonly noSuggestions: string;
  readonly view: string;
  readonly usualSize: string;
  readonly larger: string;
  readonly smaller: string;
  readonly fullScreen: string;
  readonly window: string;
  readonly minimize: string;
  readonly close: string;
  readonly help: string;
  readonly shortcuts: string;
}

/** The questions that the system's own dialogs ask. */
export interface DialogWords {
  readonly crashed: string;
  readonly crashedDetail: string;
  readonly showAgain: string;
  readonly leaveIt: string;
  readonly openLink: (host: string) => string;
  readonly plainLink: string;
  readonly openIt: string;
  readonly cancel: string;
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
  menu: {
    file: '&File',
    lock: '&Lock Now',
    switchAccount: 'Switch &Account…',
    signOut: '&Sign Out and Erase…',
    quit: '&Quit',
    edit: '&Edit',
    undo: '&Undo',
    redo: '&Redo',
    cut: 'Cu&t',
    copy: '&Copy',
    paste: '&Paste',
    selectAll: 'Select &All',
    noSuggestions: 'No suggestions',
    view: '&View',
    usualSize: 'Usual &Size',
    larger: '&Larger',
    smaller: 'S&maller',
    fullScreen: '&Full Screen',
    window: '&Window',
    minimize: '&Minimize',
    close: '&Close',
    help: '&Help',
    shortcuts: '&Keyboard Shortcuts',
  },
  dialog: {
    crashed: 'The window keeps stopping',
    crashedDetail: 'Your messages are safe: they are kept outside the window, and sending goes on.',
    showAgain: 'Show it again',
    leaveIt: 'Leave it',
    openLink: (host) => `Open ${host}?`,
    plainLink: 'This link is not encrypted: others on the network can see and change what you get.',
    openIt: 'Open',
    cancel: 'Cancel',
  },
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
  menu: {
    file: '&Datei',
    lock: 'Jetzt &sperren',
    switchAccount: '&Konto wechseln…',
    signOut: '&Abmelden und löschen…',
    quit: '&Beenden',
    edit: '&Bearbeiten',
    undo: '&Rückgängig',
    redo: '&Wiederholen',
    cut: '&Ausschneiden',
    copy: '&Kopieren',
    paste: '&Einfügen',
    selectAll: 'A&lles auswählen',
    noSuggestions: 'Keine Vorschläge',
    view: '&Ansicht',
    usualSize: '&Übliche Größe',
    larger: '&Größer',
    smaller: '&Kleiner',
    fullScreen: '&Vollbild',
    window: '&Fenster',
    minimize: '&Minimieren',
    close: '&Schließen',
    help: '&Hilfe',
    shortcuts: '&Tastenkürzel',
  },
  dialog: {
    crashed: 'Das Fenster bleibt immer wieder stehen',
    crashedDetail:
      'Ihre Nachrichten sind sicher: Sie liegen außerhalb des Fensters, und gesendet wird weiter.',
    showAgain: 'Noch einmal zeigen',
    leaveIt: 'So lassen',
    openLink: (host) => `${host} öffnen?`,
    plainLink:
      'Dieser Link ist nicht verschlüsselt: Andere im Netz können sehen und ändern, was Sie bekommen.',
    openIt: 'Öffnen',
    cancel: 'Abbrechen',
  },
};

/** @param locale as the operating system names it, e.g. `de-AT`; English for a language that is not here */
export function wordsFor(locale: string): DesktopWords {
  return /^de\b/i.test(locale) ? german : english;
}
