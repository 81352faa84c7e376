import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ok } from '../../contract/failure.ts';
import { signInOnPage } from '../server/device.ts';
import { startService, type RunningService } from '../server/running-service.ts';
import { CoreDevice } from './core-device.ts';

const ana = { userId: 'ana@example.com', password: 'onethread-ana' };
const bo = { userId: 'bo@example.com', password: 'onethread-bo' };

let service: RunningService;
const devices: CoreDevice[] = [];
beforeAll(async () => {
  service = await startService();
});
afterEach(async () => {
  for (const device of devices.splice(0)) await device.dispose();
});
afterAll(() => service.stop());

/** A device, and the pages it has had shown in the browser. */
async function desk(): Promise<{ readonly device: CoreDevice; readonly pages: string[] }> {
  const pages: string[] = [];
  const device = await CoreDevice.started(service.ready, {
    world: (world) => ({
      ...world,
      openPage: async (url) => {
        pages.push(url);
        return ok();
      },
    }),
  });
  devices.push(device);
  return { device, pages };
}

/** Begins in the app, signs in in the browser. @returns the link that comes back */
async function linkFor(
  who: typeof ana,
  { device, pages }: Awaited<ReturnType<typeof desk>>,
): Promise<string> {
  const begun = await device.messenger.handlers.beginBrowserSignIn({ remember: true });
  if (!begun.ok) throw new Error(`not begun: ${begun.failure.kind}`);
  return signInOnPage(pages.at(-1) ?? '', who);
}

const identified = (userId: string) => ({ kind: 'identified', userId, verified: true });

describe('Sign-in on the business’s own page', () => {
  it('is offered, signs in, and what is written arrives', async () => {
    const here = await desk();
    await here.device.until(({ browserSignIn }) => browserSignIn);
    const entered = await here.device.messenger.acceptLink(await linkFor(ana, here));
    expect(entered).toMatchObject({ value: identified(ana.userId) });
    await here.device.write('signed in by the browser');
    await here.device.until(({ thread }) => thread.messages.at(-1)?.status === 'sent');
  });

  it('signs in also when its answer is what starts the app', async () => {
    const here = await desk();
    const link = await linkFor(bo, here);
    await here.device.quit();
    await here.device.start();
    expect(await here.device.messenger.acceptLink(link)).toMatchObject({ value: identified(bo.userId) });
    // And remembers the person, as was asked before the browser opened.
    await here.device.quit();
    await here.device.start();
    expect(here.device.view.session).toMatchObject(identified(bo.userId));
  });

  it('takes a link once, and only the one that this device waits for', async () => {
    const [here, elsewhere] = [await desk(), await desk()];
    const foreign = await linkFor(bo, elsewhere);
    const own = await linkFor(ana, here);
    const stale = { ok: false, failure: { kind: 'staleLink' } };
    expect(await here.device.messenger.acceptLink(foreign)).toEqual(stale);
    expect(here.device.view.notices).toContain('staleLink');
    expect((await here.device.messenger.acceptLink(own)).ok).toBe(true);
    expect(await here.device.messenger.acceptLink(own)).toEqual(stale);
    expect(here.device.view.session).toMatchObject(identified(ana.userId));
  });

  it('signs nobody in once the person who began it has left', async () => {
    const here = await desk();
    await here.device.write('a stranger');
    const link = await linkFor(ana, here);
    const left = await here.device.messenger.handlers.logout(undefined);
    expect(left.ok).toBe(true);
    expect(await here.device.messenger.acceptLink(link)).toMatchObject({ failure: { kind: 'staleLink' } });
    expect(here.device.view.session.kind).toBe('anonymous');
  });
});
