import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningService, startService } from '../server/running-service.ts';
import { CoreDevice } from './core-device.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function service(dataDir?: string): Promise<RunningService> {
  const running = await startService({ autoReply: false, ...(dataDir === undefined ? {} : { dataDir }) });
  stops.push(() => running.stop());
  return running;
}

async function device(running: RunningService): Promise<CoreDevice> {
  const core = await CoreDevice.started(running.ready);
  stops.push(() => core.dispose());
  return core;
}

const live = ({ link }: CoreDevice['view']): boolean => link.kind === 'live';
const ids = (core: CoreDevice): readonly (string | null)[] => core.view.thread.messages.map(({ id }) => id);

describe('Two devices of one person, through every room and the real service', () => {
  it('show each message of either once, same ids, same order; a third gets the history at login', async () => {
    const running = await service();
    const desk = await device(running);
    await desk.signIn('ana@example.com', 'onethread-ana');
    await desk.write('from the desk');
    await desk.until(live);
    const laptop = await device(running);
    await laptop.signIn('ana@example.com', 'onethread-ana');
    await laptop.until(live);
    await laptop.write('from the laptop');
    await desk.untilText('from the laptop');
    await desk.write('and back');
    await laptop.until(({ thread }) => thread.messages.length === 3);
    await desk.until(({ waiting }) => waiting === 0);

    expect(laptop.texts).toEqual(['from the desk', 'from the laptop', 'and back']);
    expect(desk.texts).toEqual(laptop.texts);
    expect(ids(desk)).toEqual(ids(laptop));

    const fresh = await device(running);
    await fresh.signIn('ana@example.com', 'onethread-ana');
    expect(fresh.texts).toEqual(desk.texts);
    expect(ids(fresh)).toEqual(ids(desk));
  });

  it('read offline after a restart, create nobody, and catch up when the service is back', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'onethread-service-'));
    stops.push(async () => rmSync(dataDir, { recursive: true }));
    const running = await service(dataDir);
    const desk = await device(running);
    await desk.signIn('ana@example.com', 'onethread-ana');
    await desk.write('before');
    await desk.until(({ waiting, link }) => waiting === 0 && link.kind === 'live');
    await desk.quit();
    await running.stop();
    await desk.start();
    expect(desk.texts).toEqual(['before']);
    await desk.until(({ link }) => link.kind === 'offline');
    await desk.write('in the train');

    const again = await service(dataDir);
    await desk.until(({ waiting, link }) => waiting === 0 && link.kind === 'live');
    expect(desk.texts).toEqual(['before', 'in the train']);
    const laptop = await device(again);
    await laptop.signIn('ana@example.com', 'onethread-ana');
    expect(laptop.texts).toEqual(['before', 'in the train']);
  });

  it('merge an anonymous conversation into the thread of the userId, on both devices', async () => {
    const running = await service();
    const desk = await device(running);
    await desk.signIn('ana@example.com', 'onethread-ana');
    await desk.write('from the desk');
    await desk.until(live);
    const laptop = await device(running);
    await laptop.write('as a stranger');
    await laptop.until(({ waiting }) => waiting === 0);
    await laptop.signIn('ana@example.com', 'onethread-ana');
    await desk.untilText('as a stranger');
    await laptop.until(live);

    expect([...laptop.texts].sort()).toEqual(['as a stranger', 'from the desk']);
    expect(desk.texts).toEqual(laptop.texts);
    expect(ids(desk)).toEqual(ids(laptop));
  });
});
