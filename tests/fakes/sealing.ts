import { createHash } from 'node:crypto';
import type { Sealing, SealingKey } from '../../main/ports/sealing.ts';

/** Seals like the real one, but at once and the same at every run. Keeps nothing safe: it only behaves as if it did. */
export class FakeSealing implements Sealing {
  /** Keys derived so far: what a guess costs. */
  derived = 0;
  #salts = 0;
  #nonces = 0;

  recipe(): ReturnType<Sealing['recipe']> {
    return { salt: (++this.#salts).toString(16).padStart(32, '0'), cost: { N: 2, r: 1, p: 1 } };
  }

  async derive(passphrase: string, recipe: ReturnType<Sealing['recipe']>): Promise<SealingKey> {
    this.derived++;
    const { salt, cost } = recipe;
    return hash(passphrase.normalize('NFC'), salt, cost.N, cost.r, cost.p).toString('hex');
  }

  seal(key: SealingKey, text: string): string {
    const nonce = (++this.#nonces).toString(16).padStart(8, '0');
    const hidden = mix(Buffer.from(text), key, nonce).toString('hex');
    return `fake.${nonce}.${hidden}.${tagOf(key, nonce, hidden)}`;
  }

  open(key: SealingKey, sealed: string): string | null {
    const [name, nonce, hidden, tag, more] = sealed.split('.');
    if (name !== 'fake' || nonce === undefined || hidden === undefined || more !== undefined) return null;
    return tag === tagOf(key, nonce, hidden) ? mix(Buffer.from(hidden, 'hex'), key, nonce).toString() : null;
  }
}

const hash = (...parts: readonly (string | number)[]): Buffer =>
  createHash('sha256').update(JSON.stringify(parts)).digest();

const tagOf = (key: SealingKey, nonce: string, hidden: string): string =>
  hash('tag', key, nonce, hidden).toString('hex');

/** Its own inverse. */
function mix(bytes: Buffer, key: SealingKey, nonce: string): Buffer {
  const stream = hash('stream', key, nonce);
  return bytes.map((byte, at) => byte ^ (stream[at % stream.length] ?? 0)) as Buffer;
}
