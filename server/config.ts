import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
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
  database: z
    .string()
    .refine(isPostgres, 'must be an address such as postgresql://user:password@host/name')
    .optional(),
  attachments: z.string().min(1, 'is empty').optional(),
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
  desk: z.enum(['here', 'anywhere', 'off'], 'must be here, anywhere or off').default('here'),
  'rate-percent': whole(1_000_000)
    .refine((percent) => percent > 0, 'must be at least 1')
    .default(100),
});

function isPostgres(text: string): boolean {
  return URL.canParse(text) && /^postgres(?:ql)?:$/.test(new URL(text).protocol);
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
}

export interface ServiceConfig extends BorderRules {
  /** Absolute; made with mode 0700. */
  readonly dataDir: string;
  readonly port: number | null;
  /** Where several nodes keep one service's conversations and uploads; null for one alone, in its folder. */
  readonly shared: { readonly database: string; readonly attachments: string } | null;
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
  /** Where the business's desk may be used: from this machine, or under the public address too. Null: nowhere. */
  readonly desk: 'here' | 'anywhere' | null;
}

/** A command line the service will not start with; the message is the one line to print. */
export class ConfigError extends Error {}

/**
 * The configuration from three places, the first that names an option winning: the command line (`--app-name X`), the
 * environment (`ONETHREAD_SERVICE_APP_NAME=X`), a JSON file named by `--config` (`{"app-name": "X"}`).
 *
 * @throws {ConfigError} on an unknown option, a malformed value, or a missing data folder, wherever it stands.
 */
export function parseConfig(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): ServiceConfig {
  const { config, ...given } = readOptions(argv);
  const inFile = typeof config === 'string' ? readFile(config) : {};
  const options = Options.safeParse({ ...inFile, ...readEnvironment(environment), ...given });
  if (!options.success) {
    const issue = options.error.issues[0];
    throw new ConfigError(`--${issue?.path.join('.')} ${issue?.message}`);
  }
  const { data } = options;
  return {
    dataDir: resolve(data.data),
    port: data.port ?? null,
    shared: sharedBy(data),
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
    desk: data.desk === 'off' ? null : data.desk,
  };
}

/** @throws {ConfigError} for half of it: a node that keeps uploads to itself would serve messages without their files. */
function sharedBy({ database, attachments }: z.infer<typeof Options>): ServiceConfig['shared'] {
  if (database === undefined && attachments === undefined) return null;
  if (attachments === undefined)
    throw new ConfigError('--attachments is required with --database: a folder that all nodes share');
  if (database === undefined)
    throw new ConfigError('--attachments goes with --database; without, uploads are in --data');
  return { database, attachments: resolve(attachments) };
}

const prefix = 'ONETHREAD_SERVICE_';
const File = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));

function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const named: Record<string, unknown> = {};
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(prefix) || text === undefined) continue;
    const name = variable.slice(prefix.length).toLowerCase().replaceAll('_', '-');
    named[known(name, variable)] = valueOf(name, text);
  }
  return named;
}

function readFile(path: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new ConfigError(`--config ${path} is no JSON file that can be read.`);
  }
  const file = File.safeParse(parsed);
  if (!file.success) throw new ConfigError(`--config ${path} is not an object of options.`);
  const entries = Object.entries(file.data);
  return Object.fromEntries(
    entries.map(([name, value]) => [known(name, path), typeof value === 'number' ? String(value) : value]),
  );
}

/** @throws {ConfigError} for a name that is no option: a misspelt one must not pass for a default. */
function known(name: string, where: string): string {
  if (!Object.hasOwn(Options.shape, name)) throw new ConfigError(`${where} names an option that is unknown.`);
  return name;
}

/** In the environment everything is text: a list is separated by spaces, a switch is on by `true`. */
function valueOf(name: string, text: string): unknown {
  if (name === 'browser-origin') return text.split(' ').filter(Boolean);
  if (name !== 'lease' && name !== 'no-auto-reply') return text;
  return text === 'true' ? true : text === 'false' ? false : text;
}

function readOptions(argv: readonly string[]): Record<string, unknown> {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        port: { type: 'string' },
        database: { type: 'string' },
        attachments: { type: 'string' },
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
        desk: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new ConfigError(error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'Unknown option.');
  }
}
