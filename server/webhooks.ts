/**
 * Tells the business's other systems what happens. What is to be told is written down in the transaction in which it
 * happens and told afterwards, in order, one at a time for each webhook; one that fails is tried again later while those
 * behind it go on. A receiver may hear a thing twice (a crash between telling and noting) and knows it by its event id.
 */
import type { BusinessEvent } from './audience.ts';
import type { Log } from './log.ts';
import type { Delivery, Store, Transaction, Webhook } from './store.ts';
import { eventsOf } from './webhook-events.ts';
import { signatureHeaders } from './webhook-signature.ts';
import type { TargetClient } from './webhook-target.ts';

/** Attempts in all; with four waits, each four times the last, they span a quarter of an hour. */
const maxAttempts = 5;
const waitFactor = 4;
/** What no repetition would change. */
const finalStatuses = new Set([400, 401, 403, 404, 406]);
/** Deliveries the log of a webhook remembers. */
const kept = 200;

interface Options {
  readonly appId: string;
  readonly store: Store;
  readonly client: TargetClient;
  readonly log: Log;
  /** Before the second attempt. */
  readonly firstWaitMs: number;
  /** Where receivers find what was uploaded. */
  address(): string;
  now(): number;
}

export class Webhooks {
  readonly #options: Options;
  /** Those at work; true if there was news meanwhile. */
  readonly #busy = new Map<string, boolean>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Only one node of all tells; on the others what is written down waits for it. */
  #isOnDuty = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Goes on with what was left when the service stopped, or when the node stopped that told before. */
  begin(): void {
    const { store, log } = this.#options;
    this.#isOnDuty = true;
    store
      .transaction((tx) => tx.webhooks())
      .then((webhooks) => webhooks.forEach(({ id }) => this.wake(id)))
      .catch((cause: unknown) => log.error('webhooks did not begin', cause));
  }

  end(): void {
    this.#isOnDuty = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  stop(): void {
    this.end();
    this.#options.client.close();
  }

  /** Writes down whom to tell of this. */
  async record(tx: Transaction, event: BusinessEvent): Promise<void> {
    for (const webhook of await tx.webhooks()) await this.#recordFor(tx, webhook, event);
  }

  async #recordFor(tx: Transaction, webhook: Webhook, event: BusinessEvent): Promise<void> {
    const { appId, now, address } = this.#options;
    const integration = webhook.integrationId === null ? null : await tx.integration(webhook.integrationId);
    if (integration?.status === 'inactive') return;
    const app = { appId, address: address(), now: now() };
    for (const { id, trigger, body } of await eventsOf(tx, webhook, event, app)) {
      const times = { attempts: 0, nextAt: now(), createdAt: now() };
      const delivery = { id, webhookId: webhook.id, trigger, body, outcome: null, ...times };
      await tx.putDelivery({ ...delivery, state: 'pending' });
      tx.tell({ kind: 'delivery', webhookId: webhook.id });
    }
  }

  /** There may be something to tell this webhook. */
  wake(webhookId: string): void {
    if (!this.#isOnDuty) return;
    if (this.#busy.has(webhookId)) {
      this.#busy.set(webhookId, true);
      return;
    }
    this.#busy.set(webhookId, false);
    this.#work(webhookId)
      .catch((cause: unknown) => {
        this.#options.log.error('webhook failed', cause);
        return null;
      })
      .then((nextAt) => {
        const news = this.#busy.get(webhookId);
        this.#busy.delete(webhookId);
        if (news) this.wake(webhookId);
        else if (nextAt !== null) this.#wakeAt(webhookId, nextAt);
      });
  }

  #wakeAt(webhookId: string, at: number): void {
    clearTimeout(this.#timers.get(webhookId));
    if (!this.#isOnDuty) return;
    const delayMs = Math.max(0, at - this.#options.now());
    this.#timers.set(
      webhookId,
      setTimeout(() => this.wake(webhookId), delayMs),
    );
  }

  /** @returns when there is more to tell, or null. */
  async #work(webhookId: string): Promise<number | null> {
    const { store, now } = this.#options;
    while (this.#isOnDuty) {
      const [webhook, delivery] = await store.transaction(async (tx) => [
        await tx.webhook(webhookId),
        await tx.nextDelivery(webhookId),
      ]);
      if (webhook === null || delivery === null) return null;
      if (delivery.nextAt > now()) return delivery.nextAt;
      await this.#attempt(webhook, delivery);
    }
    return null;
  }

  async #attempt(webhook: Webhook, delivery: Delivery): Promise<void> {
    const { store, log } = this.#options;
    const outcome = await this.#post(webhook, delivery);
    if (!this.#isOnDuty) return;
    const done = this.#after(delivery, outcome);
    log.info('webhook', { webhook: webhook.id, state: done.state, attempts: done.attempts, outcome });
    await store.transaction(async (tx) => {
      if ((await tx.webhook(webhook.id)) === null) return;
      await tx.putDelivery(done);
      if (done.state !== 'pending') await tx.trimDeliveries(webhook.id, kept);
    });
  }

  /** @returns the status, or a word for why there is none. */
  async #post({ target, secret }: Webhook, delivery: Delivery): Promise<string> {
    const body = delivery.body ?? '';
    const headers = {
      ...{ 'Content-Type': 'application/json', 'User-Agent': 'onethread' },
      ...{ 'Content-Length': String(Buffer.byteLength(body)), 'X-API-Key': secret },
      ...signatureHeaders(secret, body, this.#options.now()),
    };
    try {
      return String(await this.#options.client.post({ target, headers, body }));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      return typeof code === 'string' && /^[\w-]{1,64}$/.test(code) ? code : 'unreachable';
    }
  }

  #after(delivery: Delivery, outcome: string): Delivery {
    const attempts = delivery.attempts + 1;
    const status = Number(outcome);
    if (status >= 200 && status < 300)
      return { ...delivery, attempts, outcome, state: 'delivered', body: null };
    if (finalStatuses.has(status) || attempts >= maxAttempts) {
      return { ...delivery, attempts, outcome, state: 'failed', body: null };
    }
    const waitMs = this.#options.firstWaitMs * waitFactor ** (attempts - 1) * (0.9 + Math.random() * 0.2);
    return { ...delivery, attempts, outcome, nextAt: Math.round(this.#options.now() + waitMs) };
  }
}
