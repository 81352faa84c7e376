import { afterEach, describe, expect, it } from 'vitest';
import { ClientMessageId } from '../../contract/ids.ts';
import { nodeRandom } from '../../main/adapters/random-node.ts';
import { png } from '../server/picture.ts';
import { type RunningService, startService } from '../server/running-service.ts';
import { CoreDevice } from './core-device.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function service(): Promise<RunningService> {
  const running = await startService({ autoReply: false });
  stops.push(() => running.stop());
  return running;
}

async function device(running: RunningService): Promise<CoreDevice> {
  const core = await CoreDevice.started(running.ready);
  stops.push(() => core.dispose());
  return core;
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
  if (!answer.ok) throw new Error(`not accepted: ${answer.failure.kind}`);
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
});
