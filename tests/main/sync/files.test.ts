import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../contract/failure.ts';
import { ClientMessageId } from '../../../contract/ids.ts';
import { maxFileBytes } from '../../../contract/media.ts';
import { png } from '../../server/picture.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

async function started(world = new ServiceWorld()): Promise<Device> {
  const device = await Device.started(world);
  await device.write('0');
  return device;
}

/** @returns what went wrong, if anything did */
async function sendFile(
  device: Device,
  name: string,
  bytes: Uint8Array = new Uint8Array(Buffer.from(name)),
): Promise<Failure | null> {
  const answer = await device.handlers.sendFile({
    epoch: device.view.session.epoch,
    clientMessageId: ClientMessageId.parse(device.random.uuid()),
    name,
    mediaType: 'text/plain',
    bytes: new Uint8Array(bytes),
    altText: null,
  });
  await device.settle();
  return answer.ok ? null : answer.failure;
}

const messageOf = (device: Device, name: string) => {
  const found = device.view.thread.messages.find(
    ({ content }) => (content.kind === 'file' || content.kind === 'image') && content.name === name,
  );
  if (found === undefined) throw new Error(`no file ${name}`);
  return found;
};

const discard = async (device: Device, name: string): Promise<Failure | null> => {
  const { key } = messageOf(device, name);
  const answer = await device.handlers.discardMessage({ epoch: device.view.session.epoch, key });
  await device.settle();
  return answer.ok ? null : answer.failure;
};

/** What the service has, in order: texts, and the names of files. */
const received = (world: ServiceWorld): readonly string[] =>
  world.users.flatMap(({ messages }) =>
    messages.map(({ content }) =>
      content.kind === 'file' || content.kind === 'image'
        ? (content.mediaUrl?.split('/').at(-1) ?? '')
        : content.text,
    ),
  );

async function heal(device: Device): Promise<void> {
  device.net.goOnline();
  await device.clock.advance(120_000);
  await device.settle();
}

