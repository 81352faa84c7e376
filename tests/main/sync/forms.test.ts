import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../contract/failure.ts';
import { MessageId } from '../../../contract/ids.ts';
import type { FormAnswer } from '../../../contract/forms.ts';
import { formKey } from '../../../main/sync/form-key.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

const form = MessageId.parse('5f0c1a2b3c4d5e6f70819203');
const answers: readonly FormAnswer[] = [
  { type: 'text', name: 'who', label: 'Your name', text: 'Ana' },
  { type: 'select', name: 'when', label: 'When', select: [{ name: 'am', label: 'In the morning' }] },
];

async function answer(device: Device): Promise<Failure | null> {
  const { epoch } = device.view.session;
  const answered = await device.handlers.sendForm({ epoch, form, answers });
  await device.settle();
  return answered.ok ? null : answered.failure;
}

const given = (world: ServiceWorld) =>
  world.users.flatMap(({ messages }) => messages.filter(({ content }) => content.kind === 'formResponse'));

async function heal(device: Device): Promise<void> {
  device.net.goOnline();
  await device.clock.advance(120_000);
  await device.settle();
}

describe('The answer to a form', () => {
  it('is on the disk first and reaches the service once, with what it answers, also after a crash', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('0');
    device.net.goOffline();
    expect(await answer(device)).toBeNull();
    expect(device.texts.at(-1)).toBe('Your name: Ana\nWhen: In the morning');
    await device.killAndStart();
    await heal(device);

    expect(given(world)).toMatchObject([{ content: { answers }, quote: { id: form } }]);
    expect(device.view.thread.messages.at(-1)).toMatchObject({ status: 'sent', content: { answers } });
  });

  it.each([true, false])(
    'is there once although what the service said was lost (idempotent: %s)',
    async (idempotentSend) => {
      const world = new ServiceWorld({ idempotentSend });
      const device = await Device.started(world);
      await device.write('0');
      device.net.missesEvents = true;
      device.net.loseNextAnswer('send');
      await answer(device);
      await heal(device);
      expect(given(world)).toHaveLength(1);
    },
  );

  it('is not taken a second time, and says so', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('0');
    await answer(device);
    expect(await answer(device)).toEqual({ kind: 'alreadySent' });
    expect(given(world)).toHaveLength(1);
  });

  it('leaves the draft where it is, and waits for no time to undo', async () => {
    const world = new ServiceWorld();
    const device = await Device.started(world);
    await device.write('0');
    await device.handlers.setWriting({ undoSeconds: 10, enterSends: true, spelling: true });
    await device.handlers.saveDraft({ epoch: device.view.session.epoch, text: 'half a thought' });
    await answer(device);
    expect(device.view.draft).toBe('half a thought');
    expect(given(world)).toHaveLength(1);
  });

  it('goes by a name that is the same on every device, and another one for every form', () => {
    const id = fc.string({ minLength: 1, maxLength: 64 }).map((text) => MessageId.parse(text));
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 2, maxLength: 40 }), (forms) => {
        expect(new Set(forms.map(formKey)).size).toBe(forms.length);
        expect(forms.map(formKey)).toEqual(forms.map(formKey));
      }),
    );
  });
});
