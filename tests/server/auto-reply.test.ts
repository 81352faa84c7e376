import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WireMessage } from '../../contract/sdk-api.ts';
import { Device, newUserId, type Feed } from './device.ts';
import { startService, type RunningService } from './running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await startService({ autoReply: true, args: ['--reply-delay', '80'] });
});
afterAll(() => service.stop());

async function visitor(): Promise<{ device: Device; feed: Feed }> {
  const device = new Device(service.ready);
  await device.create();
  return { device, feed: await device.listen() };
}

/** The business's messages so far. */
function said(feed: Feed): WireMessage[] {
  return feed.events
    .filter(({ type }) => type === 'message')
    .map(({ message }) => WireMessage.parse(message))
    .filter(({ role }) => role === 'appMaker');
}

async function nth(feed: Feed, count: number): Promise<WireMessage> {
  await feed.find(() => said(feed).length >= count);
  const message = said(feed)[count - 1];
  if (!message) throw new Error('no answer');
  return message;
}

describe('The demo business', () => {
  it('types, then greets with chips, then stops typing', async () => {
    const { device, feed } = await visitor();
    await device.send('hi');
    const greeting = await nth(feed, 1);
    expect(greeting).toMatchObject({ name: 'Mira · Demo Shop', source: { type: 'api' } });
    expect(greeting.actions?.map(({ type }) => type)).toEqual(['reply', 'reply', 'reply']);
    await feed.find((event) => JSON.stringify(event).includes('typing:stop'));
    const kinds = feed.events.map(({ type, activity }) =>
      type === 'activity' ? JSON.stringify(activity) : type,
    );
    expect(kinds.map((kind) => /typing:\w+/.exec(kind)?.[0] ?? kind)).toEqual([
      ...['message', 'typing:start', 'message', 'typing:stop'],
    ]);
    feed.close();
  });

  it('answers what is asked, a chip by its payload', async () => {
    const { device, feed } = await visitor();
    await device.send('hi');
    const chips = (await nth(feed, 1)).actions ?? [];
    for (const [index, chip] of chips.entries()) {
      await device.post({ text: chip.text, payload: chip.payload });
      await nth(feed, index + 2);
    }
    const [, hours, parcel, catalogue] = said(feed);
    expect(hours?.text).toMatch(/Monday/);
    expect(parcel?.actions?.map(({ type }) => type)).toEqual(['link', 'postback']);
    expect(catalogue).toMatchObject({ type: 'carousel', text: expect.stringContaining('1. Field notebook') });
    const postback = { actionId: parcel?.actions?.[1]?._id };
    expect((await device.request('POST', `${device.own}/postback`, { postback })).status).toBe(200);
    expect((await nth(feed, 5)).text).toMatch(/^Done/);
    feed.close();
  });

  it('answers a burst once', async () => {
    const { device, feed } = await visitor();
    await Promise.all(['one', 'two', 'three'].map((text) => device.send(text)));
    await nth(feed, 1);
    await device.send('thank you');
    expect((await nth(feed, 2)).text).toMatch(/welcome/);
    feed.close();
  });

  it('finds the person again who has logged in meanwhile', async () => {
    const userId = newUserId();
    const known = new Device(service.ready);
    await known.login(userId);
    await known.request('POST', `${known.own}/conversation`);
    const listener = await known.listen();
    const { device, feed } = await visitor();
    await device.send('hi');
    await device.login(userId);
    expect((await nth(listener, 1)).role).toBe('appMaker');
    for (const each of [feed, listener]) each.close();
  });
});
