import { readProc, renderersOf } from './harness/electron.ts';
import { expect, test } from './harness/story.ts';

test.describe('The app', () => {
  test('E-04 opens on an empty thread with the composer ready, its sandbox on', async ({ newDevice }) => {
    const device = await newDevice('desk');
    await expect(device.composer).toBeFocused();
    expect(await device.messages()).toEqual([]);
    const renderers = renderersOf(device.running.pid);
    expect(renderers.length).toBeGreaterThan(0);
    for (const renderer of renderers) {
      expect(readProc(renderer, 'status')).toMatch(/^NoNewPrivs:\s1$/m);
      expect(readProc(renderer, 'status')).toMatch(/^Seccomp:\s2$/m);
    }
    expect(await device.quit()).toBe('quit');
  });

  test('makes a user on the service with the first message, and not before', async ({ newDevice }) => {
    const device = await newDevice('desk');
    await device.write('Hello, is anybody there?');
    await device.waitUntilSent('Hello, is anybody there?');
    await device.restart();
    await device.waitForMessage('Hello, is anybody there?');
  });
});
