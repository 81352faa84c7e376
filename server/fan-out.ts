/**
 * What the nodes of a service tell each other. News is told in a transaction (`Transaction.tell`) and heard by every node,
 * the one that told it too, in the order of the transactions; so a device hears the same wherever it is connected.
 */
import { z } from 'zod';
import { DeskChange } from '../contract/desk-api.ts';
import { WireDeletion, WireEvent } from '../contract/sdk-api.ts';

/** What devices hear; the last three go beyond the first version of the API, which ignores them. */
export const ServiceEvent = z.union([
  WireEvent.options[0],
  WireEvent.options[1],
  z.object({
    type: z.literal('link'),
    appUser: z.object({ _id: z.string(), userId: z.string().optional() }),
    client: z.object({ id: z.string(), platform: z.string() }),
  }),
  z.object({
    type: z.enum(['conversation:added', 'conversation:removed', 'participant:added', 'participant:removed']),
    conversation: z.object({ _id: z.string() }),
    participant: z.object({ appUserId: z.string() }).optional(),
  }),
  WireDeletion,
]);
export type ServiceEvent = z.infer<typeof ServiceEvent>;

/** Whose subscriptions end. */
export const Kick = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), hash: z.string() }),
  z.object({ kind: z.literal('key'), keyId: z.string() }),
  z.object({ kind: z.literal('user'), appUserId: z.string() }),
]);
export type Kick = z.infer<typeof Kick>;

export const News = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), appUserId: z.string(), event: ServiceEvent }),
  z.object({ kind: z.literal('kick'), which: Kick }),
  /** What the business's desks are to look at. */
  z.object({ kind: z.literal('desk'), change: z.union([DeskChange, z.literal('everything')]) }),
  /** A webhook is to be told something. */
  z.object({ kind: z.literal('delivery'), webhookId: z.string() }),
]);
export type News = z.infer<typeof News>;

/** How one node hears. */
export interface Ears {
  heard(news: News): void;
  /** This node may have missed some: whoever listens here must read anew. */
  missed(): void;
}

/** What only one node of all may do at a time. It may end and begin any number of times. */
export interface Duty {
  begin(): void;
  end(): void;
}

/** Of a service that is alone with its database: it hears what it says, and every duty is its own. */
export class LocalFanOut {
  #ears: Ears | null = null;
  readonly #duties: Duty[] = [];

  listen(ears: Ears): void {
    this.#ears = ears;
  }

  hear(news: readonly News[]): void {
    for (const one of news) this.#ears?.heard(one);
  }

  queueFor(duty: Duty): void {
    this.#duties.push(duty);
    duty.begin();
  }

  close(): void {
    for (const duty of this.#duties.splice(0)) duty.end();
  }
}