describe('A file on its way', () => {
  it('is on the disk before it is on the screen, and what it is was read from its bytes', async () => {
    const device = await started();
    device.net.goOffline();
    expect(await sendFile(device, '../holiday\u202e.txt', png)).toBeNull();
    expect(messageOf(device, 'holiday.txt')).toMatchObject({
      status: 'queued',
      content: { kind: 'image', mediaType: 'image/png', mediaUrl: null },
    });
    await sendFile(device, 'notes.txt');
    expect(messageOf(device, 'notes.txt').content).toMatchObject({
      kind: 'file',
      mediaType: 'text/plain',
      mediaSize: 9,
    });
    await device.killAndStart();
    await heal(device);
    expect(received(device.net.world)).toEqual(['0', 'holiday.txt', 'notes.txt']);
    expect(messageOf(device, 'holiday.txt').status).toBe('sent');
  });

  it('is refused where it is too large, empty, or the disk takes nothing, and then nothing is left of it', async () => {
    const device = await started();
    // The fake says nothing of what it takes.
    const tooLarge = { kind: 'tooLarge', limit: maxFileBytes };
    expect(await sendFile(device, 'large', new Uint8Array(maxFileBytes + 1))).toEqual(tooLarge);
    expect(await sendFile(device, 'empty', new Uint8Array())).toMatchObject({ kind: 'malformed' });
    device.histories.trouble = 'full';
    expect(await sendFile(device, 'any')).toEqual({ kind: 'storage', reason: 'full' });
    device.histories.trouble = null;
    expect(device.view.thread.messages).toHaveLength(1);
    expect([...device.histories.disk.values()].flatMap(({ media }) => [...media.keys()])).toEqual([]);
  });

  it('is refused before it is sent where the service has said that it takes no file as large', async () => {
    const device = await started(new ServiceWorld({ maxFileBytes: 100 }));
    expect(await sendFile(device, 'large', new Uint8Array(101))).toEqual({ kind: 'tooLarge', limit: 100 });
    expect(await sendFile(device, 'as large as it may be', new Uint8Array(100))).toBeNull();
    expect(received(device.net.world)).toEqual(['0', 'as large as it may be']);
  });

  it('holds up no text, and files go in order, one at a time', async () => {
    const device = await started();
    const { arrived, release } = device.net.holdNext('sendFile', 'request');
    await sendFile(device, 'one');
    await arrived;
    await sendFile(device, 'two');
    await device.write('quick');
    expect(received(device.net.world)).toEqual(['0', 'quick']);
    expect(device.view.uploads).toMatchObject([{ key: messageOf(device, 'one').key, sent: 0, total: 3 }]);
    release();
    await device.settle();
    expect(received(device.net.world)).toEqual(['0', 'quick', 'one', 'two']);
    expect(device.view.uploads).toEqual([]);
  });

  it('is cancelled as long as its last byte has not left, and leaves nothing behind', async () => {
    const device = await started();
    const { arrived } = device.net.holdNext('sendFile', 'request');
    await sendFile(device, 'one');
    await arrived;
    await sendFile(device, 'two');
    expect(await discard(device, 'one')).toBeNull();
    expect(received(device.net.world)).toEqual(['0', 'two']);
    expect(device.view.uploads).toEqual([]);
    expect(() => messageOf(device, 'one')).toThrow();

    device.net.holdNext('sendFile', 'answer');
    await sendFile(device, 'three');
    expect(await discard(device, 'three')).toEqual({ kind: 'alreadySent' });
  });

  it('that broke off before its end is in no doubt, and can still be taken back', async () => {
    const device = await started();
    const { arrived, release } = device.net.holdNext('sendFile', 'request');
    await sendFile(device, 'half');
    await arrived;
    device.net.goOffline();
    release();
    await device.settle();
    expect(messageOf(device, 'half').status).toBe('queued');
    expect(await discard(device, 'half')).toBeNull();
    await heal(device);
    expect(received(device.net.world)).toEqual(['0']);
  });

  it.each([true, false])(
    'arrives once, whatever answer was lost (the service drops repeats: %s)',
    async (idempotentSend) => {
      const device = await started(new ServiceWorld({ idempotentSend }));
      device.net.missesEvents = true;
      device.net.loseNextAnswer('sendFile');
      await sendFile(device, 'once');
      await device.killAndStart();
      await heal(device);
      expect(received(device.net.world)).toEqual(['0', 'once']);
      expect(messageOf(device, 'once').status).toBe('sent');
      expect(device.view.waiting).toBe(0);
    },
  );

  it('that the service refuses says why, lets the next one go, and is taken up again in its place', async () => {
    const device = await started();
    const refused: Failure = { kind: 'rejected', code: 'payload_too_large', description: '' };
    device.net.refuseNext('sendFile', refused);
    await sendFile(device, 'large');
    await sendFile(device, 'small');
    expect(messageOf(device, 'large')).toMatchObject({
      status: 'failed',
      refusal: { code: 'payload_too_large' },
    });
    expect(received(device.net.world)).toEqual(['0', 'small']);
    const { key } = messageOf(device, 'large');
    await device.handlers.retryMessage({ epoch: device.view.session.epoch, key });
    await device.settle();
    expect(received(device.net.world)).toEqual(['0', 'small', 'large']);
  });

  it('that breaks off again and again although the service can be reached, lets the next one go', async () => {
    const device = await started();
    for (let nth = 0; nth < 5; nth += 1) device.net.refuseNext('sendFile', { kind: 'offline' });
    await sendFile(device, 'cursed');
    await sendFile(device, 'plain');
    for (let nth = 0; nth < 5; nth += 1) await heal(device);
    expect(messageOf(device, 'cursed')).toMatchObject({
      status: 'failed',
      refusal: { code: 'upload_broken' },
    });
    expect(received(device.net.world)).toEqual(['0', 'plain']);
  });

  it('waits for as long as there is no connection, and is not given up', async () => {
    const world = new ServiceWorld();
    const device = await started(world);
    device.net.goOffline();
    expect(await sendFile(device, 'kept.txt')).toBeNull();
    for (let tries = 0; tries < 60; tries += 1) {
      await device.clock.advance(60_000);
      await device.settle();
    }
    expect(messageOf(device, 'kept.txt')).toMatchObject({ status: 'queued', refusal: null });
    await heal(device);
    expect(received(world)).toEqual(['0', 'kept.txt']);
  });

  it('whose bytes were lost with a damaged disk says so, and nothing of it is sent', async () => {
    const device = await started();
    device.net.goOffline();
    await sendFile(device, 'lost');
    for (const { media } of device.histories.disk.values()) media.clear();
    await heal(device);
    expect(messageOf(device, 'lost')).toMatchObject({ status: 'failed', refusal: { code: 'file_lost' } });
    expect(received(device.net.world)).toEqual(['0']);
  });

  it('waits as long as the service asks, and does not end with a refused credential', async () => {
    const device = await started();
    device.net.refuseNext('sendFile', { kind: 'throttled', retryAfterMs: 30_000 });
    await sendFile(device, 'later');
    await device.clock.advance(29_000);
    await device.settle();
    expect(received(device.net.world)).toEqual(['0']);
    await device.clock.advance(2_000);
    await device.settle();
    expect(received(device.net.world)).toEqual(['0', 'later']);
  });

  it('is broken off by signing out, and the next session knows nothing of it', async () => {
    const device = await started();
    const { arrived } = device.net.holdNext('sendFile', 'request');
    await sendFile(device, 'mine');
    await arrived;
    await device.logout();
    expect(device.view.uploads).toEqual([]);
    expect([...device.histories.disk.values()].flatMap(({ media }) => [...media.keys()])).toEqual([]);
    await heal(device);
    expect(received(device.net.world)).toEqual(['0']);
  });
});

