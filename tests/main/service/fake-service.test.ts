import { describe, expect, it } from 'vitest';
import { ActionId, ClientId, ClientMessageId } from '../../../contract/ids.ts';
import type { ConversationId } from '../../../contract/ids.ts';
import type { FeedEvent, KnownSpeaker } from '../../../main/ports/service.ts';
import { createSignal } from '../../../main/ports/signal.ts';
import { FakeDevice, ServiceWorld } from '../../fakes/service.ts';
import type { WorldUser } from '../../fakes/service.ts';
import { serviceSuite } from './service-suite.ts';

serviceSuite('fake', () => {
  const world = new ServiceWorld({ pageSize: 5 });
  world.passwords.set('ana', 'apple');
  const devices: FakeDevice[] = [];
  const userOf = (conversation: ConversationId): WorldUser => {
    const user = world.users.find((one) => one.conversationId === conversation && one.mergedInto === null);
    if (user === undefined) throw new Error('nobody has this conversation');
    return user;
  };
  const button = (text: string) =>
    ({ kind: 'postback', id: ActionId.parse(`action-${text}`), text }) as const;
  return {
    pageSize: world.pageSize,
    account: { userId: 'ana', password: 'apple' },
    device() {
      const device = new FakeDevice(world);
      devices.push(device);
      return device;
    },
    jwt: (userId) => world.jwt(userId),
    code: (challenge) => world.code('ana', challenge),
    say: (conversation, text, buttons = []) =>
      void world.say(userOf(conversation), text, buttons.map(button)),
    businessTypes: (conversation, started) => world.businessTypes(userOf(conversation), started),
    businessReads: (conversation) => world.businessReads(userOf(conversation)),
    close: () => devices.forEach((device) => device.goOffline()),
  };
});

describe('The fake service', () => {
  const outgoing = {
    clientMessageId: ClientMessageId.parse('00000000-0000-4000-8000-000000000001'),
    text: 'hello',
    payload: null,
    metadata: null,
  };

  async function device(world = new ServiceWorld()) {
    const net = new FakeDevice(world);
    const clientId = ClientId.parse('a'.repeat(32));
    const created = await net.createUser({ clientId, userId: null, credential: null }, {});
    if (!created.ok) throw new Error('not created');
    const { appUserId, sessionToken } = created.value;
    const credential = { kind: 'session', sessionToken: sessionToken ?? '' } as const;
    const who: KnownSpeaker = { clientId, userId: null, appUserId, credential };
    return { net, who, world, user: world.user(appUserId) };
  }

  it('can do what was asked and lose the answer', async () => {
    const { net, who, user } = await device();
    net.loseNextAnswer('send');
    expect(await net.send(who, outgoing)).toEqual({ ok: false, failure: { kind: 'unavailable' } });
    expect(user.messages).toHaveLength(1);
    expect((await net.send(who, outgoing)).ok).toBe(true);
    expect(user.messages).toHaveLength(1);
  });

  it('can be a service that accepts a repeated message twice', async () => {
    const { net, who, user } = await device(new ServiceWorld({ idempotentSend: false }));
    await net.send(who, outgoing);
    await net.send(who, outgoing);
    expect(user.messages).toHaveLength(2);
  });

  it.each([
    ['request', 0],
    ['answer', 1],
  ] as const)('can hold a %s, and lets go of it when it is no longer wanted', async (stage, done) => {
    const { net, who, user } = await device();
    const hold = net.holdNext('send', stage);
    const wanted = createSignal();
    const answer = net.send(who, outgoing, wanted.signal);
    await hold.arrived;
    expect(user.messages).toHaveLength(done);
    wanted.abort();
    expect(await answer).toEqual({ ok: false, failure: { kind: 'offline' } });
  });

  it('can refuse one call and take the next', async () => {
    const { net, who } = await device();
    net.refuseNext('send', { kind: 'throttled', retryAfterMs: 5 });
    expect(await net.send(who, outgoing)).toMatchObject({ failure: { kind: 'throttled' } });
    expect((await net.send(who, outgoing)).ok).toBe(true);
  });

  it('can lose events without a trace', async () => {
    const { net, who, world, user } = await device();
    const heard: FeedEvent[] = [];
    net.follow(
      () => who,
      (event) => heard.push(event),
    );
    await Promise.resolve();
    net.missesEvents = true;
    world.say(user, 'lost');
    net.missesEvents = false;
    world.say(user, 'found');
    expect(
      heard.map((event) => (event.kind === 'message' ? event.message.content.text : event.kind)),
    ).toEqual(['subscribed', 'found']);
  });
});
