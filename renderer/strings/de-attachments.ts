import { counting } from './counting.ts';
import type { enAttachments } from './en-attachments.ts';

// Was die App auf Deutsch über Bilder, Dateien und Töne sagt.

const counted = counting('de');
const files = counted({ one: '1 Datei', other: '# Dateien' });

export const deAttachments: typeof enAttachments = {
  attachments: {
    attach: 'Dateien anhängen',
    drop: 'Dateien hier ablegen, um sie zu senden',
    dropHint: 'Sie können sie vorher noch ansehen.',
    sheet: {
      title: (count) => `${files(count)} senden`,
      none: 'Nichts zu senden',
      list: 'Dateien zum Senden',
      more: 'Weitere…',
      send: (count) => (count > 1 ? `${files(count)} senden` : 'Senden'),
      busy: 'Wird vorbereitet…',
      remove: (name) => `${name} entfernen`,
      altText: 'Beschreibung für alle, die es nicht sehen',
      strip: 'Aufnahmeort und Kameradaten entfernen',
      mayTell:
        'Ein Bild oder Film dieser Art kann verraten, wo die Aufnahme entstand; das lässt sich hier nicht entfernen.',
      size: 'Größe',
      original: (width, height) => `Wie es ist, ${width} × ${height}`,
      smaller: (width, height) => `Kleiner, ${width} × ${height}`,
      tooManyPixels: 'Zu viele Bildpunkte, um es hier zu zeigen; es wird gesendet, wie es ist.',
    },
    refused: {
      folder: (name) => `${name} ist ein Ordner. Wählen Sie die Dateien darin.`,
      empty: (name) => `${name} ist leer.`,
      unreadable: (name) => `${name} kann nicht gelesen werden. Prüfen Sie, ob die Datei noch da ist.`,
      tooLarge: (name, limit) => `${name} ist zu groß: Höchstens ${limit} können gesendet werden.`,
      tooMany: (most) => `Auf einmal können höchstens ${files(most)} gesendet werden. Wählen Sie weniger.`,
    },
    notStripped:
      'Der Aufnahmeort konnte aus diesem Bild nicht entfernt werden. Nehmen Sie das Häkchen weg, um es so zu senden.',
    notSmaller: 'Dieses Bild konnte nicht verkleinert werden. Senden Sie es, wie es ist.',
    sending: (count) => `${files(count)} ${count === 1 ? 'wird' : 'werden'} gesendet`,
    progress: (name) => `${name} wird gesendet`,
    percent: (part) => `${part}\u00a0%`,
    cancel: (name) => `${name} nicht senden`,
    picture: 'Bild',
    sound: 'Ton',
    video: 'Film',
    openPicture: (alt) => `${alt} ansehen`,
    loading: 'Wird geladen…',
    loadFrom: (host) => `Bild von ${host} laden`,
    playFrom: (host) => `Von ${host} abspielen`,
    saveFrom: (host) => `Von ${host} sichern`,
    elsewhere: 'einem anderen Server',
    again: 'Noch einmal versuchen',
    play: 'Abspielen',
    save: 'Sichern…',
    saving: 'Wird gesichert…',
    saved: 'Gesichert',
    saveAs: (name) => `${name} sichern`,
    savingAs: (name) => `${name} wird gesichert`,
    savedAs: (name) => `Gesichert: ${name}`,
    viewer: {
      title: 'Bild',
      position: (at, all) => `${at} von ${all}`,
      previous: 'Voriges Bild',
      next: 'Nächstes Bild',
      zoomIn: 'Größer (+)',
      zoomOut: 'Kleiner (-)',
      fit: 'Ans Fenster anpassen (0)',
      save: 'Sichern (S)',
    },
  },
};
