import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Business, Message } from '../../../contract/model.ts';
import { compareMessages } from '../../../contract/thread-order.ts';
import { ClientId, EpochMs } from '../../../contract/ids.ts';
import { readBundle, readConfig, readMessage, readPage, writeSeconds } from '../../../main/service/wire.ts';
import { describeClient, writeClient } from '../../../main/service/device-words.ts';
import { mutationsOf } from './hostile.ts';
import {
  bundle,
  businessText,
  carousel,
  clientMessageId,
  config,
  file,
  form,
  ids,
  image,
  messages,
  ownText,
  page,
  place,
} from './recorded.ts';

const silent = (): void => undefined;
const read = (changes: object, base: object = ownText) => readMessage({ ...base, ...changes });

describe('A message from the wire', () => {
  it('of this person is known by its client message id, and by the millisecond', () => {
    expect(readMessage(ownText)).toEqual({
      key: clientMessageId,
      id: ownText._id,
      clientMessageId,
      author: { kind: 'self' },
      received: 1444348338704,
      composedAt: null,
      outboxPosition: null,
      content: { kind: 'text', text: 'Hello, grüße 🎈' },
      actions: [],
      metadata: { order: 7 },
      status: 'sent',
      refusal: null,
    });
  });

  it('of the business has its name, its face and the buttons we know', () => {
    const message = readMessage(businessText);
    expect(message).toMatchObject({
      key: businessText._id,
      clientMessageId: null,
      author: { kind: 'business', name: 'Ann', avatarUrl: 'https://example.com/ann.png' },
    });
    expect(message?.actions).toEqual([
      { kind: 'reply', id: expect.any(String) as string, text: 'This', payload: 'THIS' },
      { kind: 'link', id: expect.any(String) as string, text: 'Open', uri: 'https://example.com/a' },
      { kind: 'postback', id: expect.any(String) as string, text: 'Press' },
      {
        kind: 'buy',
        id: expect.any(String) as string,
        text: 'Buy',
        uri: 'https://example.com/b',
        amount: 1000,
        currency: 'EUR',
        paid: true,
      },
      { kind: 'locationRequest', id: expect.any(String) as string, text: 'Where?' },
      { kind: 'webview', id: expect.any(String) as string, text: 'Look', uri: 'https://example.com/w' },
      { kind: 'unsupported', id: expect.any(String) as string, text: 'Share' },
    ]);
  });

  it.each([
    [
      'an image, its address not its caption',
      image,
      {
        kind: 'image',
        text: '',
        mediaUrl: image.mediaUrl,
        mediaType: 'image/jpeg',
        altText: 'A boat',
        name: null,
      },
    ],
    [
      'a file',
      file,
      {
        kind: 'file',
        text: '',
        mediaUrl: file.mediaUrl,
        mediaType: 'application/pdf',
        mediaSize: 4711,
        name: null,
      },
    ],
    ['a place', place, { kind: 'location', text: place.text, lat: 45.5, long: -73.6, name: 'Here' }],
    [
      'a form',
      form,
      {
        kind: 'form',
        text: '',
        fields: [
          { type: 'text', name: 'name', label: 'Name', placeholder: null, minLength: 1, maxLength: 256 },
        ],
        blocksComposer: false,
        answered: false,
      },
    ],
    [
      'a form with a question that cannot be asked here, by its fallback',
      { ...form, fields: [...form.fields, { type: 'signature', name: 's', label: 'Sign' }] },
      { kind: 'unsupported', type: 'form', text: 'Please fill in the form.' },
    ],
    [
      'an image from an unsafe address, by its caption',
      { ...image, mediaUrl: 'http://evil.tld/a.jpg', text: 'A boat' },
      {
        kind: 'unsupported',
        type: 'image',
        text: 'A boat',
      },
    ],
    [
      'an image without an address, by its alternative',
      { ...image, mediaUrl: null, text: undefined },
      {
        kind: 'unsupported',
        type: 'image',
        text: 'A boat',
      },
    ],
    [
      'a file of a strange size',
      { ...file, mediaSize: 1.5 },
      {
        kind: 'file',
        text: '',
        mediaUrl: file.mediaUrl,
        mediaType: 'application/pdf',
        mediaSize: null,
        name: null,
      },
    ],
    [
      'a place nowhere',
      { ...place, coordinates: { lat: 91, long: 0 } },
      { kind: 'unsupported', type: 'location', text: place.text },
    ],
    [
      'an empty carousel',
      { ...carousel, items: [] },
      { kind: 'unsupported', type: 'carousel', text: '1. Tea' },
    ],
    [
      'a text without a text',
      { ...ownText, text: undefined },
      { kind: 'unsupported', type: 'text', text: '' },
    ],
    [
      'a type of the future',
      { ...ownText, type: 'hologram' },
      {
        kind: 'unsupported',
        type: 'hologram',
        text: ownText.text,
      },
    ],
    ['a message of no type', { ...ownText, type: undefined }, { kind: 'text', text: ownText.text }],
  ])('may be %s', (_name, wire, content) => {
    expect(readMessage(wire)?.content).toEqual(content);
  });

  it('may be a carousel, item by item', () => {
    expect(readMessage(carousel)?.content).toMatchObject({
      kind: 'items',
      layout: 'carousel',
      items: [
        { title: 'Tea', description: 'Hot', actions: [{ kind: 'postback' }] },
        { title: 'Coffee', description: null, mediaUrl: null, actions: [] },
      ],
    });
  });

  it('is shown for its buttons alone', () => {
    expect(readMessage({ ...businessText, text: undefined })?.content).toEqual({ kind: 'text', text: '' });
  });

  it.each([
    ['appUser', { kind: 'self' }],
    ['appMaker', { kind: 'business', name: 'Bob', avatarUrl: null }],
    ['whisper', { kind: 'business', name: 'Bob', avatarUrl: null }],
    ['system', { kind: 'business', name: 'Bob', avatarUrl: null }],
  ])('of role %s is by %o', (role, author) => {
    expect(read({ role })?.author).toEqual(author);
  });

  it.each([
    ['echoed', { _clientId: clientMessageId, metadata: undefined }, clientMessageId],
    ['kept in the metadata', { _clientId: undefined }, clientMessageId],
    ["a number of another client's", { _clientId: 0.7318, metadata: undefined }, null],
    ['some text', { _clientId: 'abc', metadata: { clientMessageId: 'abc' } }, null],
    ['claimed by the business', { role: 'appMaker' }, null],
  ])('has the client message id that is %s', (_name, changes, expected) => {
    const message = read(changes);
    expect(message?.clientMessageId).toBe(expected);
    expect(message?.key).toBe(expected ?? ownText._id);
  });

  it.each([
    [1444348338.704, 1444348338704],
    [1507555560.11, 1507555560110],
    [0.001, 1],
    [1.001, 1001],
    [1750000000.9994, 1750000000999],
    [1750000000.9996, 1750000001000],
  ])('received at %f s is received at %i ms, an integer', (received, expected) => {
    expect(read({ received })?.received).toBe(expected);
  });

  it('comes back to the same second when a page is asked for by it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => {
        expect(Math.round(Number(writeSeconds(EpochMs.parse(ms))) * 1000)).toBe(ms);
        expect(read({ received: ms / 1000 })?.received).toBe(ms);
      }),
    );
  });

  it.each([
    ['no id', { _id: undefined }],
    ['an empty id', { _id: '' }],
    ['an id that is a number', { _id: 5 }],
    ['no time', { received: undefined }],
    ['a time in words', { received: '2017-10-06T03:38:02.346Z' }],
    ['a time before time', { received: -1 }],
    ['a time in milliseconds', { received: 1444348338704 }],
    ['no role', { role: undefined }],
  ])('with %s cannot be placed', (_name, changes) => {
    expect(read(changes)).toBeNull();
  });

  it('loses what is strange about it and nothing else', () => {
    const message = read(
      {
        name: 5,
        avatarUrl: 'javascript:alert(1)',
        metadata: { deep: { er: 1 } },
        source: 'none',
        _clientId: {},
        actions: [
          null,
          'x',
          { type: 'link' },
          { _id: 'a', type: 'link', text: 'Run', uri: 'javascript:alert(1)' },
          businessText.actions[0],
        ],
      },
      businessText,
    );
    expect(message).toMatchObject({
      author: { kind: 'business', name: null, avatarUrl: null },
      content: { kind: 'text', text: 'Which one?' },
      metadata: null,
      actions: [{ kind: 'unsupported', text: 'Run' }, { kind: 'reply' }],
    });
  });

  it('takes null for absent everywhere', () => {
    const nulls = {
      name: null,
      avatarUrl: null,
      actions: null,
      items: null,
      metadata: null,
      payload: null,
      source: null,
    };
    expect(read({ ...nulls, _clientId: null })).toMatchObject({ id: ownText._id, metadata: null });
  });

  it('has texts that a database and a screen can take, wherever it has texts', () => {
    const dirty = 'a\0\ud800b';
    const wire = JSON.parse(
      JSON.stringify([businessText, image, place, carousel, form]).replaceAll(
        /"(text|name|title|description|altText|payload|textFallback|currency)":"/g,
        `"$1":"a\\u0000\\ud800b`,
      ),
    ) as unknown[];
    wire.push({ ...ownText, text: dirty, metadata: { [dirty]: dirty } });
    const shown = JSON.stringify(wire.map(readMessage));
    expect(shown).not.toMatch(/\\u0000|\\ud800/);
    expect(shown).toContain('a\uFFFD\uFFFDb');
  });
});

