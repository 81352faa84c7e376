import { afterEach, describe, expect, it } from 'vitest';
import { ClientMessageId } from '../../contract/ids.ts';
import { nodeRandom } from '../../main/adapters/random-node.ts';
import { FaultProxy } from '../faults/proxy/fault-proxy.ts';
import { png } from '../server/picture.ts';
import { type RunningService, startService } from '../server/running-service.ts';
import { CoreDevice } from './core-device.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function service(...args: readonly string[]): Promise<RunningService> {
  const running = await startService({ autoReply: false, args });
  stops.push(() => running.stop());
  return running;
}

async function device(running: RunningService): Promise<CoreDevice> {
  const core = await CoreDevice.started(running.ready);
  stops.push(() => core.dispose());
  return core;
}

const http = { layer: 'http' } as const;

/** A device whose way to the service can be spoilt, and every view it had. */
async function deviceBehindLink(running: RunningService) {
  const proxy = await FaultProxy.start({ target: () => running.ready.baseUrl, seed: 1 });
  stops.push(() => proxy.close());
  const { configBaseUrl } = await proxy.link('desk');
  const views: CoreDevice['view'][] = [];
  const onView = (view: CoreDevice['view']): void => void views.push(view);
  const core = await CoreDevice.started({ ...running.ready, configBaseUrl }, { onView });
  stops.push(() => core.dispose());
  return { core, proxy, views };
}

async function sendFile(core: CoreDevice, name: string, bytes: Uint8Array): Promise<string> {
  const clientMessageId = ClientMessageId.parse(nodeRandom.uuid());
  const answer = await core.messenger.handlers.sendFile({
    epoch: core.view.session.epoch,
    clientMessageId,
    name,
    mediaType: '',
    bytes: new Uint8Array(bytes),
    altText: null,
  });
  if (!answer.ok) throw new Error(`not accepted: ${JSON.stringify(answer.failure)}`);
  return clientMessageId;
}

const live = ({ link }: CoreDevice['view']): boolean => link.kind === 'live';

/** What a page is given to draw, and its bytes. */
async function shown(core: CoreDevice, key: string): Promise<{ mediaType: string; bytes: Buffer }> {
  const { epoch } = core.view.session;
  const answer = await core.messenger.handlers.showMedia({ epoch, key, item: null, consent: false });
  if (!answer.ok) throw new Error(`not shown: ${JSON.stringify(answer.failure)}`);
  const id = new URL(answer.value.url).host;
  const bytes = await core.messenger.attachment(id)?.read(0, answer.value.bytes);
  return { mediaType: answer.value.mediaType, bytes: Buffer.from((bytes?.ok && bytes.value) || []) };
}

