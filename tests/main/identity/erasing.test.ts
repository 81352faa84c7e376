import { describe, expect, it } from 'vitest';
import type { AccountId } from '../../../contract/ids.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { Device } from '../device.ts';

async function signedIn(userId = 'ana') {
  const world = new ServiceWorld();
  const device = await Device.started(world);
  await device.login(userId, world.jwt(userId));
  await device.write(`secret of ${userId}`);
  return { world, device, account: device.accountOf(userId) };
}

describe('An erasure', () => {
  it('R-09 goes key first, then the files, then every place on the list, and its mark goes last', async () => {
    const { device, account } = await signedIn();
    const order: string[] = [];
    const isMarked = (): boolean =>
      JSON.stringify((device.settingsFile.raw as { erasing: unknown }).erasing).includes(account);
    const note = (what: string): number => order.push(`${what}${isMarked() ? '' : ' without a mark'}`);
    const { erase: eraseKey } = device.vault;
    device.vault.erase = (id: AccountId) => {
      if (id === account) note('key');
      return eraseKey.call(device.vault, id);
    };
    const { erase: eraseFiles } = device.histories;
    device.histories.erase = (id: AccountId) => {
      note('history');
      return eraseFiles.call(device.histories, id);
    };
    for (const sink of device.sinks) {
      const { erase } = sink;
      sink.erase = (id: AccountId) => {
        note(sink.place);
        return erase.call(sink, id);
      };
    }
    const report = await device.logout();

    expect(order).toEqual(['key', 'history', 'page', 'clipboard']);
    expect(isMarked()).toBe(false);
    expect(report.places.map(({ place }) => place)).toEqual(['key', 'history', 'page', 'clipboard']);
    expect(report).toMatchObject({ files: 4, remaining: 0, keyRemoved: true, at: device.clock.now() });
    expect(device.sinks.map(({ erasures }) => erasures)).toEqual([[account], [account]]);
  });

  it('R-09 that left something behind says where, keeps its mark, and is tried again at the next start', async () => {
    const { device, account } = await signedIn();
    const [page, clipboard] = device.sinks;
    if (page === undefined || clipboard === undefined) throw new Error('two places are on the list');
    page.remaining = 3;
    const report = await device.logout();

    expect(report).toMatchObject({ remaining: 3, keyRemoved: true });
    expect(report.places.find(({ place }) => place === 'page')).toMatchObject({ remaining: 3 });
    expect(clipboard.erasures).toEqual([account]);
    page.remaining = 0;
    await device.killAndStart();
    expect(page.erasures).toEqual([account, account]);
    await device.killAndStart();
    expect(page.erasures).toHaveLength(2);
  });

  it('A-02 begins when the page that drew them is gone', async () => {
    const { device } = await signedIn();
    let renewedBefore = 0;
    const [page] = device.sinks;
    if (page === undefined) throw new Error('a place is on the list');
    const { erase } = page;
    page.erase = (id: AccountId) => {
      renewedBefore = device.renewals.length;
      return erase.call(page, id);
    };
    await device.logout();
    expect(renewedBefore).toBe(1);
    expect(device.renewals).toHaveLength(1);
  });
});

describe('What an erasure came to', () => {
  it('stays on the screen until it is put away', async () => {
    const { device } = await signedIn();
    const report = await device.logout();
    expect(device.view.erased).toMatchObject({ ...report, serviceTold: device.view.erased?.serviceTold });
    await device.write('as nobody');
    expect(device.view.erased).not.toBeNull();
    await device.handlers.dismissEraseReport(undefined);
    expect(device.view.erased).toBeNull();
  });

  it('goes with the next sign-in: it was for somebody else', async () => {
    const { world, device } = await signedIn();
    await device.logout();
    await device.login('bo', world.jwt('bo'));
    expect(device.view.erased).toBeNull();
  });

  it('can be kept in a file, and holds no content', async () => {
    const { device } = await signedIn();
    await device.logout();
    await device.handlers.saveEraseReport(undefined);
    const [file] = device.savedFiles;
    expect(file?.suggested).not.toContain('ana');
    expect(JSON.parse(file?.text ?? '')).toEqual(device.view.erased);
    expect(file?.text).not.toContain('secret of ana');
  });
});

describe('Forgetting somebody who is not here', () => {
  it('erases them, and nothing of whoever is here', async () => {
    const { world, device, account } = await signedIn();
    await device.login('bo', world.jwt('bo'));
    await device.write('of bo');
    const { epoch } = device.view.session;
    const answer = await device.handlers.forgetAccount({ account });
    await device.settle();

    expect(answer).toMatchObject({ ok: true, value: { remaining: 0, keyRemoved: true } });
    expect(device.view.accounts.map(({ userId }) => userId)).toEqual(['bo']);
    expect(device.view.session).toMatchObject({ userId: 'bo', epoch });
    expect(device.texts).toEqual(['of bo']);
    expect([...device.histories.disk.keys()]).not.toContain(account);
    expect(world.user('ana').clients.size).toBe(0);
    await device.login('ana', world.jwt('ana'));
    expect(device.texts).toEqual(['secret of ana']);
  });

  it('is not for whoever is here or locked, nor for nobody', async () => {
    const { device, account } = await signedIn();
    const forbidden = { ok: false, failure: { kind: 'forbidden' } };
    expect(await device.handlers.forgetAccount({ account })).toEqual(forbidden);
    await device.lock();
    expect(await device.handlers.forgetAccount({ account })).toEqual(forbidden);
    expect(device.vault.items.has(account)).toBe(true);
    expect(await device.handlers.forgetAccount({ account: 'f'.repeat(32) as AccountId })).toMatchObject({
      ok: false,
    });
  });
});
