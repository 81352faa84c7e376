import { describe, expect, it } from 'vitest';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

const textsOf = (world: ServiceWorld, userId: string): readonly string[] =>
  world.user(userId).messages.map(({ content }) => content.text);

/** Ana has a thread from elsewhere; at this desk somebody without a name has said something. */
async function atTheDesk() {
  const world = new ServiceWorld();
  const phone = await Device.started(world);
  await phone.login('ana', world.jwt('ana'));
  await phone.write('from the phone');
  const desk = await Device.started(world);
  await desk.write('as nobody');
  return { world, desk };
}

describe('A sign-in that is to ask first', () => {
  it('asks where both have said something, and nothing has happened yet', async () => {
    const { world, desk } = await atTheDesk();
    const { epoch } = desk.view.session;
    expect(await desk.login('ana', world.jwt('ana'), { anonymous: 'ask' })).toEqual({ kind: 'questionOpen' });

    expect(desk.view.question).toEqual({ userId: 'ana', name: null, unsent: 0 });
    expect(desk.view.session).toMatchObject({ kind: 'anonymous', epoch });
    expect(desk.texts).toEqual(['as nobody']);
    await desk.write('still as nobody');
    expect(textsOf(world, 'ana')).toEqual(['from the phone']);
  });

  it('asks also where all that was said is who somebody is, and tells it of the one who signs in only if they say so', async () => {
    const { world } = await atTheDesk();
    const desk = await Device.started(world);
    const { epoch } = desk.view.session;
    await desk.handlers.updateUser({ epoch, profile: { givenName: 'A stranger' } });
    expect(await desk.login('ana', world.jwt('ana'), { anonymous: 'ask' })).toEqual({ kind: 'questionOpen' });
    await desk.answer('leave');
    expect(JSON.stringify(world.user('ana').profile ?? {})).not.toContain('stranger');

    const other = await Device.started(world);
    await other.handlers.updateUser({ epoch: other.view.session.epoch, profile: { givenName: 'Ana' } });
    await other.login('ana', world.jwt('ana'), { anonymous: 'ask' });
    await other.answer('bring');
    await other.settle();
    expect(JSON.stringify(world.user('ana').profile ?? {})).toContain('Ana');
  });

  it('brings the conversation along', async () => {
    const { world, desk } = await atTheDesk();
    await desk.login('ana', world.jwt('ana'), { anonymous: 'ask' });
    await desk.write('still as nobody');
    expect(await desk.answer('bring')).toMatchObject({ kind: 'identified', userId: 'ana' });

    expect([...desk.texts].sort()).toEqual(['as nobody', 'from the phone', 'still as nobody']);
    expect([...textsOf(world, 'ana')].sort()).toEqual(['as nobody', 'from the phone', 'still as nobody']);
    expect(desk.view.question).toBeNull();
    expect(world.user('ana').clients.size).toBe(2);
  });

  it('leaves it behind and erases it, and the service knows this device as nobody any more', async () => {
    const { world, desk } = await atTheDesk();
    await desk.login('ana', world.jwt('ana'), { anonymous: 'ask' });
    expect(await desk.answer('leave')).toMatchObject({ kind: 'identified', userId: 'ana' });

    expect(desk.texts).toEqual(['from the phone']);
    expect(textsOf(world, 'ana')).toEqual(['from the phone']);
    expect(desk.vault.items.size).toBe(1);
    expect(desk.histories.disk.size).toBe(1);
    const nobody = world.users.find(({ userId }) => userId === null);
    expect(nobody?.clients.size).toBe(0);
    expect(desk.view.question).toBeNull();
  });

  it('may be called off: everything is as it was, and the service has no device too many', async () => {
    const { world, desk } = await atTheDesk();
    const { epoch } = desk.view.session;
    await desk.login('ana', world.jwt('ana'), { anonymous: 'ask' });
    expect(await desk.answer('cancel')).toMatchObject({ kind: 'anonymous', epoch });

    expect(desk.view.question).toBeNull();
    expect(desk.texts).toEqual(['as nobody']);
    expect(world.user('ana').clients.size).toBe(1);
    expect(await desk.answer('bring')).toEqual({ kind: 'sessionOver' });
  });

  it('counts what was not sent, and takes that along too', async () => {
    const { world, desk } = await atTheDesk();
    desk.net.refuseNext('send', { kind: 'unavailable' });
    await desk.write('not sent');
    await desk.login('ana', world.jwt('ana'), { anonymous: 'ask' });
    expect(desk.view.question).toMatchObject({ unsent: 1 });
    await desk.answer('bring');
    await desk.clock.advance(60_000);
    await desk.settle();
    expect([...textsOf(world, 'ana')].sort()).toEqual(['as nobody', 'from the phone', 'not sent']);
  });

  it('does not ask where nothing was said here, or where the person has no thread', async () => {
    const { world } = await atTheDesk();
    const silent = await Device.started(world);
    expect(await silent.login('ana', world.jwt('ana'), { anonymous: 'ask' })).toMatchObject({
      kind: 'identified',
    });
    const other = await Device.started(world);
    await other.write('as nobody');
    expect(await other.login('bo', world.jwt('bo'), { anonymous: 'ask' })).toMatchObject({ userId: 'bo' });
    expect(textsOf(world, 'bo')).toEqual(['as nobody']);
    const third = await Device.started(world);
    await third.write('as nobody');
    expect(await third.login('cy', undefined, { anonymous: 'ask' })).toMatchObject({ userId: 'cy' });
    expect(textsOf(world, 'cy')).toEqual(['as nobody']);
    expect(world.user('cy').clients.size).toBe(1);
  });

  it('asks for a draft as well', async () => {
    const { world } = await atTheDesk();
    const desk = await Device.started(world);
    await desk.handlers.saveDraft({ epoch: desk.view.session.epoch, text: 'half a thought' });
    expect(await desk.login('ana', world.jwt('ana'), { anonymous: 'ask' })).toEqual({ kind: 'questionOpen' });
    await desk.answer('bring');
    expect(desk.view.draft).toBe('half a thought');
  });

  it('gives way to whatever is asked for next', async () => {
    const { world, desk } = await atTheDesk();
    for (const next of ['login', 'logout'] as const) {
      await desk.login('ana', world.jwt('ana'), { anonymous: 'ask' });
      if (next === 'login') await desk.login('nobody', 'no token');
      else await desk.logout();
      expect(desk.view.question).toBeNull();
      expect(await desk.answer('bring')).toEqual({ kind: 'sessionOver' });
    }
    expect(world.user('ana').clients.size).toBe(1);
    expect(desk.view.session.kind).toBe('anonymous');
  });

  it('goes on asking where the answer could not get through, and ends where the proof is no good any more', async () => {
    const { world, desk } = await atTheDesk();
    const jwt = world.jwt('ana');
    await desk.login('ana', jwt, { anonymous: 'ask' });
    desk.net.refuseNext('login', { kind: 'offline' });
    expect(await desk.answer('bring')).toEqual({ kind: 'offline' });
    expect(desk.view.question).toMatchObject({ userId: 'ana' });
    world.killJwt(jwt);
    expect(await desk.answer('bring')).toEqual({ kind: 'signedOut', reason: 'expired' });
    expect(desk.view.question).toBeNull();
    expect(desk.texts).toEqual(['as nobody']);
  });

  it('by password holds the proof as long as the question is open', async () => {
    const { world, desk } = await atTheDesk();
    world.passwords.set('ana', 'open sesame');
    const asked = await desk.handlers.signIn({
      userId: 'ana' as never,
      password: 'open sesame',
      anonymous: 'ask',
    });
    expect(asked).toEqual({ ok: false, failure: { kind: 'questionOpen' } });
    expect(await desk.answer('leave')).toMatchObject({ kind: 'identified', verified: true });
    await desk.write('and on');
    expect(textsOf(world, 'ana')).toEqual(['from the phone', 'and on']);
  });
});