describe('A file, through every room and the real service', () => {
  it('is on the other device as it was chosen, and can be looked at there with no service at all', async () => {
    const running = await service();
    const desk = await device(running);
    await desk.signIn('ana@example.com', 'onethread-ana');
    const laptop = await device(running);
    await laptop.signIn('ana@example.com', 'onethread-ana');
    await laptop.until(live);
    await sendFile(desk, 'parcel.png', png);
    await desk.until(({ waiting }) => waiting === 0);
    await laptop.until(({ thread }) => thread.messages.length === 1);
    const here = desk.view.thread.messages[0];
    const there = laptop.view.thread.messages[0];
    expect(here).toMatchObject({ status: 'sent', content: { kind: 'image', name: 'parcel.png' } });
    expect(there?.id).toBe(here?.id);
    expect(await shown(laptop, there?.key ?? '')).toEqual({ mediaType: 'image/png', bytes: png });

    await running.stop();
    for (const core of [desk, laptop]) {
      await core.quit();
      await core.start();
      const key = core.view.thread.messages[0]?.key ?? '';
      expect(await shown(core, key)).toEqual({ mediaType: 'image/png', bytes: png });
    }
  });

  it('arrives once, whatever answer was lost on the way, and keeps its bytes', async () => {
    const running = await service();
    const { core, proxy } = await deviceBehindLink(running);
    await core.signIn('ana@example.com', 'onethread-ana');
    await core.until(live);
    const lost = [
      proxy.impose('desk', {
        ...http,
        kind: 'dropResponse',
        match: { path: '/images', nth: 1, toxicity: 1 },
      }),
      proxy.impose('desk', { ...http, kind: 'dropResponse', match: { path: '/files', nth: 1, toxicity: 1 } }),
    ];
    await sendFile(core, 'parcel.png', png);
    await sendFile(core, 'notes.txt', Buffer.from('what is in it'));
    await core.until(({ waiting }) => waiting === 0);
    expect(lost.map(({ hits }) => hits)).toEqual([1, 1]);
    const fresh = await device(running);
    await fresh.signIn('ana@example.com', 'onethread-ana');
    expect(fresh.view.thread.messages.map(({ content }) => content.kind)).toEqual(['image', 'file']);
    const [picture] = fresh.view.thread.messages;
    expect((await shown(fresh, picture?.key ?? '')).bytes).toEqual(png);
  });

  it('says how far it is, can be broken off half-way, lets texts by, and goes on after the app has ended', async () => {
    const running = await service();
    const { core, proxy, views } = await deviceBehindLink(running);
    await core.signIn('ana@example.com', 'onethread-ana');
    await core.until(live);
    const slow = { layer: 'bytes', stream: 'upstream', toxicity: 1, kind: 'bandwidth', rate: 1_500 } as const;
    const narrow = proxy.impose('desk', slow);
    const unwanted = await sendFile(core, 'unwanted.bin', new Uint8Array(24_000_000));
    await core.until(({ uploads }) => (uploads[0]?.sent ?? 0) > 500_000);
    await core.write('meanwhile');
    await core.until(({ thread }) =>
      thread.messages.some(({ content, status }) => content.text === 'meanwhile' && status === 'sent'),
    );
    const discarded = await core.messenger.handlers.discardMessage({
      epoch: core.view.session.epoch,
      key: unwanted,
    });
    expect(discarded.ok).toBe(true);
    await core.until(({ uploads, waiting }) => uploads.length === 0 && waiting === 0);
    const steps = views.flatMap(({ uploads }) => uploads.map(({ sent }) => sent));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));

    await sendFile(core, 'wanted.bin', new Uint8Array(24_000_000));
    await core.until(({ uploads }) => (uploads[0]?.sent ?? 0) > 500_000);
    await core.quit();
    narrow.lift();
    await core.start();
    await core.until(({ waiting, link }) => waiting === 0 && link.kind === 'live');
    const fresh = await device(running);
    await fresh.signIn('ana@example.com', 'onethread-ana');
    const said = fresh.view.thread.messages.map(({ content }) =>
      content.kind === 'file' ? (content.mediaUrl?.split('/').at(-1) ?? '') : content.text,
    );
    expect(said).toEqual(['meanwhile', 'wanted.bin']);
  });

  it('that the service does not take says why, and does not stand in the way of the next one', async () => {
    const running = await service('--upload-quota-mb', '1');
    const desk = await device(running);
    await desk.signIn('ana@example.com', 'onethread-ana');
    const large = await sendFile(desk, 'large.bin', new Uint8Array(2 * 1024 * 1024));
    await sendFile(desk, 'small.bin', new Uint8Array(10));
    await desk.until(({ thread }) => thread.messages.some(({ status }) => status === 'sent'));
    const refused = desk.view.thread.messages.find(({ key }) => key === large);
    expect(refused).toMatchObject({ status: 'failed', refusal: { code: 'payload_too_large' } });
  });

  it('that is larger than the service takes is refused before it is sent', async () => {
    const desk = await device(await service());
    await desk.signIn('ana@example.com', 'onethread-ana');
    await desk.until(live);
    const limit = 25 * 1024 * 1024;
    await expect(sendFile(desk, 'large.bin', new Uint8Array(limit + 1))).rejects.toThrow(
      `not accepted: {"kind":"tooLarge","limit":${limit}}`,
    );
    expect(desk.view.thread.messages).toEqual([]);
  });
});
