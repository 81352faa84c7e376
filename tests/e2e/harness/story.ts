import { test as base } from '@playwright/test';
import { startService } from '../../server/running-service.ts';
import type { RunningService, ServiceOptions } from '../../server/running-service.ts';
import { Device } from './device.ts';
import type { DeviceOptions } from './device.ts';

export { expect } from '@playwright/test';

interface Story {
  /** How the service of this story is set up: `test.use({ serviceOptions: { autoReply: true } })`. */
  readonly serviceOptions: ServiceOptions;
  /** A service of this story's own. */
  readonly service: RunningService;
  /** A new device on that service; gone when the story ends. On failure its picture is attached. */
  readonly newDevice: (name: string, more?: Partial<DeviceOptions>) => Promise<Device>;
}

/** Playwright's `test` with a service and devices to tell a story with. */
export const test = base.extend<Story>({
  serviceOptions: [{}, { option: true }],

  service: async ({ serviceOptions }, use) => {
    const service = await startService(serviceOptions);
    await use(service);
    await service.stop();
  },

  newDevice: async ({ service }, use, testInfo) => {
    const devices: Device[] = [];
    const { configBaseUrl: configUrl, appId } = service.ready;
    await use(async (name, more) => {
      const device = await Device.start({ name, configUrl, appId, ...more });
      devices.push(device);
      return device;
    });
    const failed = testInfo.status !== testInfo.expectedStatus;
    for (const device of devices) {
      if (failed) await attachState(device, testInfo);
      await device.dispose();
    }
  },
});

/** What the screen shows and what the app has said, best effort: the app may be what has failed. */
async function attachState(device: Device, testInfo: ReturnType<typeof test.info>): Promise<void> {
  try {
    const { page } = device;
    const picture = await page.screenshot({ timeout: 5_000 });
    await testInfo.attach(`${device.name}.png`, { body: picture, contentType: 'image/png' });
    await testInfo.attach(`${device.name}.txt`, { body: device.running.output(), contentType: 'text/plain' });
  } catch {
    return; // not running, or its window hangs
  }
}
