import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from './harness/device.ts';
import { ana, bo } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

const secretOfAna = 'Ana keeps the key under the blue pot.';

/** Everything on the disk of a device, its file names included, in one heap. */
function diskOf(device: Device): Buffer {
  const files = readdirSync(device.userDataDir, { recursive: true, withFileTypes: true });
  return Buffer.concat(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return Buffer.concat([Buffer.from(`${path}\n`), file.isFile() ? readFileSync(path) : Buffer.alloc(0)]);
    }),
  );
}

/** As it was typed, in the two forms in which programs keep text. */
const inBothForms = (text: string): Buffer[] => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];

test.describe('At the warehouse desk', () => {
  test('A-03 R-07 the next person sees nothing of the last, and neither does the disk', async ({
    newDevice,
  }) => {
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.write(secretOfAna);
    await desk.waitUntilSent(secretOfAna);

    await desk.signIn(bo);
    await expect.poll(() => desk.whoAmI()).toBe(`${bo.userId}, Verified`);
    expect(await desk.texts()).toEqual([]);
    await desk.write('Bo was here.');
    await desk.waitUntilSent('Bo was here.');
    await desk.picture('1-bo-after-ana');
    for (const form of inBothForms(secretOfAna)) expect(diskOf(desk).includes(form)).toBe(false);
    for (const form of inBothForms(ana.userId)) expect(diskOf(desk).includes(form)).toBe(false);

    await desk.signOut();
    await expect.poll(() => desk.whoAmI()).toBe('You, Only on this device');
    expect(await desk.texts()).toEqual([]);
    await expect(desk.composer).toBeEditable();
    await desk.picture('2-after-sign-out');
  });

  test('R-09 A-08 signing out erases with no service in reach, and the thread is back with the next sign-in', async ({
    service,
    newDevice,
  }) => {
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.write(secretOfAna);
    await desk.waitUntilSent(secretOfAna);

    service.process.kill('SIGSTOP');
    await desk.signOut();
    await desk.restart();
    expect(await desk.whoAmI()).toBe('You, Only on this device');
    expect(await desk.texts()).toEqual([]);
    service.process.kill('SIGCONT');

    await desk.signIn(ana);
    await desk.waitForMessage(secretOfAna);
  });
});
