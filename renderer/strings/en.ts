// Every sentence the app says in English; those about people stand in a file of their own. Another language is another
// object of the same shape (`Strings`).

import { counting } from './counting.ts';
import { enMessages } from './en-messages.ts';
import { enAttachments } from './en-attachments.ts';
import { enPeople } from './en-people.ts';
import { enReading } from './en-reading.ts';
import { enWriting } from './en-writing.ts';

const counted = counting('en');
const messages = counted({ one: '1 message', other: '# messages' });
const newMessages = counted({ one: '1 new message', other: '# new messages' });
const inSeconds = counted({ one: '1 second', other: '# seconds' });
const cards = counted({ one: '1 card', other: '# cards' });

export const en = {
  ...enMessages,
  ...enAttachments,
  ...enPeople,
  ...enReading,
  ...enWriting,
  app: {
    /** The business before its configuration is known: as a heading, and within a sentence. */
    unnamedHeading: 'Messages',
    unnamed: 'the business',
    title: (business: string, unread: number) => (unread > 0 ? `(${unread}) ${business}` : business),
    opening: 'Opening your conversation…',
    brokenTitle: 'This window cannot show the conversation',
  },
  common: {
    cancel: 'Cancel',
    done: 'Done',
    close: 'Close',
    dismiss: 'Dismiss',
    tryAgain: 'Try again',
  },
  link: {
    connected: 'Connected',
    connecting: 'Connecting…',
    catchingUp: 'Fetching new messages…',
    reconnecting: 'Reconnecting…',
    offlineShort: 'Offline',
    offline: 'Offline. You can read and write',
    service: 'The service is not answering properly. You can read and write',
    unknownApp: 'The service does not know this app. Ask your organization for the right address and app ID',
    waiting: (count: number) => `${messages(count)} waiting`,
    lastUpdated: (time: string) => `Last updated ${time}.`,
    tryNow: 'Try now',
    backOnline: 'Back online',
    label: 'Connection',
    signInNeeded: {
      expired: 'Your sign-in has expired. You can read; sign in again to send and receive.',
      revoked: 'This device was signed out by the service. You can read; sign in again to send and receive.',
      jwtRequired:
        'Your organization requires sign-in with a token. You can read; sign in to send and receive.',
    },
  },
  notices: {
    label: 'Notices',
    settingsSetAside: 'The settings could not be read. They were set aside, and their last copy is in use.',
    historySetAside: 'The saved history could not be read. It was set aside and is being fetched again.',
    sessionEnded: 'The service ended your session. You are anonymous on this device now.',
    notVerified: 'Nobody has checked that this user ID is yours. Messages are sent as “not verified”.',
    signedOut: 'You are now anonymous on this device.',
    signedOutIdle: 'Nobody was here for a while, so you were signed out and everything was erased.',
    policyUnreadable:
      'The rules of your organization cannot be read. Until they can, the strictest rules apply on this computer.',
    staleLink: 'That sign-in link is too old, or nobody here asked for it. Sign in again.',
  },
  keychain: {
    heading: {
      locked: 'The keychain is locked',
      denied: 'The keychain said no',
      unavailable: 'No keychain was found',
      timeout: 'The keychain does not answer',
      missing: 'The key is no longer in the keychain',
    },
    advice: {
      locked: 'Unlock the keychain of this computer, then try again.',
      denied: 'Allow this app to use the keychain of this computer, then try again.',
      unavailable:
        'Start a keychain service (on Linux a Secret Service such as GNOME Keyring), then try again.',
      timeout: 'Close other windows that ask for the keychain password, then try again.',
      missing:
        'Sign in again, or erase what is here, in the menu above. If you have a backup of the keychain, bring it back and try again.',
    },
    remembered: 'Your conversation is safe: it waits here, encrypted. Nothing was deleted.',
    withoutSaving: 'Use without saving',
    withoutSavingHint: 'Or write anonymously now. Nothing is saved, and it is gone when you quit.',
    passphraseHeading: 'Your keys are under a passphrase',
    passphrase: 'Passphrase',
    passphraseAgain: 'Passphrase, once more',
    passphraseEnter: 'This app keeps its keys under a passphrase of yours. Enter it.',
    passphraseChoose: 'Or keep the keys here under a passphrase, which you enter at every start.',
    passphraseHint: 'Four unusual words are good. Nobody can bring it back if you forget it.',
    passphraseMissing: 'Enter the passphrase.',
    passphraseDifferent: 'The two passphrases are not the same. Enter them again.',
    passphraseWrong: (seconds: number) =>
      seconds === 0
        ? 'That is not the passphrase. Try again.'
        : `That is not the passphrase. Try again in ${inSeconds(seconds)}.`,
    passphraseTooShort: (atLeast: number) =>
      `The passphrase is too short. Choose at least ${atLeast} characters.`,
    passphraseUse: 'Use this passphrase',
    passphraseOpen: 'Open',
    passphraseBusy: 'One moment…',
  },
  setup: {
    title: 'Connect to a service',
    intro: 'Enter the two values that your organization gave you. You only do this once.',
    configUrl: 'Address of the configuration',
    configUrlHint: 'For example https://chat.example.com/sdk/config',
    appId: 'App ID',
    submit: 'Connect',
    busy: 'Connecting…',
    badUrl: 'Enter a full address that begins with https://.',
    badAppId: 'Enter the app ID: letters, digits, hyphens and underscores.',
  },
  timeline: {
    gap: 'Some messages in between are still being fetched.',
    label: (business: string) => `Conversation with ${business}`,
    you: 'You',
    today: 'Today',
    yesterday: 'Yesterday',
    unread: newMessages,
    jump: 'Jump to latest',
    jumpWith: (count: number) => `Jump to latest, ${newMessages(count)}`,
    loadingOlder: 'Loading older messages…',
    beginning: (business: string) => `Beginning of your conversation with ${business}`,
    unreachable: 'Older messages will appear when you are online again.',
    onlyHere: 'This conversation stays on this device.',
    notKept: 'Nothing of this conversation is saved here.',
    signInToKeep: 'Sign in to have it everywhere.',
    welcomeTitle: (business: string) => `Hello from ${business}`,
    welcome: 'Write whenever you like. The answer appears here.',
    typing: (name: string) => `${name} is typing`,
    showAll: 'Show the whole message',
    /** Why, where the service gives no words of its own; by its code. */
    refused: {
      payload_too_large: 'The service takes no file as large as this.',
      unsupported_media_type: 'The service takes no files of this kind.',
      file_lost: 'The file is no longer on this device. Choose it again.',
      upload_broken: 'The connection broke off again and again. Try again later, or send a smaller file.',
    },
    failedDetail: (reason: string) => `The service said: ${reason}`,
    notSent: 'Not sent.',
    retry: 'Try again',
    discard: 'Delete',
    unsupported: (business: string) => `${business} sent something this version cannot show.`,
    status: {
      waiting: 'Waiting for connection',
      sending: 'Sending',
      sent: 'Sent',
      delivered: 'Delivered',
      seen: 'Seen',
      failed: 'Not sent',
    },
  },
  cards: {
    file: 'File',
    location: 'Location',
    openMap: 'Open map',
    carousel: cards,
    list: counted({ one: 'List of 1 entry', other: 'List of # entries' }),
    previous: 'Previous card',
    next: 'Next card',
    paid: 'Paid',
    pay: (text: string, price: string) => `${text}, ${price}`,
    chosen: (text: string) => `${text}, chosen`,
    locationAsked: 'Write where you are',
    notOpenable: 'This link cannot be opened safely.',
    summary: {
      image: '1 image',
      file: '1 file',
      location: 'a location',
      items: cards,
    },
  },
  composer: {
    form: 'Message',
    field: 'Message',
    placeholder: (business: string) => `Write to ${business}`,
    send: 'Send',
    replies: 'Quick replies',
    counter: (length: number, limit: number) =>
      `${length.toLocaleString('en')} of ${limit.toLocaleString('en')}`,
  },
  announce: {
    message: (author: string, text: string) => `${author}: ${text}`,
    many: newMessages,
    sent: 'Sent',
    failed: 'Your message was not sent.',
  },
  failures: {
    offline: 'There is no connection to the service. Check your network, then try again.',
    throttled: (seconds: number) =>
      seconds <= 1
        ? 'That was a little fast. Try again in a moment.'
        : `That was a little fast. Try again in ${inSeconds(seconds)}.`,
    unavailable: 'The service is not answering properly. Try again in a minute.',
    signedOut: {
      expired: 'This sign-in has expired. Sign in again.',
      invalid: 'This sign-in is not accepted. Check the user ID and the token, or ask for a new token.',
      jwtRequired: 'Your organization requires sign-in with a token for this user ID. Enter one.',
      otherUser: 'This token belongs to another user ID. Check both.',
    },
    wrongPassword: 'The user ID or the password is not right. Check both and try again.',
    rejected: (description: string) =>
      description === ''
        ? 'The service refused this. Change it and try again.'
        : `The service refused this: ${description}`,
    malformed: 'The app and the service do not understand each other. Update the app, then try again.',
    unknownApp: 'The service does not know this app. Check the address and the app ID.',
    unconfigured: 'No service is set up yet. Enter its address first.',
    superseded: 'A later sign-in took its place. Nothing more to do.',
    sessionOver: 'The session this belonged to is over. Write it again in the current one.',
    tooLarge: (limit: string) => `The file is too large: at most ${limit} can be sent. Send a smaller one.`,
    media: {
      foreign: 'This comes from another server and is loaded only if you say so.',
      tooLarge: 'This is too large to be shown here. You can save it.',
      unsafe: 'This cannot be shown here. You can save it.',
      gone: 'This is no longer there. Ask for it again.',
    },
    tooLong: (limit: number) =>
      `This message is too long. Shorten it to ${limit.toLocaleString('en')} characters, or send it in two.`,
    alreadySent: 'This message is on its way already and may have arrived: it can’t be changed any more.',
    wrongPasscode: (seconds: number) =>
      seconds === 0
        ? 'That is not the passcode. Try again.'
        : `That is not the passcode. Try again in ${inSeconds(seconds)}.`,
    passcodeNeeded: 'A passcode is needed for this. Enter it.',
    passcodeTooShort: (atLeast: number) =>
      `The passcode is too short. Choose at least ${atLeast} characters.`,
    forbidden: 'Your organization does not allow this on this computer.',
    questionOpen: 'Another question is open. Answer it first.',
    staleLink: 'This sign-in link is too old, or nobody here asked for it. Sign in again.',
    storage: {
      full: 'The disk of this computer is full, so the message was not accepted. Free some space, then try again.',
      readOnly: 'The disk of this computer cannot be written to. Make it writable, then try again.',
      newerVersion: 'This history was written by a newer version of the app. Update the app.',
      failed: 'This computer could not save it. Try again; if it stays so, restart the app.',
    },
  },
};

export type Strings = typeof en;