describe('A page from the wire', () => {
  it('is in thread order, whatever the order of the service', () => {
    const ids = readPage({ ...page, messages: messages.toReversed() }, null, silent)?.messages.map(
      ({ id }) => id,
    );
    expect(ids).toEqual(messages.map((message) => (message as { _id: string })._id));
  });

  it('D-21 keeps the neighbours of a message that cannot be read, and counts it', () => {
    const counts: number[] = [];
    const strange = [ownText, null, { _id: 'x' }, 'text', [businessText], businessText];
    const found = readPage({ ...page, messages: strange }, null, (count) => counts.push(count));
    expect(found?.messages.map(({ id }) => id)).toEqual([ownText._id, businessText._id]);
    expect([counts, found?.leftOut]).toEqual([[4], 4]);
  });

  it('says what the business has seen, where the service does', () => {
    const seen = (appMakerLastRead: unknown) =>
      readPage({ ...page, conversation: { ...page.conversation, appMakerLastRead } }, null, silent);
    expect(seen(1444348338.704)?.seenUpTo).toBe(1444348338704);
    for (const nothing of [undefined, null, 'yesterday', -1, 1e300])
      expect(seen(nothing)).toMatchObject({ seenUpTo: null, leftOut: 0 });
  });

  it('says what was merged in, where the service does', () => {
    const told = (merges: unknown) =>
      readPage({ ...page, conversation: { ...page.conversation, merges } }, null, silent);
    const merge = { at: EpochMs.parse(1444348338704), from: EpochMs.parse(1444000000001) };
    expect(told([{ at: 1444348338.704, from: 1444000000.001 }])?.merges).toEqual([merge]);
    expect(told([])?.merges).toEqual([]);
    for (const nothing of [undefined, null, true, {}, [{ at: 1 }], [{ at: 1, from: -1 }], [7]])
      expect(told(nothing)).toMatchObject({ merges: null, leftOut: 0 });
  });

  it.each([
    ['a link', 'https://api.example/older', true],
    ['true', true, true],
    ['nothing', undefined, false],
    ['null', null, false],
    ['an empty text', '', false],
  ])('has older ones if `previous` is %s', (_name, previous, expected) => {
    expect(readPage({ ...page, previous }, null, silent)?.hasOlder).toBe(expected);
  });

  it('never leads back to where it was asked from', () => {
    const before = EpochMs.parse(1444348339001);
    const older = readPage(page, before, silent);
    expect(older?.messages.map(({ id }) => id)).toEqual([ownText._id]);
    expect(readPage({ ...page, messages: [businessText] }, before, silent)).toMatchObject({
      messages: [],
      hasOlder: false,
      leftOut: 1,
    });
  });

  it('without its conversation is none', () => {
    expect(readPage({ ...page, conversation: undefined }, null, silent)).toBeNull();
    expect(readPage({ ...page, messages: {} }, null, silent)).toBeNull();
  });
});

