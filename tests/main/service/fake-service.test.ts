import { describe, expect, it } from 'vitest';
import { ClientId, ClientMessageId, UserId } from '../../../contract/ids.ts';
import type { FeedEvent, KnownSpeaker, UserBundle } from '../../../main/ports/service.ts';
import { createSignal } from '../../../main/ports/signal.ts';
import { FakeDevice, ServiceWorld } from '../../fakes/service.ts';

const phone = ClientId.parse('a'.repeat(32));
const desk = ClientId.parse('b'.repeat(32));
const bob = UserId.parse('bob');
const outgoing = (n: number) => ({
  clientMessageId: ClientMessageId.parse(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`),
  text: `text ${n}`,
  payload: null,
  metadata: null,
});

describe('the fake service', () => {
  it('carries a message to the other device of the same user, and marks the own echo', async () => {
    const world = new ServiceWorld();
    const here = await signedIn(new FakeDevice(world), phone);
    const there = await signedIn(new FakeDevice(world), desk);
    await here.device.send(here.who, outgoing(1));
    expect(here.heard.map(describeEvent)).toEqual(['subscribed', 'own text 1']);
    expect(there.heard.map(describeEvent)).toEqual(['subscribed', 'text 1']);
  });

  it('accepts a message once, however often it is sent', async () => {
    const world = new ServiceWorld();
    const here = await signedIn(new FakeDevice(world), phone);
    here.device.loseNextAnswer('send');
    const lost = await here.device.send(here.who, outgoing(1));
    const again = await here.device.send(here.who, outgoing(1));
    expect([lost.ok, again.ok]).toEqual([false, true]);
    expect(world.user('bob').messages).toHaveLength(1);
  });

  it('merges an anonymous thread into the thread of the userId and tells the devices of both', async () => {
    const world = new ServiceWorld();
    const here = await signedIn(new FakeDevice(world), phone);
    await here.device.send(here.who, outgoing(1));
    const device = new FakeDevice(world);
    const stranger = known(
      await device.createUser({ clientId: desk, userId: null, credential: null }, {}),
      desk,
    );
    const heard: FeedEvent[] = [];
    device.follow(
      () => stranger,
      (event) => heard.push(event),
    );
    await device.send(stranger, outgoing(2));
    const bring = { appUserId: stranger.appUserId, sessionToken: tokenOf(stranger) };
    const merged = await device.login({ clientId: desk, userId: bob, credential: jwt(world) }, bring);
    expect(merged.ok && merged.value?.messages.map((one) => one.content.text)).toEqual(['text 1', 'text 2']);
    expect(heard.map((event) => event.kind)).toEqual(['subscribed', 'message', 'moved', 'refused']);
    expect(here.heard.at(-1)).toEqual({ kind: 'reload' });
  });

  it('answers nothing while offline, and says once that the feed is down', async () => {
    const here = await signedIn(new FakeDevice(new ServiceWorld()), phone);
    here.device.goOffline();
    expect(await here.device.user(here.who)).toEqual({ ok: false, failure: { kind: 'offline' } });
    expect(here.heard.map((event) => event.kind)).toEqual(['subscribed', 'down']);
  });

  it('lets go of a held call when its signal is aborted', async () => {
    const here = await signedIn(new FakeDevice(new ServiceWorld()), phone);
    const hold = here.device.holdNext('user');
    const wanted = createSignal();
    const answer = here.device.user(here.who, wanted.signal);
    await hold.arrived;
    wanted.abort();
    expect((await answer).ok).toBe(false);
  });
});

const jwt = (world: ServiceWorld) => ({ kind: 'jwt', jwt: world.jwt('bob') }) as const;

async function signedIn(device: FakeDevice, clientId: ClientId) {
  const credential = jwt(device.world);
  const who = known(await device.createUser({ clientId, userId: bob, credential }, {}), clientId, credential);
  const heard: FeedEvent[] = [];
  device.follow(
    () => who,
    (event) => heard.push(event),
  );
  await Promise.resolve();
  return { device, who, heard };
}

function known(
  created: { ok: boolean; value?: UserBundle },
  clientId: ClientId,
  credential?: KnownSpeaker['credential'],
): KnownSpeaker {
  const bundle = created.value;
  if (bundle === undefined) throw new Error('not created');
  const own = credential ?? ({ kind: 'session', sessionToken: bundle.sessionToken ?? '' } as const);
  return { clientId, userId: bundle.userId, appUserId: bundle.appUserId, credential: own };
}

function tokenOf({ credential }: KnownSpeaker): string {
  return credential.kind === 'session' ? credential.sessionToken : '';
}

function describeEvent(event: FeedEvent): string {
  if (event.kind !== 'message') return event.kind;
  return `${event.ownEcho ? 'own ' : ''}${event.message.content.text}`;
}
