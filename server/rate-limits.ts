/** Token buckets: so many requests at once, so many a second from then on, for each asker and kind of route. */
import type { Access } from './access.ts';

export interface Rate {
  /** How many at once. */
  readonly burst: number;
  readonly perSecond: number;
}

/** Buckets kept; beyond, the one that was used longest ago is forgotten. */
const maxBuckets = 50_000;

export class TokenBuckets {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** @returns 0 and takes a token, or how long to wait for the next in ms. */
  take(asker: string, now: number): number {
    const { burst, perSecond } = this.#rate;
    const known = this.#buckets.get(asker);
    const gained = known ? (Math.max(0, now - known.at) / 1000) * perSecond : 0;
    const tokens = known ? Math.min(burst, known.tokens + gained) : burst;
    const isFree = tokens >= 1;
    this.#buckets.delete(asker);
    this.#buckets.set(asker, { tokens: isFree ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > maxBuckets) this.#forget();
    return isFree ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
  }

  /** The buckets stand in the order of their last use. */
  #forget(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}

/** What one credential may ask for, by kind of route, and one address for all of them together. */
const rates = {
  reading: { burst: 1_000, perSecond: 200 },
  writing: { burst: 1_000, perSecond: 100 },
  uploading: { burst: 60, perSecond: 5 },
  /** Logins and new users, by address: they come without a credential worth counting by. */
  entering: { burst: 600, perSecond: 20 },
  business: { burst: 5_000, perSecond: 500 },
  address: { burst: 20_000, perSecond: 5_000 },
} as const satisfies Record<string, Rate>;
type RateName = keyof typeof rates;

export interface Asked {
  readonly access: Access;
  readonly method: string;
  readonly isUpload: boolean;
  /** The `Authorization` header; whoever makes one up is still counted by address. */
  readonly credential: string;
  readonly address: string;
}

export class RateLimits {
  readonly #buckets: ReadonlyMap<RateName, TokenBuckets>;

  /** `scale` multiplies every limit. */
  constructor(scale: number) {
    const scaled = Object.entries(rates).map(([name, { burst, perSecond }]) => {
      const rate = { burst: Math.max(1, burst * scale), perSecond: perSecond * scale };
      return [name as RateName, new TokenBuckets(rate)] as const;
    });
    this.#buckets = new Map(scaled);
  }

  /** @returns 0, or how long to wait in ms. */
  take(asked: Asked, now: number): number {
    const name = rateOf(asked);
    const asker = name === 'entering' || asked.credential === '' ? asked.address : asked.credential;
    const own = this.#buckets.get(name)?.take(asker, now) ?? 0;
    return own > 0 ? own : (this.#buckets.get('address')?.take(asked.address, now) ?? 0);
  }
}

function rateOf({ access, method, isUpload }: Asked): RateName {
  if (isUpload) return 'uploading';
  if (access === 'business') return 'business';
  if (method === 'GET' || access === 'operator') return 'reading';
  return access === 'device' || access === 'public' ? 'entering' : 'writing';
}