describe('A user from the wire', () => {
  it('comes with the newest page', () => {
    expect(readBundle(bundle, silent)).toMatchObject({
      appUserId: ids.bob,
      userId: 'bob@example.com',
      name: 'Bob Doe',
      conversationId: ids.conversation,
      unreadCount: 2,
      hasOlder: true,
      sessionToken: 'token',
      messages: messages.map((message) => ({ id: (message as { _id: string })._id })),
    });
  });

  it('may have next to nothing', () => {
    expect(readBundle({ appUser: { _id: ids.bob } }, silent)).toEqual({
      appUserId: ids.bob,
      userId: null,
      name: null,
      profile: {},
      conversationId: null,
      unreadCount: 0,
      messages: [],
      hasOlder: false,
      sessionToken: null,
    });
  });

  it('is believed in spite of what we do not use', () => {
    const appUser = {
      ...bundle.appUser,
      properties: 5,
      clients: null,
      givenName: 7,
      signedUpAt: {},
      email: [],
    };
    expect(readBundle({ ...bundle, appUser, settings: 'x' }, silent)).toMatchObject({ name: 'Doe' });
  });

  it.each([
    ['no id', { _id: undefined }],
    ['an id that is no channel segment', { _id: '../eve' }],
    ['an empty userId', { userId: '' }],
  ])('with %s is none', (_name, changes) => {
    expect(readBundle({ ...bundle, appUser: { ...bundle.appUser, ...changes } }, silent)).toBeNull();
  });
});

