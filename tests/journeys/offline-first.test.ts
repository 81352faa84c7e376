import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { business, say } from '../server/device.ts';
import { type RunningService, startService } from '../server/running-service.ts';
import { CoreDevice } from './core-device.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function service(dataDir: string): Promise<RunningService> {
  const running = await startService({ autoReply: false, dataDir });
  stops.push(() => running.stop());
  return running;
}

async function anasDevice(running: RunningService): Promise<CoreDevice> {
  const core = await CoreDevice.started(running.ready);
  stops.push(() => core.dispose());
  await core.signIn('ana@example.com', 'onethread-ana');
  await core.until(isLive);
  return core;
}

const isLive = ({ link, waiting }: CoreDevice['view']): boolean => link.kind === 'live' && waiting === 0;
const texts = ({ thread }: CoreDevice['view']): string =>
  thread.messages.map(({ content }) => content.text).join();

describe('One device and the real service', () => {
  it('agree on what was deleted, seen and read, while it is here and after it was away', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'onethread-service-'));
    stops.push(async () => rmSync(dataDir, { recursive: true, force: true }));
    const running = await service(dataDir);
    const desk = await anasDevice(running);
    for (const text of ['one', 'two', 'three']) await desk.write(text);
    const { thread } = await desk.until((view) => isLive(view) && texts(view) === 'one,two,three');
    const conversation = `/conversations/${thread.conversationId ?? ''}`;
    const [one, two] = thread.messages;

    // While it is here.
    await business(running.ready, 'DELETE', `${conversation}/messages/${two?.id ?? ''}`);
    await desk.until((view) => texts(view) === 'one,three');
    const read = { author: { type: 'business' }, type: 'conversation:read' };
    await business(running.ready, 'POST', `${conversation}/activity`, read);
    await desk.until((view) => view.thread.messages.every(({ status }) => status === 'seen'));

    // While it is away.
    await desk.quit();
    await business(running.ready, 'DELETE', `${conversation}/messages/${one?.id ?? ''}`);
    await say(running.ready, thread.conversationId ?? '', 'four');
    await desk.start();
    const back = await desk.until((view) => isLive(view) && texts(view) === 'three,four');
    expect(back.unreadCount).toBe(1);

    // What is read without the service is read on the other devices once it is back.
    await running.stop();
    await desk.until(({ link }) => link.kind === 'offline');
    await desk.messenger.handlers.markAllAsRead({ epoch: desk.view.session.epoch });
    await desk.quit();
    const again = await service(dataDir);
    await desk.start();
    await desk.until(isLive);
    expect(desk.view.unreadCount).toBe(0);
    const laptop = await anasDevice(again);
    await laptop.until(({ unreadCount }) => unreadCount === 0);
    expect(laptop.texts).toEqual(['three', 'four']);
  }, 120_000);
});
