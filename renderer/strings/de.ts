import { counting } from './counting.ts';
import { deMessages } from './de-messages.ts';
import { deAttachments } from './de-attachments.ts';
import { dePeople } from './de-people.ts';
import { deReading } from './de-reading.ts';
import { deWriting } from './de-writing.ts';
import type { Strings } from './en.ts';

// Every sentence the app says in German; those about people stand in a file of their own.

const counted = counting('de');
const newMessages = counted({ one: '1 neue Nachricht', other: '# neue Nachrichten' });
const inSeconds = counted({ one: '1 Sekunde', other: '# Sekunden' });
const cards = counted({ one: '1 Karte', other: '# Karten' });

export const de: Strings = {
  ...deMessages,
  ...deAttachments,
  ...dePeople,
  ...deReading,
  ...deWriting,
  app: {
    unnamedHeading: 'Nachrichten',
    // Without an article, so that it fits behind every preposition.
    unnamed: 'Kundendienst',
    title: (business, unread) => (unread > 0 ? `(${unread}) ${business}` : business),
    opening: 'Ihr Gespräch wird geöffnet …',
    brokenTitle: 'Dieses Fenster kann das Gespräch nicht zeigen',
  },
  common: {
    cancel: 'Abbrechen',
    done: 'Fertig',
    close: 'Schließen',
    dismiss: 'Ausblenden',
    tryAgain: 'Noch einmal versuchen',
  },
  link: {
    connected: 'Verbunden',
    connecting: 'Wird verbunden …',
    catchingUp: 'Neue Nachrichten werden geholt …',
    reconnecting: 'Wird neu verbunden …',
    offlineShort: 'Offline',
    offline: 'Offline. Sie können lesen und schreiben',
    service: 'Der Dienst antwortet nicht richtig. Sie können lesen und schreiben',
    unknownApp:
      'Der Dienst kennt diese App nicht. Fragen Sie Ihre Organisation nach der richtigen Adresse und App-ID',
    waiting: counted({ one: '1 Nachricht wartet', other: '# Nachrichten warten' }),
    lastUpdated: (time) => `Stand: ${time}.`,
    tryNow: 'Jetzt versuchen',
    backOnline: 'Wieder verbunden',
    label: 'Verbindung',
    signInNeeded: {
      expired:
        'Ihre Anmeldung ist abgelaufen. Lesen können Sie; zum Senden und Empfangen melden Sie sich neu an.',
      revoked:
        'Der Dienst hat dieses Gerät abgemeldet. Lesen können Sie; zum Senden und Empfangen melden Sie sich neu an.',
      jwtRequired:
        'Ihre Organisation verlangt die Anmeldung mit einem Token. Lesen können Sie; zum Senden und Empfangen melden Sie sich an.',
    },
  },
  notices: {
    label: 'Hinweise',
    settingsSetAside:
      'Die Einstellungen waren nicht lesbar. Sie wurden beiseitegelegt; die letzte Kopie wird benutzt.',
    historySetAside:
      'Der gespeicherte Verlauf war nicht lesbar. Er wurde beiseitegelegt und wird neu geholt.',
    sessionEnded: 'Der Dienst hat Ihre Sitzung beendet. Sie sind auf diesem Gerät jetzt anonym.',
    notVerified:
      'Niemand hat geprüft, ob diese Benutzer-ID Ihre ist. Nachrichten werden als „nicht bestätigt“ gesendet.',
    signedOut: 'Sie sind auf diesem Gerät jetzt anonym.',
    signedOutIdle: 'Eine Weile war niemand hier. Sie wurden abgemeldet, und alles wurde gelöscht.',
    policyUnreadable:
      'Die Regeln Ihrer Organisation sind nicht lesbar. Bis sie es sind, gelten an diesem Computer die strengsten.',
    staleLink:
      'Dieser Anmelde-Link ist zu alt, oder niemand hier hat ihn angefordert. Melden Sie sich neu an.',
  },
  keychain: {
    heading: {
      locked: 'Der Schlüsselbund ist gesperrt',
      denied: 'Der Schlüsselbund hat abgelehnt',
      unavailable: 'Kein Schlüsselbund gefunden',
      timeout: 'Der Schlüsselbund antwortet nicht',
      missing: 'Der Schlüssel ist nicht mehr im Schlüsselbund',
    },
    advice: {
      locked: 'Entsperren Sie den Schlüsselbund dieses Computers, und versuchen Sie es noch einmal.',
      denied: 'Erlauben Sie dieser App, den Schlüsselbund zu benutzen, und versuchen Sie es noch einmal.',
      unavailable:
        'Starten Sie einen Schlüsselbund (unter Linux einen Secret Service wie GNOME Keyring), und versuchen Sie es noch einmal.',
      timeout:
        'Schließen Sie andere Fenster, die nach dem Passwort des Schlüsselbunds fragen, und versuchen Sie es noch einmal.',
      missing:
        'Melden Sie sich oben im Menü neu an, oder löschen Sie dort, was hier liegt. Wenn Sie eine Sicherung des Schlüsselbunds haben, spielen Sie sie ein, und versuchen Sie es noch einmal.',
    },
    remembered: 'Ihr Gespräch ist sicher: es wartet hier, verschlüsselt. Nichts wurde gelöscht.',
    withoutSaving: 'Ohne Speichern benutzen',
    withoutSavingHint:
      'Oder schreiben Sie jetzt anonym. Nichts wird gespeichert, und beim Beenden ist es weg.',
    passphraseHeading: 'Ihre Schlüssel liegen unter einer Passphrase',
    passphrase: 'Passphrase',
    passphraseAgain: 'Passphrase, noch einmal',
    passphraseEnter:
      'Diese App bewahrt ihre Schlüssel unter einer Passphrase von Ihnen auf. Geben Sie sie ein.',
    passphraseChoose:
      'Oder bewahren Sie die Schlüssel hier unter einer Passphrase auf, die Sie bei jedem Start eingeben.',
    passphraseHint:
      'Gut sind vier ungewöhnliche Wörter. Niemand kann sie zurückholen, wenn Sie sie vergessen.',
    passphraseMissing: 'Geben Sie die Passphrase ein.',
    passphraseDifferent: 'Die beiden Passphrasen sind nicht gleich. Geben Sie sie noch einmal ein.',
    passphraseWrong: (seconds) =>
      seconds === 0
        ? 'Das ist nicht die Passphrase. Versuchen Sie es noch einmal.'
        : `Das ist nicht die Passphrase. Der nächste Versuch ist in ${inSeconds(seconds)} möglich.`,
    passphraseTooShort: (atLeast) => `Die Passphrase ist zu kurz. Wählen Sie mindestens ${atLeast} Zeichen.`,
    passphraseUse: 'Diese Passphrase benutzen',
    passphraseOpen: 'Öffnen',
    passphraseBusy: 'Einen Moment …',
  },
  setup: {
    title: 'Mit einem Dienst verbinden',
    intro: 'Geben Sie die beiden Werte ein, die Sie von Ihrer Organisation haben. Das ist nur einmal nötig.',
    configUrl: 'Adresse der Konfiguration',
    configUrlHint: 'Zum Beispiel https://chat.example.com/sdk/config',
    appId: 'App-ID',
    submit: 'Verbinden',
    busy: 'Wird verbunden …',
    badUrl: 'Geben Sie eine vollständige Adresse ein, die mit https:// beginnt.',
    badAppId: 'Geben Sie die App-ID ein: Buchstaben, Ziffern, Binde- und Unterstriche.',
  },
  timeline: {
    gap: 'Einige Nachrichten dazwischen werden noch geholt.',
    label: (business) => `Gespräch mit ${business}`,
    you: 'Sie',
    today: 'Heute',
    yesterday: 'Gestern',
    unread: newMessages,
    jump: 'Zum Neuesten springen',
    jumpWith: (count) => `Zum Neuesten springen, ${newMessages(count)}`,
    loadingOlder: 'Ältere Nachrichten werden geladen …',
    beginning: (business) => `Anfang Ihres Gesprächs mit ${business}`,
    unreachable: 'Ältere Nachrichten erscheinen, wenn Sie wieder verbunden sind.',
    onlyHere: 'Dieses Gespräch bleibt auf diesem Gerät.',
    notKept: 'Von diesem Gespräch wird hier nichts gespeichert.',
    signInToKeep: 'Melden Sie sich an, um es überall zu haben.',
    welcomeTitle: (business) => `Hallo von ${business}`,
    welcome: 'Schreiben Sie, wann immer Sie möchten. Die Antwort erscheint hier.',
    typing: (name) => `${name} schreibt`,
    showAll: 'Die ganze Nachricht zeigen',
    /** Why, where the service gives no words of its own; by its code. */
    refused: {
      payload_too_large: 'Der Dienst nimmt keine so große Datei an.',
      unsupported_media_type: 'Der Dienst nimmt keine Dateien dieser Art an.',
      file_lost: 'Die Datei ist nicht mehr auf diesem Gerät. Wählen Sie sie noch einmal aus.',
      upload_broken:
        'Die Verbindung brach immer wieder ab. Versuchen Sie es später noch einmal oder mit einer kleineren Datei.',
    },
    failedDetail: (reason) => `Der Dienst sagte: ${reason}`,
    notSent: 'Nicht gesendet.',
    retry: 'Noch einmal versuchen',
    discard: 'Löschen',
    unsupported: (business) => `Von ${business} kam etwas, das diese Version nicht zeigen kann.`,
    status: {
      waiting: 'Wartet auf Verbindung',
      sending: 'Wird gesendet',
      sent: 'Gesendet',
      delivered: 'Zugestellt',
      seen: 'Gesehen',
      failed: 'Nicht gesendet',
    },
  },
  cards: {
    file: 'Datei',
    location: 'Ort',
    openMap: 'Karte öffnen',
    carousel: cards,
    list: counted({ one: 'Liste mit 1 Eintrag', other: 'Liste mit # Einträgen' }),
    previous: 'Vorige Karte',
    next: 'Nächste Karte',
    paid: 'Bezahlt',
    pay: (text, price) => `${text}, ${price}`,
    chosen: (text) => `${text}, gewählt`,
    locationAsked: 'Schreiben Sie, wo Sie sind',
    notOpenable: 'Dieser Link lässt sich nicht sicher öffnen.',
    summary: { image: '1 Bild', file: '1 Datei', location: 'ein Ort', items: cards },
  },
  composer: {
    form: 'Nachricht',
    field: 'Nachricht',
    placeholder: (business) => `Mit ${business} schreiben`,
    send: 'Senden',
    replies: 'Schnelle Antworten',
    counter: (length, limit) => `${length.toLocaleString('de')} von ${limit.toLocaleString('de')}`,
  },
  announce: {
    message: (author, text) => `${author}: ${text}`,
    many: newMessages,
    sent: 'Gesendet',
    failed: 'Ihre Nachricht wurde nicht gesendet.',
  },
  failures: {
    offline: 'Es gibt keine Verbindung zum Dienst. Prüfen Sie Ihr Netz, und versuchen Sie es noch einmal.',
    throttled: (seconds) =>
      seconds <= 1
        ? 'Das war etwas zu schnell. Versuchen Sie es gleich noch einmal.'
        : `Das war etwas zu schnell. Versuchen Sie es in ${inSeconds(seconds)} noch einmal.`,
    unavailable: 'Der Dienst antwortet nicht richtig. Versuchen Sie es in einer Minute noch einmal.',
    signedOut: {
      expired: 'Diese Anmeldung ist abgelaufen. Melden Sie sich neu an.',
      invalid:
        'Diese Anmeldung wird nicht angenommen. Prüfen Sie Benutzer-ID und Token, oder bitten Sie um ein neues Token.',
      jwtRequired: 'Ihre Organisation verlangt für diese Benutzer-ID ein Token. Geben Sie eines ein.',
      otherUser: 'Dieses Token gehört zu einer anderen Benutzer-ID. Prüfen Sie beide.',
    },
    wrongPassword:
      'Die Benutzer-ID oder das Passwort stimmt nicht. Prüfen Sie beide, und versuchen Sie es noch einmal.',
    rejected: (description) =>
      description === ''
        ? 'Der Dienst hat das abgelehnt. Ändern Sie es, und versuchen Sie es noch einmal.'
        : `Der Dienst hat das abgelehnt: ${description}`,
    malformed:
      'Die App und der Dienst verstehen einander nicht. Aktualisieren Sie die App, und versuchen Sie es noch einmal.',
    unknownApp: 'Der Dienst kennt diese App nicht. Prüfen Sie die Adresse und die App-ID.',
    unconfigured: 'Es ist noch kein Dienst eingerichtet. Geben Sie zuerst seine Adresse ein.',
    superseded: 'Eine spätere Anmeldung hat diese abgelöst. Sie müssen nichts weiter tun.',
    sessionOver: 'Die Sitzung, zu der das gehörte, ist vorbei. Schreiben Sie es in der jetzigen noch einmal.',
    tooLarge: (limit) =>
      `Die Datei ist zu groß: Höchstens ${limit} können gesendet werden. Senden Sie eine kleinere.`,
    media: {
      foreign: 'Das liegt auf einem anderen Server und wird nur geladen, wenn Sie es wollen.',
      tooLarge: 'Das ist zu groß, um hier gezeigt zu werden. Sie können es sichern.',
      unsafe: 'Das kann hier nicht gezeigt werden. Sie können es sichern.',
      gone: 'Das ist nicht mehr da. Bitten Sie noch einmal darum.',
    },
    tooLong: (limit) =>
      `Diese Nachricht ist zu lang. Kürzen Sie sie auf ${limit.toLocaleString('de')} Zeichen, oder senden Sie zwei.`,
    alreadySent:
      'Diese Nachricht ist schon unterwegs und vielleicht angekommen: sie lässt sich nicht mehr ändern.',
    wrongPasscode: (seconds) =>
      seconds === 0
        ? 'Das ist nicht der Code. Versuchen Sie es noch einmal.'
        : `Das ist nicht der Code. Der nächste Versuch ist in ${inSeconds(seconds)} möglich.`,
    passcodeNeeded: 'Dafür wird ein Code gebraucht. Geben Sie ihn ein.',
    passcodeTooShort: (atLeast) => `Der Code ist zu kurz. Wählen Sie mindestens ${atLeast} Zeichen.`,
    forbidden: 'Ihre Organisation erlaubt das an diesem Computer nicht.',
    questionOpen: 'Eine andere Frage ist noch offen. Beantworten Sie sie zuerst.',
    staleLink:
      'Dieser Anmelde-Link ist zu alt, oder niemand hier hat ihn angefordert. Melden Sie sich neu an.',
    storage: {
      full: 'Die Festplatte dieses Computers ist voll, die Nachricht wurde deshalb nicht angenommen. Schaffen Sie Platz, und versuchen Sie es noch einmal.',
      readOnly:
        'Auf die Festplatte dieses Computers lässt sich nicht schreiben. Machen Sie sie beschreibbar, und versuchen Sie es noch einmal.',
      newerVersion:
        'Dieser Verlauf wurde von einer neueren Version der App geschrieben. Aktualisieren Sie die App.',
      failed:
        'Dieser Computer konnte es nicht speichern. Versuchen Sie es noch einmal; bleibt es so, starten Sie die App neu.',
    },
  },
};