describe('What the service is told about this device', () => {
  it('can be read by the person, field by field, but for the whole of its id', () => {
    const device = {
      ...{ vendor: 'onethread', sdkVersion: '1', appName: 'Onethread', appVersion: '2' },
      ...{ os: 'linux', osVersion: '6.1', locale: 'de-AT' },
    };
    const clientId = ClientId.parse('3f9c1ad27e5b4c6d8e0f1a2b3c4d5e6f');
    const { info, ...rest } = writeClient(clientId, device);
    const said = Object.entries({ ...rest, ...info, id: '3f9c1a…' });
    const shown = describeClient(clientId, device);
    expect(new Map(shown.map(({ name, value }) => [name, value]))).toEqual(
      new Map(said as [string, string][]),
    );
    expect(JSON.stringify(shown)).not.toContain(clientId);
  });
});

describe('A configuration from the wire', () => {
  const configUrl = 'https://config.example/sdk/';
  const change = (changes: object) => readConfig({ config: { ...config.config, ...changes } }, configUrl);

  it('says who the business is and where the service lives', () => {
    expect(readConfig(config, configUrl)).toEqual({
      baseUrl: 'https://api.example/sdk/',
      realtimeUrl: 'https://api.example/faye',
      config: {
        business: { name: 'Desk', iconUrl: 'https://example.com/icon.png', brandColor: '#65758e' },
        signInUrl: 'https://config.example/sign-in',
        signInPageUrl: 'https://config.example/sign-in/page',
        idempotentSend: true,
        maxFileBytes: 1_000_000,
      },
    });
  });

  it('may say little', () => {
    const { baseUrl, realtime } = config.config;
    expect(
      readConfig({ config: { app: { status: 'active' }, baseUrl, realtime, style: null } }, configUrl),
    ).toMatchObject({
      config: {
        business: { name: '', iconUrl: null, brandColor: null },
        signInUrl: null,
        signInPageUrl: null,
        idempotentSend: false,
        maxFileBytes: null,
      },
    });
  });

  it.each(['many', { fileBytes: 'many' }, { fileBytes: 0 }])(
    'may call something else its limits: %j',
    (limits) => {
      expect(change({ limits })).toMatchObject({ config: { idempotentSend: true, maxFileBytes: null } });
    },
  );

  it('may say that the app is switched off', () => {
    expect(change({ app: { ...config.config.app, status: 'inactive' } })).toBe('inactive');
  });

  it.each([
    ['the API', { baseUrl: { web: 'http://api.example/sdk/' } }],
    ['realtime', { realtime: { baseUrl: 'ws://api.example/faye' } }],
    ['http on this machine', { baseUrl: { web: 'http://127.0.0.1:80/sdk/' } }],
    ['a name and a password', { baseUrl: { web: 'https://a:b@api.example/sdk/' } }],
  ])('that points elsewhere than safely is none (%s)', (_name, changes) => {
    expect(change(changes)).toBeNull();
  });

  it.each([
    'https://evil.tld/sign-in',
    'http://config.example/sign-in',
    'https://config.example:444/',
    '/sign-in',
    'https://config.example/sign-in?next=https://evil.tld/',
  ])('offers no sign-in at %s', (url) => {
    expect(change({ signIn: { url } })).toMatchObject({ config: { signInUrl: null } });
    const good = 'https://config.example/sign-in';
    expect(change({ signIn: { url: good, pageUrl: url } })).toMatchObject({
      config: { signInUrl: good, signInPageUrl: null },
    });
    expect(change({ signIn: { url, pageUrl: good } })).toMatchObject({ config: { signInPageUrl: null } });
  });
});

