/** The bootstrap answer. Its addresses name the host the device asked for, so a tunnel in between stays in between. */
import type { z } from 'zod';
import type { WireConfig } from '../../contract/sdk-api.ts';
import { maxFileBytes } from '../attachments.ts';
import { realtimePath } from '../realtime.ts';
import { signInPagePath, signInPath } from '../sign-in.ts';

export interface Appearance {
  readonly appId: string;
  readonly appName: string;
  /** Hex without `#`. */
  readonly brandColor: string;
}

type Unread = { integrations: []; realtime: { enabled: true; connectionDelay: 0 } };

export function configBody(
  origin: string,
  { appId, appName, brandColor }: Appearance,
): z.input<typeof WireConfig> {
  const config: z.input<typeof WireConfig>['config'] & Unread = {
    app: { _id: appId, status: 'active', name: appName, iconUrl: '' },
    baseUrl: { web: `${origin}/sdk/` },
    realtime: {
      enabled: true,
      baseUrl: `${origin}${realtimePath}`,
      retryInterval: 5,
      maxConnectionAttempts: 1000,
      connectionDelay: 0,
    },
    profile: { enabled: true, uploadInterval: 15 },
    integrations: [],
    style: { brandColor },
    signIn: { url: `${origin}${signInPath}`, pageUrl: `${origin}${signInPagePath}` },
    guarantees: { idempotentSend: true },
    limits: { fileBytes: maxFileBytes },
  };
  return { config };
}
