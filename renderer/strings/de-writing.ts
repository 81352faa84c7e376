import { counting } from './counting.ts';
import type { enWriting } from './en-writing.ts';

// Was die App auf Deutsch über das Schreiben sagt: Emojis, Längen, Rechtschreibung und Tasten, und über den, der schreibt.

const counted = counting('de');
const left = counted({ one: 'Noch 1 Zeichen', other: 'Noch # Zeichen' });
const over = counted({ one: '1 Zeichen zu viel', other: '# Zeichen zu viel' });
const offered = counted({
  one: '1 Emoji: übernehmen mit Enter',
  other: '# Emojis: wählen mit den Pfeilen, übernehmen mit Enter',
});
const found = counted({ one: '1 Emoji gefunden', other: '# Emojis gefunden' });

export const deWriting: typeof enWriting = {
  length: {
    left,
    over: (count) => `${over(count)}. Kürzen Sie die Nachricht, oder senden Sie sie in zwei Teilen.`,
  },
  emoji: {
    open: 'Emojis',
    picker: 'Emoji auswählen',
    search: 'Emoji suchen',
    suggestions: 'Emojis zu diesem Kürzel',
    offered,
    loading: 'Die Emojis werden geöffnet …',
    found: 'Gefunden',
    count: (count) => (count === 0 ? 'Kein Emoji gefunden' : found(count)),
    kinds: 'Arten von Emojis',
    groups: {
      recent: 'Zuletzt verwendet',
      smileys: 'Smileys und Gefühle',
      people: 'Menschen und Gesten',
      animals: 'Tiere und Natur',
      food: 'Essen und Trinken',
      travel: 'Reisen und Orte',
      activities: 'Aktivitäten',
      objects: 'Gegenstände',
      symbols: 'Symbole',
      flags: 'Flaggen',
    },
    tone: 'Hautton',
    tones: ['Gelb', 'Hell', 'Mittelhell', 'Mittel', 'Mitteldunkel', 'Dunkel'],
  },
  shortcuts: {
    title: 'Tastenkürzel',
    or: 'oder',
    groups: {
      conversation: 'Gespräch',
      writing: 'Schreiben',
      reading: 'In der Liste der Nachrichten',
      people: 'Wer hier ist',
      window: 'Fenster',
    },
    does: {
      search: 'In diesem Gespräch suchen',
      latest: 'Zur ersten ungelesenen oder neuesten Nachricht',
      composer: 'Zum Nachrichtenfeld',
      attach: 'Eine Datei anhängen',
      emoji: 'Ein Emoji auswählen',
      code: 'Emoji über sein Kürzel, etwa :smile',
      lineBreak: 'Neue Zeile',
      lock: 'Jetzt sperren',
      switch: 'Konto wechseln',
      signOut: 'Abmelden und löschen (fragt zuerst)',
      settings: 'Einstellungen',
      zoom: 'Größer, kleiner, übliche Größe',
      region: 'Nächster oder voriger Teil des Fensters',
      messages: 'Vorige oder nächste Nachricht',
      ends: 'Erste oder letzte Nachricht',
      enter: 'In eine Nachricht, zu ihren Links und Knöpfen',
      leave: 'Aus einer Nachricht heraus',
      retry: 'Eine fehlgeschlagene Nachricht noch einmal senden',
      menu: 'Menü einer Nachricht',
      scroll: 'Blättern, auch aus dem leeren Feld',
      close: 'Das Fenster schließen',
      quit: 'Beenden',
      list: 'Diese Liste',
    },
    names: {
      mod: 'Strg',
      Shift: 'Umschalt',
      Home: 'Pos1',
      End: 'Ende',
      PageUp: 'Bild auf',
      PageDown: 'Bild ab',
    },
  },
  desktop: {
    zoom: 'Größe von allem im Fenster',
    zoomHint: 'Auch mit Strg und Plus oder Minus; Strg+0 führt zur üblichen Größe zurück.',
    percent: (percent) => `${percent.toLocaleString('de')} %`,
    startAtLogin: 'Starten, wenn ich mich an diesem Computer anmelde',
    startAtLoginHint:
      'Die App startet ohne Fenster, wo es einen Infobereich gibt, aus dem sie sich öffnen lässt.',
  },
  profile: {
    page: 'Profil',
    title: 'Über Sie',
    hint: 'Das sieht Ihr Ansprechpartner, auf jedem Gerät, an dem Sie sich anmelden. Lesen und ändern lässt es sich, solange Sie verbunden sind.',
    hintAnonymous:
      'Das erfährt Ihr Ansprechpartner mit Ihrer ersten Nachricht. Bis dahin bleibt es nur hier, solange die App läuft.',
    reading: 'Ihr Profil wird gelesen …',
    fields: { givenName: 'Vorname', surname: 'Nachname', email: 'E-Mail' },
    properties: 'Weiteres',
    propertiesHint: 'Was Ihr Ansprechpartner sonst wissen möchte, etwa eine Kundennummer.',
    propertyName: 'Was es ist',
    propertyValue: 'Sein Wert',
    valueOf: (name) => `Wert von ${name}`,
    addProperty: 'Noch etwas hinzufügen',
    save: 'Profil speichern',
    saved: 'Ihr Profil wurde gespeichert.',
    deviceTitle: 'Über dieses Gerät',
    deviceHint:
      'Genau das erfährt der Dienst bei der Anmeldung und mit dem, was Sie senden. Die Kennung ist hier gekürzt.',
    device: {
      id: 'Kennung dieses Geräts',
      platform: 'Plattform',
      appVersion: 'Version der App',
      vendor: 'Hersteller',
      sdkVersion: 'Version der Verbindung',
      appName: 'Anwendung',
      os: 'Betriebssystem',
      osVersion: 'Version des Betriebssystems',
      devicePlatform: 'Art der Anwendung',
      locale: 'Sprache',
    },
  },
  spelling: {
    check: 'Rechtschreibung beim Schreiben prüfen',
    hint: 'Auf Deutsch und Englisch, wie dieser Computer eingestellt ist, mit Wörterbüchern, die zur App gehören: Kein Wort verlässt diesen Computer.',
  },
};
