import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppId, AppUserId, ClientId, ConversationId, UserId } from '../../../contract/ids.ts';
import { Message } from '../../../contract/model.ts';
import { userChannel } from '../../../contract/sdk-api.ts';
import type { FeedEvent, KnownSpeaker } from '../../../main/ports/service.ts';
import { openFeed, readEnvelope } from '../../../main/service/feed.ts';
import { settle } from '../../fakes/clock.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { FakeRealtime } from '../../fakes/realtime.ts';
import { mutationsOf } from './hostile.ts';
import { businessText, envelope, ids, ownText } from './recorded.ts';

const conversationId = ConversationId.parse(ids.conversation);
const scope = { appUserId: ids.bob, clientId: ids.here, conversationId };
const conversation = { _id: ids.conversation };
const read = (...events: unknown[]) => readEnvelope({ events }, scope);
const activity = (type: string, role: string, data?: object) => ({
  type: 'activity',
  conversation,
  activity: { type, role, ...(data && { data }) },
});

describe('A delivery', () => {
  it('is its messages, then its activities, then its links', () => {
    const { events, dropped } = readEnvelope({ events: envelope.events.toReversed() }, scope);
    expect(events.map(({ kind }) => kind)).toEqual(['message', 'message', 'seen', 'typing', 'moved']);
    expect(dropped).toBe(0);
  });

  it('says who is meant by "own": the device, not the person', () => {
    const of = (id: string | null) =>
      read({ type: 'message', conversation, message: { ...ownText, source: id && { type: 'web', id } } })
        .events[0];
    expect(of(ids.here)).toMatchObject({ ownEcho: true, message: { id: ownText._id } });
    expect(of(ids.there)).toMatchObject({ ownEcho: false });
    expect(of(null)).toMatchObject({ ownEcho: false });
  });

  it('never takes the business for this device', () => {
    const message = { ...businessText, source: { type: 'api', id: ids.here } };
    expect(read({ type: 'message', conversation, message }).events).toMatchObject([{ ownEcho: false }]);
  });

  it.each([
    [3, 3],
    [0, 0],
    [undefined, null],
    [null, null],
    [-1, null],
    ['three', null],
  ])('with an unread count of %s has %s', (unreadCount, expected) => {
    const event = { type: 'message', conversation: { ...conversation, unreadCount }, message: businessText };
    expect(read(event).events).toMatchObject([{ unreadCount: expected }]);
  });

  it.each([
    [
      'typing',
      activity('typing:start', 'appMaker', { name: ' Ann ', avatarUrl: 'http://evil.tld/' }),
      {
        kind: 'typing',
        typing: { name: 'Ann', avatarUrl: null },
      },
    ],
    [
      'typing by nobody in particular',
      activity('typing:start', 'appMaker'),
      {
        kind: 'typing',
        typing: { name: null, avatarUrl: null },
      },
    ],
    ['no more typing', activity('typing:stop', 'appMaker', {}), { kind: 'typing', typing: null }],
    [
      'seen',
      activity('conversation:read', 'appMaker', { lastRead: 1444348339.001 }),
      {
        kind: 'seen',
        at: 1444348339001,
      },
    ],
    ['read elsewhere', activity('conversation:read', 'appUser', { lastRead: 1 }), { kind: 'readElsewhere' }],
    [
      'a message deleted',
      { type: 'message:deleted', conversation, message: { _id: businessText._id } },
      { kind: 'deleted', id: businessText._id },
    ],
    ['all messages deleted', { type: 'message:deleted', conversation }, { kind: 'reload' }],
    [
      'a change that only a fetch can tell',
      { type: 'link', appUser: { _id: ids.bob }, client: {} },
      { kind: 'reload' },
    ],
    [
      'a merge into somebody anonymous',
      { type: 'link', appUser: { _id: ids.eve, sessionToken: 't', userId: null } },
      {
        kind: 'moved',
        appUserId: ids.eve,
        userId: null,
        sessionToken: 't',
      },
    ],
  ])('may tell of %s', (_name, event, expected) => {
    expect(read(event)).toEqual({ events: [expected], dropped: 0 });
  });

  it('says nothing of what this person types on another device', () => {
    expect(read(activity('typing:start', 'appUser', {}))).toEqual({ events: [], dropped: 0 });
  });

  it.each([
    ['of another conversation', { type: 'message', conversation: { _id: ids.eve }, message: businessText }],
    ['of no conversation', { type: 'message', message: businessText }],
    [
      'typed in another conversation',
      { ...activity('typing:start', 'appMaker', {}), conversation: { _id: ids.eve } },
    ],
    ['deleted elsewhere', { type: 'message:deleted', conversation: { _id: ids.eve } }],
    ['deleted without a name', { type: 'message:deleted', conversation, message: { _id: '' } }],
    ['of a kind we do not know', { type: 'conversation:added', conversation }],
    ['of an activity we do not know', activity('dancing', 'appMaker', {})],
    ['that has seen nothing in particular', activity('conversation:read', 'appMaker', {})],
    ['without a kind', { conversation }],
    ['without a message', { type: 'message', conversation }],
    [
      'of a message that cannot be placed',
      { type: 'message', conversation, message: { ...businessText, _id: null } },
    ],
    ['that moves us to no user', { type: 'link', appUser: { _id: '../x' } }],
    ['that is none', null],
    ['in words', 'message'],
  ])('drops and counts an event %s', (_name, event) => {
    const good = { type: 'message', conversation, message: ownText };
    const { events, dropped } = read(good, event, { ...good, message: businessText });
    expect(events).toHaveLength(2);
    expect(dropped).toBe(1);
  });

  it.each([null, 'x', [], {}, { events: null }, { events: {} }])(
    'is dropped and counted if it is %j',
    (data) => {
      expect(readEnvelope(data, scope)).toEqual({ events: [], dropped: 1 });
    },
  );

  it('of any conversation is taken while ours is not known', () => {
    const event = { type: 'message', conversation: { _id: ids.eve }, message: businessText };
    expect(readEnvelope({ events: [event] }, { ...scope, conversationId: null }).events).toHaveLength(1);
  });

  it('A-11 of a thousand forged events lets none through', () => {
    const forged = fc.record({
      type: fc.constantFrom('message', 'activity', 'link', 'user:merge'),
      conversation: fc.record({ _id: fc.stringMatching(/^[0-9a-f]{1,24}$/) }),
      message: fc.constant({ ...ownText, source: { type: 'web', id: ids.here } }),
      activity: fc.constant({ type: 'typing:start', role: 'appMaker', data: {} }),
      appUser: fc.constant({ _id: '' }),
    });
    fc.assert(
      fc.property(forged, (event) => {
        expect(read(event).events).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('however broken is events of ours or none, and costs no neighbour', () => {
    const good = { type: 'message', conversation, message: { ...businessText, _id: 'good' } };
    fc.assert(
      fc.property(
        fc.array(mutationsOf(envelope.events).map((json) => JSON.parse(json) as unknown)),
        (strange) => {
          const { events, dropped } = read(...strange.flat(), good);
          for (const event of events) if (event.kind === 'message') Message.parse(event.message);
          expect(events.some((event) => event.kind === 'message' && event.message.id === 'good')).toBe(true);
          expect(dropped).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('The feed', () => {
  const appId = AppId.parse(ids.app);
  const bob: KnownSpeaker = {
    clientId: ClientId.parse(ids.here),
    userId: UserId.parse('bob'),
    appUserId: AppUserId.parse(ids.bob),
    credential: { kind: 'jwt', jwt: 'old' },
  };
  const channel = userChannel(ids.app, ids.bob);

  function follow(realtime = new FakeRealtime()) {
    const heard: FeedEvent['kind'][] = [];
    const log = new RecordingLog();
    let who = bob;
    let known: ConversationId | null = null;
    const { close } = openFeed({
      realtime,
      log,
      url: 'https://api.example/faye',
      appId,
      who: () => who,
      hear: ({ kind }) => heard.push(kind),
      conversation: () => known,
    });
    return {
      realtime,
      heard,
      log,
      close,
      speakAs: (speaker: KnownSpeaker) => (who = speaker),
      know: (conversation: ConversationId) => (known = conversation),
    };
  }

  it('subscribes to the channel of the app user, with the proof of the moment', async () => {
    const feed = follow();
    const proofs: unknown[] = [];
    feed.realtime.judge = (proof) => (proofs.push(proof), null);
    feed.speakAs({ ...bob, credential: { kind: 'jwt', jwt: 'new' } });
    await settle();
    expect(feed.realtime.opened.map((target) => target.channel)).toEqual([channel]);
    expect(proofs).toEqual([{ appId: ids.app, appUserId: ids.bob, jwt: 'new' }]);
    expect(feed.heard).toEqual(['subscribed']);
  });

  it('shows a session token, and then no JWT', () => {
    const feed = follow();
    feed.speakAs({ ...bob, credential: { kind: 'session', sessionToken: 't' } });
    const proof = feed.realtime.opened[0]?.credential();
    expect(proof).toEqual({ appId: ids.app, appUserId: ids.bob, sessionToken: 't' });
  });

  it.each([
    [403, 'refused'],
    [401, 'down'],
    [0, 'down'],
  ])('takes a refusal with code %i for %s, and is over', async (code, kind) => {
    const realtime = new FakeRealtime();
    realtime.judge = () => code;
    const feed = follow(realtime);
    await settle();
    expect(feed.heard).toEqual([kind]);
    expect(realtime.live).toBe(0);
  });

  it('is over once it is down', async () => {
    const feed = follow();
    await settle();
    feed.realtime.goAway();
    expect(feed.heard).toEqual(['subscribed', 'down']);
    expect(feed.realtime.live).toBe(0);
  });

  it('A-11 keeps to the conversation of this user as soon as it is known', async () => {
    const feed = follow();
    await settle();
    const elsewhere = {
      events: [{ type: 'message', conversation: { _id: ids.eve }, message: businessText }],
    };
    feed.realtime.publish(channel, elsewhere);
    feed.know(conversationId);
    feed.realtime.publish(channel, elsewhere);
    feed.realtime.publish(channel, { events: [{ type: 'message', conversation, message: ownText }] });
    expect(feed.heard).toEqual(['subscribed', 'message', 'message']);
    feed.close();
    expect(feed.log.about('feed.dropped')).toMatchObject([{ fields: { events: 1 } }]);
  });

  it('is silent once closed, also in the middle of a delivery', async () => {
    const realtime = new FakeRealtime();
    const heard: string[] = [];
    const parts = { realtime, log: new RecordingLog(), url: 'https://x.example', appId, who: () => bob };
    const feed = openFeed({
      ...parts,
      conversation: () => null,
      hear(event) {
        heard.push(event.kind);
        if (event.kind === 'message') feed.close();
      },
    });
    await settle();
    realtime.publish(channel, envelope);
    realtime.publish(channel, envelope);
    realtime.goAway();
    expect(heard).toEqual(['subscribed', 'message']);
  });

  it('K-14 never says in its log what was said', async () => {
    const feed = follow();
    await settle();
    feed.realtime.publish(channel, { events: [{ type: 'secret', text: 'Hello' }, null] });
    feed.close();
    expect(JSON.stringify(feed.log.lines)).not.toMatch(/Hello|secret|bob/);
  });
});
