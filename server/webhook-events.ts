/** What a webhook is told of an event: nothing, or one thing in the words of its version of the API. */
import { firstVersionEvent } from './business/webhook-words-v1.ts';
import { secondVersionEvent } from './business/webhook-words-v2.ts';
import type { BusinessEvent } from './audience.ts';
import { newId } from './ids.ts';
import type { Transaction, Webhook } from './store.ts';

export interface AppWords {
  readonly appId: string;
  /** The service's own address, for what was uploaded. */
  readonly address: string;
  readonly now: number;
}

/** `trigger` names it, `said` is everything else of the body. */
export interface Told {
  readonly trigger: string;
  readonly said: object;
}

export async function eventsOf(
  tx: Transaction,
  webhook: Webhook,
  event: BusinessEvent,
  app: AppWords,
): Promise<{ id: string; trigger: string; body: string }[]> {
  const isFirst = webhook.integrationId === null;
  const told = isFirst
    ? await firstVersionEvent(tx, event, app)
    : await secondVersionEvent(event, webhook, app);
  if (told === null || !isWanted(webhook, told.trigger)) return [];
  const id = newId(app.now);
  const { trigger, said } = told;
  const createdAt = new Date(app.now).toISOString();
  const body = isFirst
    ? { trigger, version: 'v1.1', app: { _id: app.appId }, ...said }
    : {
        app: { id: app.appId },
        webhook: { id: webhook.id, version: 'v2' },
        events: [{ id, createdAt, type: trigger, payload: said }],
      };
  return [{ id, trigger, body: JSON.stringify(body) }];
}

/** `message` stands for both sides of it, `*` for everything. */
function isWanted({ triggers }: Webhook, trigger: string): boolean {
  return triggers.some(
    (wanted) =>
      wanted === '*' || wanted === trigger || (wanted === 'message' && trigger.startsWith('message:')),
  );
}
