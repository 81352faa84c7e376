import { describe, expect, it } from 'vitest';
import { type Canary, plant } from '../../canary/encodings.ts';
import { Search } from '../../canary/search.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

/** Somebody who has written, been answered, and left a draft. */
async function lived() {
  const [userId, name, message, answer, draft] = ['userId', 'name', 'message', 'answer', 'draft'].map(plant);
  if (!userId || !name || !message || !answer || !draft) throw new Error('not planted');
  const world = new ServiceWorld();
  const device = await Device.started(world);
  await device.login(userId.text, world.jwt(userId.text));
  await device.write(message.text);
  world.say(world.user(userId.text), answer.text);
  await device.settle();
  const { epoch } = device.view.session;
  await device.handlers.saveDraft({ epoch, text: draft.text });
  await device.settle();
  const words = [message, answer, draft];
  return { device, world, words, all: [userId, ...words] };
}

/** What of `canaries` the pages were told that came after the first renewal. */
function toldSince(device: Device, canaries: readonly Canary[]): string[] {
  const [first] = device.renewals;
  if (first === undefined) throw new Error('the page was not made anew');
  const search = new Search(canaries);
  device.views.slice(first).forEach((view, at) => search.look(Buffer.from(JSON.stringify(view)), `${at}`));
  return [...new Set(search.hits.map(({ kind }) => kind))];
}

describe('The page that comes next', () => {
  it('A-03 is told nothing of who was here, not even who it was, after a sign-out', async () => {
    const { device, all } = await lived();
    device.renewals.splice(0);
    await device.logout();
    expect(toldSince(device, all)).toEqual([]);
  });

  it('A-03 is told no word of who was here after a switch', async () => {
    const { device, world, words } = await lived();
    device.renewals.splice(0);
    await device.login('bo', world.jwt('bo'));
    expect(toldSince(device, words)).toEqual([]);
  });

  it('A-03 is told no word of who is behind a lock', async () => {
    const { device, words } = await lived();
    const { epoch } = device.view.session;
    await device.handlers.setPasscode({ epoch, passcode: '2468' });
    device.renewals.splice(0);
    await device.handlers.lock(undefined);
    await device.settle();
    expect(toldSince(device, words)).toEqual([]);
  });
});
