import type { Message } from '../../contract/model.ts';
import { isOwn } from './rows.ts';

/** What became of the thread between two looks, as far as it is worth saying aloud. */
export type Arrivals = {
  /** Messages of the business that came in below what was known. Pages of the past are not news. */
  readonly received: readonly Message[];
  readonly sent: boolean;
  readonly failed: boolean;
};

export function arrivals(before: readonly Message[], now: readonly Message[]): Arrivals {
  const known = new Map(before.map((message) => [message.key, message.status]));
  const lastKnown = now.findLastIndex((message) => known.has(message.key));
  const turned = now.slice(Math.max(0, now.length - 200)).filter((message) => {
    const status = known.get(message.key);
    return isOwn(message) && status !== undefined && status !== message.status;
  });
  return {
    // With nothing in common this is another part of the thread, not something that arrived.
    received: lastKnown < 0 ? [] : now.slice(lastKnown + 1).filter((message) => !isOwn(message)),
    sent: turned.some((message) => message.status === 'sent' && known.get(message.key) === 'queued'),
    failed: turned.some((message) => message.status === 'failed'),
  };
}
