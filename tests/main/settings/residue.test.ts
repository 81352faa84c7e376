import { expect, it } from 'vitest';
import { plant } from '../../canary/encodings.ts';
import { Search } from '../../canary/search.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

it('R-13 the settings hold nothing that a person wrote or is called, at any moment of a life', async () => {
  const [userId, name, message, draft, unsent] = ['userId', 'name', 'message', 'draft', 'unsent'].map(plant);
  if (!userId || !name || !message || !draft || !unsent) throw new Error('not planted');
  const world = new ServiceWorld();
  const device = await Device.started(world);
  const save = device.settingsFile.save.bind(device.settingsFile);
  const saved: string[] = [];
  device.settingsFile.save = (raw) => {
    saved.push(JSON.stringify(raw));
    return save(raw);
  };

  await device.login(userId.text, world.jwt(userId.text));
  await device.handlers.updateUser({ epoch: device.view.session.epoch, profile: { givenName: name.text } });
  await device.write(message.text);
  await device.handlers.saveDraft({ epoch: device.view.session.epoch, text: draft.text });
  await device.quitAndStart();
  device.net.goOffline();
  await device.write(unsent.text);
  await device.login('bo', world.jwt('bo'));
  device.net.goOnline();
  await device.login('bo', world.jwt('bo'));
  await device.clock.advance(60_000);
  await device.logout();

  const search = new Search([userId, name, message, draft, unsent]);
  saved.forEach((text, at) => search.look(Buffer.from(text), `save ${at}`));
  expect(search.hits).toEqual([]);
  expect(saved.length).toBeGreaterThan(3);
  expect(new Set(saved.flatMap((text) => Object.keys(JSON.parse(text) as object)))).toEqual(
    new Set([
      ...['service', 'accounts', 'active', 'erasing', 'passing', 'shut', 'notes', 'business'],
      ...['appearance', 'windowBounds', 'machine', 'writing', 'notifications', 'desktop'],
    ]),
  );
});
