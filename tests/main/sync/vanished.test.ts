import { describe, expect, it } from 'vitest';
import { EpochMs } from '../../../contract/ids.ts';
import type { Message } from '../../../contract/model.ts';
import type { View } from '../../../contract/view.ts';
import { ServiceWorld, type WorldUser } from '../../fakes/service.ts';
import { Device } from '../device.ts';

const pageSize = 10;

/** A thread of messages 0 … count - 1, all stored on this device. */
async function thread(
  count: number,
  arrange: (messages: readonly Message[]) => readonly Message[] = (messages) => messages,
): Promise<{ world: ServiceWorld; desk: Device; ana: WorldUser }> {
  const world = new ServiceWorld({ pageSize });
  const ana = world.create('ana' as never);
  for (let n = 0; n < count; n += 1) world.say(ana, String(n));
  ana.messages = [...arrange(ana.messages)];
  const desk = await Device.started(world);
  await desk.login('ana', world.jwt('ana'));
  await showEverything(desk);
  expect(desk.texts).toHaveLength(count);
  return { world, desk, ana };
}

async function showEverything(device: Device): Promise<void> {
  for (let tries = 0; tries < 50 && device.view.thread.older !== 'beginning'; tries += 1) {
    await device.handlers.showOlder({ epoch: device.view.session.epoch });
    await device.settle();
  }
}

async function heal(device: Device): Promise<void> {
  device.net.goOnline();
  await device.clock.advance(120_000);
  await device.settle();
}

const says = (...texts: readonly number[]) => {
  const wanted = new Set(texts.map(String));
  return ({ content }: Message): boolean => wanted.has(content.text);
};

const shows = ({ thread: shown }: View, text: string): boolean =>
  shown.messages.some(({ content }) => content.text === text);

const textsOf = ({ messages }: WorldUser): readonly string[] => messages.map(({ content }) => content.text);