describe('Leaving without a word', () => {
  it('erases an anonymous conversation when a sign-in says so', async () => {
    const { world, desk } = await atTheDesk();
    await desk.login('bo', world.jwt('bo'), { anonymous: 'leave' });
    expect(desk.texts).toEqual([]);
    await desk.write('as bo');
    expect(textsOf(world, 'bo')).toEqual(['as bo']);
    expect(desk.vault.items.size).toBe(1);
  });
});

describe('Going back to somebody remembered', () => {
  it('asks, leaves or brings likewise; bringing needs the service, leaving does not', async () => {
    for (const answer of ['bring', 'leave'] as const) {
      const world = new ServiceWorld();
      const desk = await Device.started(world);
      await desk.login('ana', world.jwt('ana'));
      await desk.write('as ana');
      desk.vault.state = 'open';
      const account = desk.accountOf('ana');
      await desk.login('bo', world.jwt('bo'));
      await desk.logout();
      await desk.write('as nobody');
      if (answer === 'leave') desk.net.goOffline();
      expect(await desk.switchTo(account, { anonymous: 'ask' })).toEqual({ kind: 'questionOpen' });
      expect(desk.view.question).toMatchObject({ userId: 'ana', unsent: 0 });
      expect(await desk.answer(answer)).toMatchObject({ kind: 'identified', userId: 'ana' });

      expect([...desk.texts].sort()).toEqual(answer === 'bring' ? ['as ana', 'as nobody'] : ['as ana']);
      expect(desk.histories.disk.size).toBe(1);
    }
  });

  it('brings by a new JWT where the one that is kept has ended', async () => {
    const world = new ServiceWorld();
    world.passwords.set('ana', 'open sesame');
    const desk = await Device.started(world);
    await desk.handlers.signIn({ userId: 'ana' as never, password: 'open sesame' });
    await desk.write('as ana');
    const [jwt = ''] = [...desk.vault.items.values()].flatMap(
      (item) => /"jwt":"([^"]+)"/.exec(item)?.[1] ?? [],
    );
    const account = desk.accountOf('ana');
    await desk.login('bo', world.jwt('bo'));
    await desk.logout();
    await desk.write('as nobody');
    world.killJwt(jwt);
    expect(await desk.switchTo(account, { anonymous: 'bring' })).toMatchObject({ userId: 'ana' });
    expect([...textsOf(world, 'ana')].sort()).toEqual(['as ana', 'as nobody']);

    // Without another token there is nothing to be done but to sign in.
    await desk.login('bo', world.jwt('bo'));
    await desk.logout();
    await desk.write('as nobody again');
    world.refreshTokens.clear();
    for (const item of desk.vault.items.values())
      for (const [, token = ''] of item.matchAll(/"jwt":"([^"]+)"/g)) world.killJwt(token);
    const refused = await desk.switchTo(account, { anonymous: 'bring' });
    expect(refused).toEqual({ kind: 'signedOut', reason: 'expired' });
    expect(desk.texts).toEqual(['as nobody again']);
  });
});
