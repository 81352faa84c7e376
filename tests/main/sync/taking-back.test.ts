import { describe, expect, it } from 'vitest';
import type { Failure, Result } from '../../../contract/failure.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

const textsOf = (world: ServiceWorld): readonly string[] =>
  world.users.flatMap(({ messages }) => messages.map(({ content }) => content.text));

async function writing(undoSeconds: number, world = new ServiceWorld()): Promise<Device> {
  const device = await Device.started(world);
  await device.write('0');
  await device.handlers.setWriting({ undoSeconds, enterSends: true, spelling: true });
  return device;
}

const keyOf = (device: Device, text: string): string =>
  device.view.thread.messages.find(({ content }) => content.text === text)?.key ?? '';

/** @returns what went wrong, if anything did */
async function outcome(device: Device, answer: Promise<Result<void | undefined>>): Promise<Failure | null> {
  const result = await answer;
  await device.settle();
  return result.ok ? null : result.failure;
}

const discard = (device: Device, text: string): Promise<Failure | null> => {
  const { epoch } = device.view.session;
  return outcome(device, device.handlers.discardMessage({ epoch, key: keyOf(device, text) }));
};

const edit = (device: Device, text: string, better: string): Promise<Failure | null> => {
  const { epoch } = device.view.session;
  return outcome(device, device.handlers.editMessage({ epoch, key: keyOf(device, text), text: better }));
};

async function heal(device: Device): Promise<void> {
  device.net.goOnline();
  await device.clock.advance(120_000);
  await device.settle();
}

describe('Undo', () => {
  it('holds a message for as long as was chosen, says until when, and then sends it', async () => {
    const device = await writing(5);
    await device.write('hasty');
    const until = device.clock.now() + 5_000;
    expect(device.view.held).toEqual([{ key: keyOf(device, 'hasty'), until }]);
    expect(device.view.thread.messages.at(-1)).toMatchObject({ status: 'queued' });
    await device.clock.advance(4_999);
    expect(textsOf(device.net.world)).toEqual(['0']);

    await device.clock.advance(1);
    await device.settle();
    expect(textsOf(device.net.world)).toEqual(['0', 'hasty']);
    expect(device.view.held).toEqual([]);
  });

  it('takes a held message back as if it had never been written', async () => {
    const device = await writing(10);
    await device.write('hasty');
    expect(await discard(device, 'hasty')).toBeNull();
    await device.clock.advance(20_000);
    await device.settle();

    expect([device.texts, textsOf(device.net.world), device.view.held]).toEqual([['0'], ['0'], []]);
  });

  it('holds up what was written after a held message, and lets it go when that was taken back', async () => {
    const device = await writing(10);
    await device.write('held');
    await device.handlers.setWriting({ undoSeconds: 0, enterSends: true, spelling: true });
    await device.write('behind it');
    await device.handlers.tryNow(undefined);
    await device.settle();
    expect(textsOf(device.net.world)).toEqual(['0']);

    expect(await discard(device, 'held')).toBeNull();
    expect(textsOf(device.net.world)).toEqual(['0', 'behind it']);
  });

  it('holds nothing over a restart: what was held goes at once', async () => {
    const device = await writing(10);
    await device.write('held when it ended');
    await device.killAndStart();
    device.net.goOnline();
    await device.handlers.tryNow(undefined);
    await device.settle();

    expect(device.view.held).toEqual([]);
    expect(textsOf(device.net.world)).toEqual(['0', 'held when it ended']);
  });

  it('holds nothing that could not be written down', async () => {
    const device = await writing(10);
    device.histories.trouble = 'full';
    expect(await device.write('lost')).toEqual({ kind: 'storage', reason: 'full' });
    expect(device.view.held).toEqual([]);
  });
});

