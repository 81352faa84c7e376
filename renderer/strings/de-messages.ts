import type { enMessages } from './en-messages.ts';

// Was die App auf Deutsch über den Inhalt von Nachrichten sagt.

export const deMessages: typeof enMessages = {
  messages: {
    deleted: 'Diese Nachricht wurde gelöscht.',
    choices: (choices) => `Wählen Sie: ${choices}`,
    quoteJump: (author, text) => `Antwort an ${author}: ${text}. Zu dieser Nachricht`,
    quoteGone: 'Eine Nachricht, die nicht auf diesem Computer ist',
    quoteUnseen: 'Eine frühere Nachricht',
    quoteOther: 'eine frühere Nachricht',
    actionUnknown: (text) => `${text} (diese Version kann das nicht)`,
    doubts: {
      unreadable: 'Dieser Absender hat keinen lesbaren Namen.',
      lookAlike: 'Sieht aus wie ein anderer Name.',
    },
    leadsTo: (host) => `Führt zu ${host}`,
    disguised: (host) => `Sieht aus wie eine andere Adresse: führt zu ${host}`,
  },
  forms: {
    label: 'Formular',
    send: 'Antworten senden',
    sending: 'Wird gesendet …',
    answered: 'Sie haben dieses Formular beantwortet.',
    onItsWay: 'Ihre Antworten sind unterwegs.',
    notSent:
      'Ihre Antworten wurden nicht gesendet. Versuchen Sie es noch einmal, oder löschen Sie sie, um neu zu antworten.',
    choose: 'Bitte wählen',
    given: 'Ihre Antworten',
    problems: {
      missing: 'Beantworten Sie diese Frage.',
      choice: 'Wählen Sie eine der Möglichkeiten.',
      email: 'Geben Sie eine E-Mail-Adresse ein, etwa ana@example.com.',
      short: (least) => `Das ist zu kurz. Schreiben Sie mindestens ${least} Zeichen.`,
      long: (most) => `Das ist zu lang. Schreiben Sie höchstens ${most} Zeichen.`,
    },
    summary: 'ein Formular',
    first: 'Bitte beantworten Sie zuerst das Formular. Was Sie gerade schrieben, bleibt erhalten.',
    toForm: 'Zum Formular',
  },
};
