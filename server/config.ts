import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { BorderRules } from './hosts.ts';

const whole = (max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().max(max));

const Options = z.object({
  data: z.string({ error: 'is required: the folder that keeps the conversations' }).min(1, 'is empty'),
  /** 0 asks for any free port; absent, the last one is tried first. */
  port: whole(65_535).optional(),
  lease: z.boolean().default(false),
  'no-auto-reply': z.boolean().default(false),
  'reply-delay': whole(600_000).default(1_500),
  'token-lifetime': whole(366 * 24 * 3600)
    .refine((seconds) => seconds > 0, 'must be at least one second')
    .default(24 * 3600),
  'app-name': z.string().min(1, 'is empty').max(80).default('Onethread Demo'),
  'brand-color': z
    .string()
    .regex(/^[0-9a-f]{6}$/, 'must be six lowercase hex digits')
    .default('2f6f5e'),
  'public-url': z.string().refine(isOrigin, 'must be an origin such as https://chat.example.com').optional(),
  'browser-origin': z
    .array(
      z
        .string()
        .refine(
          (origin) => origin === '*' || isOrigin(origin),
          'must be an origin such as https://example.com',
        ),
    )
    .default([]),
  'upload-quota-mb': whole(1_000_000).default(2_000),
  'webhook-reach': z.enum(['public', 'private'], 'must be public or private').default('public'),
  'webhook-wait': whole(600_000).default(10_000),
  'rate-percent': whole(1_000_000)
    .refine((percent) => percent > 0, 'must be at least 1')
    .default(100),
});

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
}

export interface ServiceConfig extends BorderRules {
  /** Absolute; made with mode 0700. */
  readonly dataDir: string;
  readonly port: number | null;
  /** Live only as long as somebody holds a lease (`lease.ts`). */
  readonly lease: boolean;
  readonly autoReply: boolean;
  /** How long the demo business types before it answers. */
  readonly replyDelayMs: number;
  /** How long a JWT of the demo sign-in is good for. */
  readonly tokenLifetimeSeconds: number;
  readonly appName: string;
  /** Hex without `#`. */
  readonly brandColor: string;
  /** All that people and the business may upload together. */
  readonly uploadQuotaBytes: number;
  /** Whether webhooks may point into this network. */
  readonly webhookReach: 'public' | 'private';
  /** How long a webhook waits before its second attempt; each further wait is four times the last. */
  readonly webhookWaitMs: number;
  /** Multiplies every rate limit. */
  readonly rateScale: number;
}

/** A command line the service will not start with; the message is the one line to print. */
export class ConfigError extends Error {}

/** @throws {ConfigError} on an unknown option, a malformed value, or a missing data folder. */
export function parseConfig(argv: readonly string[]): ServiceConfig {
  const options = Options.safeParse(readOptions(argv));
  if (!options.success) {
    const issue = options.error.issues[0];
    throw new ConfigError(`--${issue?.path.join('.')} ${issue?.message}`);
  }
  const { data } = options;
  return {
    dataDir: resolve(data.data),
    port: data.port ?? null,
    lease: data.lease,
    autoReply: !data['no-auto-reply'],
    replyDelayMs: data['reply-delay'],
    tokenLifetimeSeconds: data['token-lifetime'],
    appName: data['app-name'],
    brandColor: data['brand-color'],
    publicUrl: data['public-url'] ?? null,
    browserOrigins: data['browser-origin'],
    uploadQuotaBytes: data['upload-quota-mb'] * 1024 * 1024,
    webhookReach: data['webhook-reach'],
    webhookWaitMs: data['webhook-wait'],
    rateScale: data['rate-percent'] / 100,
  };
}

function readOptions(argv: readonly string[]): unknown {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        lease: { type: 'boolean' },
        'no-auto-reply': { type: 'boolean' },
        'reply-delay': { type: 'string' },
        'token-lifetime': { type: 'string' },
        'app-name': { type: 'string' },
        'brand-color': { type: 'string' },
        'public-url': { type: 'string' },
        'browser-origin': { type: 'string', multiple: true },
        'upload-quota-mb': { type: 'string' },
        'webhook-reach': { type: 'string' },
        'webhook-wait': { type: 'string' },
        'rate-percent': { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new ConfigError(error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'Unknown option.');
  }
}