describe('Anything else from the wire', () => {
  const runs = { numRuns: 700 };

  it('D-21 is a whole message or none, and never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...messages).chain(mutationsOf), (wire) => {
        const message = readMessage(JSON.parse(wire));
        if (message !== null) expect(Message.parse(message)).toEqual(message);
      }),
      runs,
    );
  });

  it('D-21 costs no message but itself', () => {
    const [first, last] = [
      { ...ownText, _id: 'first', received: 1 },
      { ...ownText, _id: 'last', received: 9e9 },
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...messages).chain(mutationsOf), { maxLength: 5 }), (strange) => {
        const found =
          readPage(
            { ...page, messages: [last, ...strange.map((wire) => JSON.parse(wire) as unknown), first] },
            null,
            silent,
          )?.messages ?? [];
        const known = found.map(({ id }) => id);
        expect(known).toContain('first');
        expect(known).toContain('last');
        expect([...found].sort(compareMessages)).toEqual(found);
      }),
      runs,
    );
  });

  it('is a user, a page or a configuration of ours, or none', () => {
    const configUrl = 'https://config.example/sdk/';
    fc.assert(
      fc.property(mutationsOf(bundle), mutationsOf(page), mutationsOf(config), (a, b, c) => {
        for (const message of readBundle(JSON.parse(a), silent)?.messages ?? []) Message.parse(message);
        for (const message of readPage(JSON.parse(b), EpochMs.parse(1), silent)?.messages ?? [])
          Message.parse(message);
        const found = readConfig(JSON.parse(c), configUrl);
        if (found === null || found === 'inactive') return;
        Business.parse(found.config.business);
        expect([found.baseUrl, found.realtimeUrl].every((url) => url.startsWith('https://'))).toBe(true);
      }),
      runs,
    );
  });
});