describe('What is looked at', () => {
  const show = async (device: Device, name: string, consent = false) =>
    device.handlers.showMedia({
      epoch: device.view.session.epoch,
      key: messageOf(device, name).key,
      item: null,
      consent,
    });

  it('E-18 has an address for this session only, and is there without the service', async () => {
    const device = await started();
    await sendFile(device, 'parcel.png', png);
    device.net.goOffline();
    const shown = await show(device, 'parcel.png');
    if (!shown.ok) throw new Error(shown.failure.kind);
    expect(shown.value).toMatchObject({ mediaType: 'image/png', size: { width: 320, height: 200 } });
    expect(await show(device, 'parcel.png')).toEqual(shown);
    const id = new URL(shown.value.url).host;
    expect(device.messenger.attachment(id)?.mediaType).toBe('image/png');
    expect(device.messenger.attachment('0'.repeat(32))).toBeNull();
    await device.logout();
    expect(device.messenger.attachment(id)).toBeNull();
  });

  it('H-08 is drawn only if it is a picture by its bytes; anything can be saved, under the name of what it is', async () => {
    const device = await started();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    await sendFile(device, 'photo.png', svg);
    expect(messageOf(device, 'photo.png').content.kind).toBe('file');
    expect(await show(device, 'photo.png')).toEqual({
      ok: false,
      failure: { kind: 'media', trouble: 'unsafe' },
    });
    await sendFile(device, 'page.html', png);
    for (const name of ['photo.png', 'page.html']) {
      const { key } = messageOf(device, name);
      await device.handlers.saveMedia({
        epoch: device.view.session.epoch,
        key,
        item: null,
        consent: false,
      });
    }
    expect(device.savedFiles.map(({ suggested }) => suggested)).toEqual(['photo.png', 'page.png']);
    expect(device.savedFiles[0]?.text).toBe(svg.toString('latin1'));
  });

  it('H-12 is fetched from a stranger’s host only when the person says so, once for all who ask, and then kept', async () => {
    const world = new ServiceWorld();
    const device = await started(world);
    const mediaUrl = 'https://stranger.example/tracking.png';
    world.media.set(mediaUrl, png);
    const [user] = world.users;
    if (user === undefined) throw new Error('nobody');
    const content = { kind: 'image', text: '', mediaUrl, mediaType: null, altText: null, name: 'x' } as const;
    world.append(
      user,
      {
        author: { kind: 'business', name: null, avatarUrl: null },
        content,
        actions: [],
        clientMessageId: null,
        metadata: null,
      },
      null,
    );
    await device.settle();
    const foreign = { ok: false, failure: { kind: 'media', trouble: 'foreign' } };
    expect(await show(device, 'x')).toEqual(foreign);
    const before = device.net.calls.filter((call) => call === 'fetchMedia').length;
    const shown = await Promise.all([show(device, 'x', true), show(device, 'x', true)]);
    expect(shown.map(({ ok }) => ok)).toEqual([true, true]);
    expect(device.net.calls.filter((call) => call === 'fetchMedia').length - before).toBe(1);
    world.media.clear();
    device.net.goOffline();
    expect((await show(device, 'x')).ok).toBe(true);
  });
});
