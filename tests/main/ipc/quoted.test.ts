import { describe, expect, it } from 'vitest';
import { MessageId } from '../../../contract/ids.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device, asUserId } from '../device.ts';

describe('A message of which only the id is known', () => {
  it('is looked at where it is stored, far out of sight or not; what is not stored is nowhere', async () => {
    const world = new ServiceWorld();
    const user = world.create(asUserId('ana'));
    for (let n = 0; n < 300; n += 1) world.say(user, `message ${n}`);
    const device = await Device.started(world);
    await device.login('ana');
    const { epoch } = device.view.session;
    await device.handlers.showOlder({ epoch });
    await device.settle();
    const [first] = device.view.thread.messages;
    await device.handlers.showLatest({ epoch });

    const shown = await device.handlers.showMessage({ epoch, at: MessageId.parse(first?.id) });
    expect(shown).toEqual({ ok: true, value: { key: first?.key } });
    expect(device.view.thread.messages.some(({ key }) => key === first?.key)).toBe(true);
    const nowhere = await device.handlers.showMessage({
      epoch,
      at: MessageId.parse('ffffffffffffffffffffffff'),
    });
    expect(nowhere).toEqual({ ok: true, value: { key: null } });
  });
});
