import { describe, expect, it } from 'vitest';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

const textsOf = (world: ServiceWorld): readonly string[] =>
  world.users.flatMap(({ messages }) => messages.map(({ content }) => content.text));

async function heal(device: Device): Promise<void> {
  device.net.goOnline();
  await device.clock.advance(120_000);
  await device.settle();
}

describe('Outbox', () => {
  it('shows a message only after it is on disk', async () => {
    const device = await Device.started(new ServiceWorld());
    device.histories.hold();
    const writing = device.write('hello');
    await device.settle();
    expect(device.texts).toEqual([]);

    device.histories.release();
    await writing;
    expect(device.texts).toEqual(['hello']);
  });

  it('keeps the text out of the thread and says why when the disk is full', async () => {
    const device = await Device.started(new ServiceWorld());
    device.histories.trouble = 'full';

    expect(await device.write('hello')).toEqual({ kind: 'storage', reason: 'full' });
    expect(device.texts).toEqual([]);
    device.histories.trouble = null;
    expect(await device.write('hello')).toBeNull();
  });

  it('sends in order what was written offline, once, also when it was killed in between', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('0');
    device.net.goOffline();
    for (const text of ['1', '2', '3', '4']) await device.write(text);
    expect(device.view.waiting).toBe(4);
    device.net.goOffline();
    await device.killAndStart();
    await heal(device);

    expect(textsOf(world)).toEqual(['0', '1', '2', '3', '4']);
    expect(device.texts).toEqual(['0', '1', '2', '3', '4']);
    expect(device.view.waiting).toBe(0);
  });

  it.each([true, false])(
    'sends once although the answer was lost (service idempotent: %s)',
    async (idempotentSend) => {
      const world = new ServiceWorld({ idempotentSend });
      const device = await Device.started(world);
      await device.write('0');
      device.net.missesEvents = true;
      device.net.loseNextAnswer('send');
      await device.write('once');
      await device.killAndStart();
      await heal(device);

      expect(textsOf(world)).toEqual(['0', 'once']);
      expect(device.texts).toEqual(['0', 'once']);
      expect(device.view.thread.messages.map(({ status }) => status)).toEqual(['sent', 'sent']);
    },
  );

  it('sets a refused message aside and goes on with the next', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('0');
    device.net.refuseNext('send', { kind: 'rejected', code: 'bad_request', description: 'not like this' });
    await device.write('poison');
    await device.write('fine');

    expect(textsOf(world)).toEqual(['0', 'fine']);
    const poison = device.view.thread.messages.find(({ content }) => content.text === 'poison');
    expect(poison).toMatchObject({ status: 'failed', refusal: { code: 'bad_request' } });

    await device.handlers.retryMessage({ epoch: device.view.session.epoch, key: poison?.key ?? '' });
    await device.settle();
    expect(textsOf(world)).toEqual(['0', 'fine', 'poison']);
  });

  it('goes on by itself when a refused message could not be set aside', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('0');
    device.net.refuseNext('send', { kind: 'rejected', code: 'bad_request', description: '' });
    const held = device.net.holdNext('send', 'answer');
    const writing = device.write('once refused');
    await Promise.race([held.arrived, device.settle()]);
    device.histories.trouble = 'full';
    held.release();
    await writing;
    device.histories.trouble = null;
    await device.clock.advance(120_000);
    await device.settle();

    expect(device.view.waiting).toBe(0);
  });

  it('forgets a failed message when asked to', async () => {
    const device = await Device.started(new ServiceWorld());
    await device.write('0');
    device.net.refuseNext('send', { kind: 'rejected', code: 'bad_request', description: '' });
    await device.write('poison');
    const key = device.view.thread.messages.at(-1)?.key ?? '';
    await device.handlers.discardMessage({ epoch: device.view.session.epoch, key });
    await device.settle();

    expect(device.texts).toEqual(['0']);
  });

  it('waits exactly as long as the service asked when throttled', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('0');
    device.net.refuseNext('send', { kind: 'throttled', retryAfterMs: 7_000 });
    await device.write('patient');
    await device.clock.advance(6_999);
    expect(textsOf(world)).toEqual(['0']);
    await device.clock.advance(1);
    await device.settle();
    expect(textsOf(world)).toEqual(['0', 'patient']);
  });

  it('refuses a text that is too long, before it is anywhere', async () => {
    const device = await Device.started(new ServiceWorld());

    expect(await device.write('x'.repeat(5_000))).toEqual({ kind: 'tooLong', limit: 4096 });
    expect(device.texts).toEqual([]);
    expect(await device.write('x'.repeat(4096))).toBeNull();
  });

  it('takes the draft away in the step that accepts it as a message, and leaves another one alone', async () => {
    const device = await Device.started(new ServiceWorld());
    const { epoch } = device.view.session;
    await device.handlers.saveDraft({ epoch, text: 'hello th' });
    await device.write('hello there');
    await device.killAndStart();
    expect(device.view.draft).toBe('');

    await device.handlers.saveDraft({ epoch: device.view.session.epoch, text: 'half a thought' });
    await device.write('a quick reply');
    await device.killAndStart();
    expect(device.view.draft).toBe('half a thought');
  });

  it('refuses a message made for a session that is over', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    const { epoch } = device.view.session;
    await device.login('a', world.jwt('a'));
    const answer = await device.handlers.sendMessage({
      epoch,
      clientMessageId: device.random.uuid() as never,
      text: 'for nobody',
    });

    expect(answer).toEqual({ ok: false, failure: { kind: 'sessionOver' } });
    expect(device.texts).toEqual([]);
  });
});
