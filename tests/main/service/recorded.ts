import { randomUUID } from 'node:crypto';

/** Answers as a service gives them, to be used as they are and to be broken. */
export const ids = {
  app: '5f0c1a2b3c4d5e6f70819203',
  bob: '5f1a1a2b3c4d5e6f70819203',
  eve: '5f1b1a2b3c4d5e6f70819203',
  conversation: '5f2a1a2b3c4d5e6f70819203',
  here: 'a'.repeat(32),
  there: 'b'.repeat(32),
};
export const clientMessageId = randomUUID();

const hex = (n: number): string => n.toString(16).padStart(24, '0');

export const ownText = {
  _id: hex(1),
  type: 'text',
  role: 'appUser',
  authorId: ids.bob,
  name: 'Bob',
  received: 1444348338.704,
  text: 'Hello, grüße 🎈',
  metadata: { clientMessageId, order: 7 },
  source: { type: 'web', id: ids.here },
  _clientId: clientMessageId,
};
export const businessText = {
  _id: hex(2),
  type: 'text',
  role: 'appMaker',
  name: 'Ann',
  avatarUrl: 'https://example.com/ann.png',
  received: 1444348339.001,
  text: 'Which one?',
  actions: [
    { _id: hex(10), type: 'reply', text: 'This', payload: 'THIS' },
    { _id: hex(11), type: 'link', text: 'Open', uri: 'https://example.com/a' },
    { _id: hex(12), type: 'postback', text: 'Press', payload: 'P' },
    {
      _id: hex(13),
      type: 'buy',
      text: 'Buy',
      uri: 'https://example.com/b',
      amount: 1000,
      currency: 'EUR',
      state: 'paid',
    },
    { _id: hex(14), type: 'locationRequest', text: 'Where?' },
    {
      _id: hex(15),
      type: 'webview',
      text: 'Look',
      uri: 'https://example.com/w',
      fallback: 'https://example.com/f',
    },
    { _id: hex(16), type: 'share', text: 'Share' },
  ],
  source: { type: 'api' },
};
export const image = {
  _id: hex(3),
  type: 'image',
  role: 'whisper',
  received: 1444348340,
  text: 'https://example.com/a.jpg',
  mediaUrl: 'https://example.com/a.jpg',
  mediaType: 'image/jpeg',
  altText: 'A boat',
  source: { type: 'whisper' },
};
export const file = {
  _id: hex(4),
  type: 'file',
  role: 'appMaker',
  received: 1444348341,
  text: '',
  mediaUrl: 'https://example.com/a.pdf',
  mediaType: 'application/pdf',
  mediaSize: 4711,
  source: { type: 'api' },
};
export const place = {
  _id: hex(5),
  type: 'location',
  role: 'appUser',
  received: 1444348342,
  text: 'Location: https://maps.example/?q=45.5,-73.6',
  coordinates: { lat: 45.5, long: -73.6, _id: hex(20) },
  location: { name: 'Here', address: '1 Main St' },
  source: { type: 'ios', id: ids.there },
};
export const carousel = {
  _id: hex(6),
  type: 'carousel',
  role: 'appMaker',
  received: 1444348343,
  text: '1. Tea',
  items: [
    {
      _id: hex(21),
      title: 'Tea',
      description: 'Hot',
      mediaUrl: 'https://example.com/tea.png',
      actions: [{ _id: hex(22), type: 'postback', text: 'Take it', payload: 'TEA' }],
    },
    { _id: hex(23), title: 'Coffee', size: 'large' },
  ],
  source: { type: 'api' },
};
export const form = {
  _id: hex(7),
  type: 'form',
  role: 'appMaker',
  received: 1444348344,
  textFallback: 'Please fill in the form.',
  fields: [{ type: 'text', name: 'name', label: 'Name' }],
  source: { type: 'api' },
};

export const messages: readonly unknown[] = [ownText, businessText, image, file, place, carousel, form];

export const bundle = {
  appUser: {
    _id: ids.bob,
    userId: 'bob@example.com',
    givenName: 'Bob',
    surname: 'Doe',
    signedUpAt: '2017-10-06T03:38:02.346Z',
    properties: { plan: 'gold' },
    conversationStarted: true,
    clients: [{ id: ids.here, platform: 'web', active: true, info: { os: 'Linux' } }],
    pendingClients: [],
  },
  conversation: { _id: ids.conversation, unreadCount: 2 },
  messages,
  hasPrevious: true,
  sessionToken: 'token',
  settings: { profile: { enabled: true, uploadInterval: 15 } },
};

export const page = {
  conversation: { _id: ids.conversation, unreadCount: 2 },
  messages,
  previous: 'https://api.example/sdk/apps/x/messages?before=1444348338.704',
};

export const config = {
  config: {
    app: { _id: ids.app, status: 'active', name: 'Desk', iconUrl: 'https://example.com/icon.png' },
    baseUrl: { web: 'https://api.example/sdk/' },
    realtime: {
      enabled: true,
      baseUrl: 'https://api.example/faye',
      retryInterval: 15,
      maxConnectionAttempts: 5,
    },
    profile: { enabled: true, uploadInterval: 15 },
    integrations: [],
    style: { brandColor: '65758E', accentColor: '65758e' },
    signIn: { url: 'https://config.example/sign-in', pageUrl: 'https://config.example/sign-in/page' },
    guarantees: { idempotentSend: true },
    limits: { fileBytes: 1_000_000 },
  },
};

export const envelope = {
  events: [
    { type: 'message', conversation: { _id: ids.conversation, unreadCount: 3 }, message: ownText },
    { type: 'message', conversation: { _id: ids.conversation }, message: businessText },
    {
      type: 'activity',
      conversation: { _id: ids.conversation },
      activity: {
        type: 'typing:start',
        role: 'appMaker',
        data: { name: 'Ann', avatarUrl: 'https://example.com/ann.png' },
      },
    },
    {
      type: 'activity',
      conversation: { _id: ids.conversation },
      activity: { type: 'conversation:read', role: 'appMaker', data: { lastRead: 1444348339.001 } },
    },
    {
      type: 'link',
      appUser: { _id: ids.eve, userId: 'eve', sessionToken: 't' },
      client: { id: ids.there, platform: 'web' },
    },
  ],
};
