import type { DeviceProfile } from '../../contract/device-profile.ts';
import type { ClientId } from '../../contract/ids.ts';
import type { WireClient } from '../../contract/sdk-api.ts';

/** This device and this program, as the service and the business may know them. */
export interface DeviceDescription {
  /** Who made this SDK; half of the `x-smooch-sdk` header. */
  readonly vendor: string;
  readonly sdkVersion: string;
  readonly appName: string;
  readonly appVersion: string;
  readonly os: string;
  readonly osVersion: string;
  /** The language of the person at it, as a tag. */
  readonly locale?: string;
}

/** The device as every request that needs it describes it (smooch-sdk-api A.3.1). */
export function writeClient(clientId: ClientId, device: DeviceDescription): WireClient {
  const { vendor, sdkVersion, appName, appVersion, os, osVersion, locale } = device;
  return {
    // Other services are known to take `web`; what it really is stands in `info` (smooch-sdk-api G 25).
    platform: 'web',
    id: clientId,
    appVersion,
    info: {
      vendor,
      sdkVersion,
      appName,
      appVersion,
      os,
      osVersion,
      devicePlatform: 'electron',
      ...(locale !== undefined && { locale }),
    },
  };
}

/** The same for the person to read. What tells this device from others is shortened: it is no name, but partly a key. */
export function describeClient(clientId: ClientId, device: DeviceDescription): DeviceProfile {
  const { info, id, ...rest } = writeClient(clientId, device);
  return Object.entries({ id: `${id.slice(0, 6)}…`, ...rest, ...info }).map(([name, value]) => ({
    name,
    value: String(value),
  }));
}