describe('A message that was not sent', () => {
  it('gets another text in its place, offline as well, and is sent with that one', async () => {
    const device = await writing(0);
    device.net.goOffline();
    for (const text of ['first', 'second', 'third']) await device.write(text);
    await device.clock.advance(60_000);
    expect(await edit(device, 'second', '  better ')).toBeNull();
    expect(device.texts).toEqual(['0', 'first', 'better', 'third']);
    await heal(device);

    expect(textsOf(device.net.world)).toEqual(['0', 'first', 'better', 'third']);
    expect(device.texts).toEqual(textsOf(device.net.world));
  });

  it('keeps its old text if the new one is empty or too long', async () => {
    const device = await writing(10);
    await device.write('as it is');
    expect(await edit(device, 'as it is', ' ')).toEqual({ kind: 'malformed', where: 'editMessage' });
    expect(await edit(device, 'as it is', 'x'.repeat(4097))).toEqual({ kind: 'tooLong', limit: 4096 });
    expect(device.texts).toEqual(['0', 'as it is']);
  });

  it('can be changed after the service refused it, and is then taken up again', async () => {
    const device = await writing(0);
    device.net.refuseNext('send', { kind: 'rejected', code: 'bad_request', description: '' });
    await device.write('poison');
    await device.write('fine');
    expect(await edit(device, 'poison', 'harmless')).toBeNull();

    expect(textsOf(device.net.world)).toEqual(['0', 'fine', 'harmless']);
    expect(device.view.thread.messages.map(({ status }) => status)).toEqual(['sent', 'sent', 'sent']);
  });

  it('can be changed and taken back while the service asks to wait', async () => {
    const device = await writing(0);
    device.net.refuseNext('send', { kind: 'throttled', retryAfterMs: 60_000 });
    await device.write('one');
    await device.write('two');
    expect(await edit(device, 'one', 'uno')).toBeNull();
    expect(await discard(device, 'two')).toBeNull();
    await device.clock.advance(60_000);
    await device.settle();

    expect(textsOf(device.net.world)).toEqual(['0', 'uno']);
  });

  it.each([true, false])(
    'can be neither changed nor taken back once it may be there (after a restart: %s)',
    async (restarts) => {
      const device = await writing(0);
      device.net.missesEvents = true;
      device.net.loseNextAnswer('send');
      const answer = device.net.holdNext('send', 'answer');
      const written = device.write('on its way');
      await answer.arrived;
      if (restarts) await device.killAndStart();
      expect(await edit(device, 'on its way', 'too late')).toEqual({ kind: 'alreadySent' });
      expect(await discard(device, 'on its way')).toEqual({ kind: 'alreadySent' });
      answer.release();
      if (!restarts) await written;
      await heal(device);

      expect(textsOf(device.net.world)).toEqual(['0', 'on its way']);
      expect(device.texts).toEqual(['0', 'on its way']);
      expect(await edit(device, 'on its way', 'much too late')).toEqual({ kind: 'alreadySent' });
      expect(await discard(device, 'on its way')).toEqual({ kind: 'alreadySent' });
    },
  );

  it('is not sent if it is taken back in the moment before', async () => {
    const device = await writing(0);
    await device.login('ana', device.net.world.jwt('ana'));
    await device.clock.advance(60_000);
    device.net.dropFeed();
    const probe = device.net.holdNext('config', 'answer');
    const written = device.write('second thoughts');
    await probe.arrived;
    expect(await discard(device, 'second thoughts')).toBeNull();
    probe.release();
    await written;
    await heal(device);

    expect(textsOf(device.net.world)).toEqual(['0']);
  });

  it('goes with all others that failed, each in its place, when the person asks', async () => {
    const device = await writing(0);
    for (const text of ['a', 'b']) {
      device.net.refuseNext('send', { kind: 'rejected', code: 'bad_request', description: '' });
      await device.write(text);
    }
    device.net.goOffline();
    await device.write('c');
    const { epoch } = device.view.session;
    expect(await outcome(device, device.handlers.retryAll({ epoch }))).toBeNull();
    await heal(device);

    expect(textsOf(device.net.world)).toEqual(['0', 'a', 'b', 'c']);
  });
});

describe('Outbox', () => {
  const classes: readonly [Failure, 'parked' | 'holds up'][] = [
    [{ kind: 'rejected', code: 'bad_request', description: '' }, 'parked'],
    [{ kind: 'rejected', code: 'payload_too_large', description: '' }, 'parked'],
    [{ kind: 'rejected', code: 'http_422', description: '' }, 'parked'],
    [{ kind: 'malformed', where: 'send' }, 'parked'],
    [{ kind: 'signedOut', reason: 'invalid' }, 'holds up'],
    [{ kind: 'signedOut', reason: 'otherUser' }, 'holds up'],
    [{ kind: 'unavailable' }, 'holds up'],
    [{ kind: 'offline' }, 'holds up'],
    [{ kind: 'throttled', retryAfterMs: 1_000 }, 'holds up'],
  ];
  it.each(classes)('D-22 a message answered with %o is %s', async (failure, becomes) => {
    const device = await writing(0);
    device.net.refuseNext('send', failure);
    device.net.goOffline();
    await device.write('poison');
    await device.write('behind it');
    device.net.goOnline();
    const firstSends = (): boolean => device.net.calls.filter((call) => call === 'send').length > 1;
    while (!firstSends()) await device.clock.advance(device.clock.nextInMs ?? 0);
    await device.settle();

    const there = textsOf(device.net.world).slice(1);
    expect(there.includes('behind it')).toBe(becomes === 'parked');
    expect(device.view.thread.messages.some(({ status }) => status === 'failed')).toBe(becomes === 'parked');
  });

  it('begins no send while nobody is there to take it', async () => {
    const device = await writing(0);
    device.net.goOffline();
    for (const text of ['1', '2']) await device.write(text);
    await device.clock.advance(600_000);

    expect(device.net.calls.filter((call) => call === 'send')).toHaveLength(1);
  });
});
