import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Device } from './harness/device.ts';
import { ana, bo } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

const Report = z.object({ found: z.int(), erased: z.int(), remaining: z.int() });
const reportIn = (stdout: string): z.infer<typeof Report> => Report.parse(JSON.parse(stdout));

/** Two people whom this device remembers. */
async function twoPeople(device: Device): Promise<void> {
  for (const person of [ana, bo]) {
    await device.signIn(person);
    await device.write(`I am ${person.userId}.`);
    await device.waitUntilSent(`I am ${person.userId}.`);
  }
}

function settingsOf(device: Device): Record<string, unknown> {
  return z.looseObject({}).parse(JSON.parse(readFileSync(join(device.userDataDir, 'settings.json'), 'utf8')));
}

for (const [how, without] of [
  ['', []],
  [', also where no helper process can be started', ['ONETHREAD_NODE']],
] as const) {
  test(`R-09 without a screen everybody is taken off a device${how}`, async ({ newDevice }) => {
    const device = await newDevice('desk');
    await twoPeople(device);
    await device.quit();
    expect(device.accounts()).toHaveLength(2);
    expect(device.keychainItems()).toHaveLength(2);

    const { code, stdout } = await device.eraseAll(without);
    expect(code).toBe(0);
    expect(reportIn(stdout)).toEqual({ found: 2, erased: 2, remaining: 0 });
    expect(device.accounts()).toEqual([]);
    expect(device.keychainItems()).toEqual([]);
    expect(settingsOf(device)).toMatchObject({
      accounts: [],
      active: {},
      erasing: [],
      passing: [],
      notes: [],
    });
    expect(stdout + readFileSync(join(device.userDataDir, 'settings.json'), 'utf8')).not.toContain(
      ana.userId,
    );

    const again = await device.eraseAll(without);
    expect([again.code, reportIn(again.stdout)]).toEqual([0, { found: 0, erased: 0, remaining: 0 }]);
    await device.open();
    await expect.poll(() => device.whoAmI()).toBe('You, Only on this device');
  });
}

test('R-09 a locked keychain is told: the files are gone at once, the key with the next start', async ({
  newDevice,
}) => {
  const device = await newDevice('desk');
  await device.signIn(ana);
  await device.write('I am Ana.');
  await device.waitUntilSent('I am Ana.');
  await device.quit();
  await device.keyring.lock();

  const { code, stdout } = await device.eraseAll();
  expect([code, reportIn(stdout)]).toEqual([74, { found: 1, erased: 0, remaining: 1 }]);
  expect(device.accounts()).toEqual([]);

  await device.keyring.unlock();
  expect(device.keychainItems()).toHaveLength(1);
  await device.open();
  await expect.poll(() => device.whoAmI()).toBe('You, Only on this device');
  // The one there now is the next person's.
  await expect.poll(() => device.keychainItems()).toEqual(device.accounts());
});

test('E-24 nothing is erased under an app that runs', async ({ newDevice }) => {
  const device = await newDevice('desk');
  await device.signIn(ana);
  await device.write('I am Ana.');
  await device.waitUntilSent('I am Ana.');
  const { code, stdout } = await device.eraseAll();
  expect([code, stdout]).toEqual([75, '']);
  expect(device.accounts()).toHaveLength(1);
  await device.write('Still here.');
  await device.waitUntilSent('Still here.');
  expect(existsSync(join(device.userDataDir, 'settings.json'))).toBe(true);
});