describe('A message deleted at the service', () => {
  it.each([
    ['in the middle', [14]],
    ['the newest ones', [18, 19]],
    ['at the edge of a page', [9, 10, 11]],
    ['all of the newest page', Array.from({ length: 10 }, (_, n) => n + 10)],
  ])('while this device was offline is gone here too: %s', async (_name, which) => {
    const { world, desk, ana } = await thread(20);
    desk.net.goOffline();
    world.remove(ana, says(...which));
    const after = world.say(ana, 'new');
    await heal(desk);

    // What lies further up than the page that was fetched is not looked at.
    const newest = textsOf(ana).slice(-pageSize);
    expect(desk.texts.slice(-pageSize)).toEqual(newest);
    expect(desk.view.thread.messages.at(-1)?.id).toBe(after.id);
  });

  it('D-14 is gone after a restart as well, and what was in step stays so', async () => {
    const { world, desk, ana } = await thread(5);
    desk.net.goOffline();
    world.remove(ana, says(4));
    await desk.killAndStart();
    await heal(desk);
    await desk.killAndStart();

    expect(desk.texts).toEqual(['0', '1', '2', '3']);
    const steps = desk.histories.commits.flatMap(({ facts }) => facts?.syncedTo ?? []);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  it('goes at once when the service tells to read again', async () => {
    const { world, desk, ana } = await thread(12);
    world.remove(ana, says(7));
    world.publish(ana, { kind: 'reload' });
    await desk.settle();

    expect(desk.texts).toEqual(textsOf(ana));
  });

  it('goes at once where the service tells of it, however far up, and does not come back', async () => {
    const { world, desk, ana } = await thread(30);
    const pages = (): number => desk.net.calls.filter((call) => call === 'page').length;
    const before = pages();
    desk.histories.hold();
    for (const n of [30, 31]) world.say(ana, String(n));
    world.remove(ana, says(3, 29, 31), true);
    desk.histories.release();
    await desk.settle();

    expect(desk.texts).toEqual(textsOf(ana));
    expect(desk.texts).toHaveLength(29);
    expect(pages()).toBe(before);
  });

  it('goes with all others if the conversation was emptied; what is not sent yet stays, and follows', async () => {
    const { world, desk, ana } = await thread(30);
    desk.net.goOffline();
    await desk.write('mine');
    world.remove(ana, () => true);
    const accept = desk.net.holdNext('send', 'request');
    desk.net.goOnline();
    await desk.clock.advance(120_000);
    await accept.arrived;
    await desk.settle();
    expect(desk.texts).toEqual(['mine']);
    accept.release();
    await heal(desk);

    expect(desk.texts).toEqual(['mine']);
    expect(textsOf(ana)).toEqual(['mine']);
  });

  it('takes nothing along that shares its instant with the edge of a page', async () => {
    // 9 and 10 share an instant, and the newest page begins between them.
    const { world, desk, ana } = await thread(20, (messages) =>
      messages.map((message) =>
        says(9)(message) ? { ...message, received: messages[10]?.received ?? null } : message,
      ),
    );
    desk.net.goOffline();
    world.remove(ana, says(17));
    world.say(ana, 'new');
    await heal(desk);

    expect(desk.texts).toEqual(expect.arrayContaining(['9', '10', 'new']));
    expect(desk.texts).not.toContain('17');
  });

  it('is gone further up where the pages fetched reach as far', async () => {
    const { world, desk, ana } = await thread(20);
    desk.net.goOffline();
    world.remove(ana, says(18));
    for (let n = 20; n < 45; n += 1) world.say(ana, String(n));
    await heal(desk);
    await showEverything(desk);

    expect(desk.texts).toEqual(textsOf(ana));
  });
});

describe('A message that is still there', () => {
  it('stays although one answer does not hold it: an old one may have been kept somewhere', async () => {
    const { world, desk, ana } = await thread(5);
    desk.net.goOffline();
    const all = ana.messages;
    world.remove(ana, says(4));
    const page = desk.net.holdNext('page', 'answer');
    desk.net.goOnline();
    await desk.clock.advance(120_000);
    await page.arrived;
    ana.messages = all;
    page.release();
    await heal(desk);

    expect(desk.texts).toEqual(['0', '1', '2', '3', '4']);
  });

  it('stays if something on the page could not be read: it may be that', async () => {
    const { world, desk, ana } = await thread(5);
    desk.net.goOffline();
    world.remove(ana, says(2));
    desk.net.leavesOut = 1;
    await heal(desk);
    expect(desk.texts).toEqual(['0', '1', '2', '3', '4']);

    desk.net.leavesOut = 0;
    desk.net.dropFeed();
    await heal(desk);
    expect(desk.texts).toEqual(['0', '1', '3', '4']);
  });

  it('stays if the page was made before it was received, however often that page is served', async () => {
    const { world, desk, ana } = await thread(5);
    desk.net.goOffline();
    const [third] = ana.messages.filter(says(3));
    if (third === undefined || third.received === null) throw new Error('there is no such message');
    world.remove(ana, says(3, 4));
    desk.net.pagesMadeAt = EpochMs.parse(third.received - 1);
    await heal(desk);
    expect(desk.texts).toEqual(['0', '1', '2', '3', '4']);

    desk.net.pagesMadeAt = third.received;
    desk.net.dropFeed();
    await heal(desk);
    expect(desk.texts).toEqual(['0', '1', '2', '4']);
    desk.net.pagesMadeAt = null;
    world.remove(ana, says(0));
    desk.net.dropFeed();
    await heal(desk);
    expect(desk.texts).toEqual(['0', '1', '2', '4']);
  });

  it('is gone some seconds later if the page was made in the same second in which it was received', async () => {
    const { world, desk, ana } = await thread(5);
    desk.net.goOffline();
    const [last] = ana.messages.filter(says(4));
    if (last === undefined || last.received === null) throw new Error('there is no such message');
    world.remove(ana, says(4));
    desk.net.pagesMadeAt = EpochMs.parse(last.received - 1);
    desk.net.goOnline();
    await desk.clock.advance(60_000);
    desk.net.dropFeed();
    await desk.clock.advance(2_000);
    await desk.settle();
    expect(desk.view.link.kind).toBe('live');
    expect(desk.texts).toEqual(['0', '1', '2', '3', '4']);

    desk.net.pagesMadeAt = EpochMs.parse(last.received + 999);
    await desk.clock.advance(4_000);
    await desk.settle();
    expect(desk.texts).toEqual(['0', '1', '2', '3']);
  });

  it('stays if it was accepted while the page was on its way', async () => {
    const { world, desk, ana } = await thread(5);
    const page = desk.net.holdNext('page', 'answer');
    world.publish(ana, { kind: 'reload' });
    await page.arrived;
    await desk.write('meanwhile');
    world.remove(ana, says(0));
    page.release();
    await desk.settle();

    expect(desk.texts).toContain('meanwhile');
    const since = desk.views.findIndex((view) => shows(view, 'meanwhile'));
    expect(desk.views.slice(since).every((view) => shows(view, 'meanwhile'))).toBe(true);
  });

  it('stays if the service knows of no conversation', async () => {
    const { world, desk, ana } = await thread(5);
    desk.net.goOffline();
    const { conversationId } = ana;
    ana.conversationId = null;
    world.remove(ana, () => true);
    await heal(desk);
    expect(desk.texts).toHaveLength(5);
    ana.conversationId = conversationId;
  });
});
