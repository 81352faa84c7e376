import { counting } from './counting.ts';

// What the app says in English about writing: emoji, lengths, spelling and keys, and about the person who writes.

const counted = counting('en');
const left = counted({ one: '1 character left', other: '# characters left' });
const over = counted({ one: '1 character too many', other: '# characters too many' });
const offered = counted({
  one: '1 emoji: Enter takes it',
  other: '# emoji: choose with the arrows, take with Enter',
});
const found = counted({ one: '1 emoji found', other: '# emoji found' });

export const enWriting = {
  length: {
    left,
    over: (count: number) => `${over(count)}. Shorten the message, or send it in two parts.`,
  },
  emoji: {
    open: 'Emoji',
    picker: 'Choose an emoji',
    search: 'Search emoji',
    suggestions: 'Emoji for this code',
    offered,
    loading: 'Opening the emoji…',
    found: 'Found',
    count: (count: number) => (count === 0 ? 'No emoji found' : found(count)),
    kinds: 'Kinds of emoji',
    groups: {
      recent: 'Recently used',
      smileys: 'Smileys and feelings',
      people: 'People and gestures',
      animals: 'Animals and nature',
      food: 'Food and drink',
      travel: 'Travel and places',
      activities: 'Activities',
      objects: 'Objects',
      symbols: 'Symbols',
      flags: 'Flags',
    },
    tone: 'Skin tone',
    tones: ['Yellow', 'Light', 'Medium light', 'Medium', 'Medium dark', 'Dark'],
  },
  shortcuts: {
    title: 'Keyboard shortcuts',
    or: 'or',
    groups: {
      conversation: 'Conversation',
      writing: 'Writing',
      reading: 'In the list of messages',
      people: 'Who is here',
      window: 'Window',
    },
    does: {
      search: 'Search in this conversation',
      latest: 'Go to the first unread or latest message',
      composer: 'Go to the message box',
      attach: 'Attach a file',
      emoji: 'Choose an emoji',
      code: 'Emoji by its code, such as :smile',
      lineBreak: 'New line',
      lock: 'Lock now',
      switch: 'Switch account',
      signOut: 'Sign out and erase (asks first)',
      settings: 'Settings',
      zoom: 'Larger, smaller, usual size',
      region: 'Next or previous part of the window',
      messages: 'Previous or next message',
      ends: 'First or last message',
      enter: 'Into a message, to its links and buttons',
      leave: 'Out of a message',
      retry: 'Try a failed message again',
      menu: 'Menu of a message',
      scroll: 'Scroll, from an empty box too',
      close: 'Close the window',
      quit: 'Quit',
      list: 'This list',
    },
    names: {
      mod: 'Ctrl',
      Shift: 'Shift',
      Home: 'Home',
      End: 'End',
      PageUp: 'Page up',
      PageDown: 'Page down',
    },
  },
  desktop: {
    zoom: 'Size of everything in the window',
    zoomHint: 'Also with Ctrl and plus or minus; Ctrl+0 goes back to the usual size.',
    percent: (percent: number) => `${percent.toLocaleString('en')}%`,
    startAtLogin: 'Start when I log in to this computer',
    startAtLoginHint: 'It starts without its window, where there is a tray to open it from.',
  },
  profile: {
    page: 'Profile',
    title: 'About you',
    hint: 'The business sees this, on every device where you sign in. It can be read and changed while you are connected.',
    hintAnonymous:
      'The business is told this with your first message. Until then it is kept only while the app runs.',
    reading: 'Reading your profile…',
    fields: { givenName: 'First name', surname: 'Last name', email: 'Email' },
    properties: 'More',
    propertiesHint: 'Whatever else your business wants to know, such as a customer number.',
    propertyName: 'What it is',
    propertyValue: 'Its value',
    valueOf: (name: string) => `Value of ${name}`,
    addProperty: 'Add another',
    save: 'Save profile',
    saved: 'Your profile was saved.',
    deviceTitle: 'About this device',
    deviceHint:
      'The service is told exactly this when you sign in and with what you send. The ID is shortened here.',
    device: {
      id: 'ID of this device',
      platform: 'Platform',
      appVersion: 'Version of the app',
      vendor: 'Maker',
      sdkVersion: 'Version of the connection',
      appName: 'App',
      os: 'Operating system',
      osVersion: 'Version of the operating system',
      devicePlatform: 'Kind of app',
      locale: 'Language',
    },
  },
  spelling: {
    check: 'Check spelling while writing',
    hint: 'In English and German, as this computer is set up, with dictionaries that came with the app: no word leaves this computer.',
  },
};
