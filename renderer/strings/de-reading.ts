import { counting } from './counting.ts';
import type { enReading } from './en-reading.ts';

// Was die App auf Deutsch über das Lesen, Finden und Aufheben sagt, und über das, was unterwegs ist.

const counted = counting('de');
const messages = counted({ one: '1 Nachricht', other: '# Nachrichten' });
const seconds = counted({ one: '1 Sekunde', other: '# Sekunden' });
const days = counted({ one: '1 Tag', other: '# Tage' });
const notSent = counted({
  one: '1 Nachricht wurde nicht gesendet.',
  other: '# Nachrichten wurden nicht gesendet.',
});
const filters = counted({ one: 'Filter, 1 aktiv', other: 'Filter, # aktiv' });

export const deReading: typeof enReading = {
  search: {
    open: 'Suchen',
    field: 'In diesem Gespräch suchen',
    close: 'Suche schließen',
    filters: (inUse) => (inUse === 0 ? 'Filter' : filters(inUse)),
    sender: 'Von',
    anybody: 'Allen',
    anybodyAt: (business) => `Allen bei ${business}`,
    kind: 'Was',
    kinds: {
      all: 'Alles',
      text: 'Nur Text',
      image: 'Bilder',
      file: 'Dateien',
      location: 'Orte',
      items: 'Karten und Listen',
    },
    since: 'Frühestens',
    until: 'Spätestens',
    reset: 'Filter zurücksetzen',
    results: 'Gefundene Nachrichten',
    found: messages,
    foundMore: (count) => `über ${count.toLocaleString('de')} Nachrichten`,
    searching: 'Wird gesucht …',
    nothing: 'Nichts gefunden.',
    nothingHint: 'Versuchen Sie einen Teil des Worts, oder setzen Sie die Filter zurück.',
    start:
      'Geben Sie ein Wort oder einen Teil davon ein. Gesucht wird in dem, was auf diesem Computer liegt, auch ohne Verbindung.',
    incomplete: 'Noch ist nicht alles durchsuchbar. Die Liste füllt sich von selbst.',
    more: 'Mehr zeigen',
    next: 'Nächster Treffer',
    previous: 'Voriger Treffer',
    position: (place, all) => `${place} von ${all}`,
    gone: 'Diese Nachricht liegt nicht mehr auf diesem Computer.',
  },
  dates: {
    open: 'Zu einem Tag springen …',
    title: 'Zu einem Tag springen',
    field: 'Tag',
    go: 'Springen',
    oldest: 'Zum Ältesten',
    missing: 'Wählen Sie einen Tag.',
    nothing: 'Auf diesem Computer liegt noch nichts.',
    floating: (day) => `${day}. Zu einem Tag springen`,
  },
  outbox: {
    menu: 'Menü der Nachricht',
    copy: 'Text kopieren',
    edit: 'Bearbeiten',
    discard: 'Löschen',
    retry: 'Noch einmal versuchen',
    retryAll: 'Alle noch einmal versuchen',
    failed: notSent,
    editing: 'Nachricht bearbeiten',
    editingHint: 'Diese Nachricht wurde noch nicht gesendet.',
    save: 'Speichern',
    sendingIn: (count) => `Wird in ${count} s gesendet`,
    undo: 'Zurücknehmen',
    undoLabel: 'Senden zurücknehmen',
    canUndo: 'Noch nicht gesendet: Sie können es zurücknehmen.',
    undone: 'Zurück ins Feld genommen.',
    held: 'Noch nicht gesendet',
  },
  history: {
    title: 'Verlauf auf diesem Computer',
    size: (count, size) => `${messages(count)}, ${size}, verschlüsselt`,
    measuring: 'Wird gemessen …',
    days: 'Nachrichten aufheben',
    forever: 'Ohne Ende',
    daysOf: days,
    megabytes: 'Höchstens belegen',
    unlimited: 'Ohne Grenze',
    hint: 'Ältere Nachrichten verschwinden nur von diesem Computer. Beim Dienst bleiben sie, und wenn Sie hinblättern, kommen sie zurück.',
    exportTitle: 'Gespräch exportieren',
    since: 'Vom Tag',
    until: 'Bis zum Tag',
    anyDay: 'Lassen Sie beide leer für alles, was hier liegt.',
    format: 'Als',
    formats: { text: 'Reiner Text', html: 'Webseite (HTML)', json: 'Daten (JSON)' },
    warning:
      'Die Datei ist nicht verschlüsselt: wer sie hat, kann sie lesen. Beim Abmelden wird sie nicht gelöscht.',
    exportNow: 'Exportieren …',
    exporting: 'Wird exportiert …',
    exported: 'Die Datei wurde gespeichert. Sie ist nicht verschlüsselt.',
    backwards: 'Der erste Tag liegt nach dem letzten. Ändern Sie einen davon.',
  },
  writing: {
    enterSends: 'Die Eingabetaste sendet die Nachricht',
    enterSendsHint: 'Umschalt+Eingabe beginnt eine neue Zeile.',
    enterBreaksHint: 'Die Eingabetaste beginnt eine neue Zeile, Strg+Eingabe sendet.',
    undo: 'Zeit zum Zurücknehmen',
    undoHint: 'So lange wartet eine Nachricht, bevor sie hinausgeht.',
    undoOff: 'Keine',
    undoSeconds: seconds,
  },
  notifications: {
    level: 'Was Mitteilungen zeigen',
    levelHint:
      'Sie erscheinen, während Sie woanders hinsehen, und gehen, wenn Sie lesen, sperren, wechseln oder sich abmelden.',
    levels: {
      full: { label: 'Wer geschrieben hat und was', hint: 'Wer Ihren Bildschirm sieht, kann es lesen.' },
      name: { label: 'Nur welches Unternehmen' },
      hidden: { label: 'Nur dass es eine Nachricht gibt' },
      off: { label: 'Keine' },
    },
    sound: 'Mit Ton',
    closeToTray: 'Im Infobereich weiterlaufen, wenn das Fenster geschlossen wird',
    startHidden: 'Im Infobereich starten, ohne Fenster',
    noTray: 'Dieser Desktop hat keinen Infobereich.',
    notYours: 'Nicht an einem Computer, den mehrere benutzen.',
  },
};
