/** REST v2: integrations of the kind `custom`, the webhooks that hang below them, and what came of each delivery. */
import { z } from 'zod';
import { Refusal } from '../errors.ts';
import { newId, newSecret } from '../ids.ts';
import type { Integration, Transaction, Webhook } from '../store.ts';
import { checkTarget, type Reach } from '../webhook-target.ts';
import { words } from '../words.ts';
import type { BusinessDoor } from './door.ts';
import { v2Delivery, v2Integration, v2Webhook } from './shapes.ts';

const maxWebhooks = 10;
const maxIntegrations = 50;

const NewWebhook = z.object({
  target: z.string(),
  triggers: z.array(z.string().min(1).max(64)).min(1).max(50),
  includeFullUser: z.boolean().default(false),
  includeFullSource: z.boolean().default(false),
});
const WebhookChange = NewWebhook.partial();
const NewIntegration = z.object({
  type: z.literal('custom'),
  displayName: words(100).default('Custom'),
  status: z.enum(['active', 'inactive']).default('active'),
  webhooks: z.array(NewWebhook).max(maxWebhooks).default([]),
});
const IntegrationChange = z.object({
  displayName: words(100).optional(),
  status: z.enum(['active', 'inactive']).optional(),
});

interface Options {
  readonly reach: Reach;
  now(): number;
}

export function integrationRoutes(door: BusinessDoor, options: Options): void {
  const { now } = options;
  const base = '/integrations/:integration';

  door({
    method: 'POST',
    path: '/integrations',
    body: NewIntegration,
    answer: async ({ tx, body: { displayName, status, webhooks } }) => {
      if ((await tx.integrations()).length >= maxIntegrations) throw new Refusal('conflict');
      const integration: Integration = { id: newId(now()), displayName, status, createdAt: now() };
      await tx.putIntegration(integration);
      const made: Webhook[] = [];
      for (const webhook of webhooks) made.push(await addWebhook(tx, integration.id, webhook, options));
      return { status: 201, body: { integration: v2Integration(integration, made) } };
    },
  });

  door({
    method: 'GET',
    path: '/integrations',
    answer: async ({ tx }) => {
      const integrations: object[] = [];
      for (const one of await tx.integrations()) {
        integrations.push(v2Integration(one, await webhooksOf(tx, one.id)));
      }
      return { status: 200, body: { integrations, meta: { hasMore: false } } };
    },
  });

  door({
    method: 'GET',
    path: base,
    answer: async ({ tx, params }) => {
      const integration = await findIntegration(tx, params['integration']);
      const webhooks = await webhooksOf(tx, integration.id);
      return { status: 200, body: { integration: v2Integration(integration, webhooks) } };
    },
  });

  door({
    method: 'PATCH',
    path: base,
    body: IntegrationChange,
    answer: async ({ tx, params, body: { displayName, status } }) => {
      const found = await findIntegration(tx, params['integration']);
      const integration = {
        ...found,
        ...(displayName !== undefined && { displayName }),
        ...(status !== undefined && { status }),
      };
      await tx.putIntegration(integration);
      const webhooks = await webhooksOf(tx, integration.id);
      return { status: 200, body: { integration: v2Integration(integration, webhooks) } };
    },
  });

  door({
    method: 'DELETE',
    path: base,
    answer: async ({ tx, params }) => {
      await tx.deleteIntegration((await findIntegration(tx, params['integration'])).id);
      return { status: 200, body: {} };
    },
  });
}

export function webhookRoutes(door: BusinessDoor, options: Options): void {
  const base = '/integrations/:integration/webhooks';

  door({
    method: 'POST',
    path: base,
    body: NewWebhook,
    answer: async ({ tx, params, body }) => {
      const { id } = await findIntegration(tx, params['integration']);
      return { status: 201, body: { webhook: v2Webhook(await addWebhook(tx, id, body, options)) } };
    },
  });

  door({
    method: 'GET',
    path: base,
    answer: async ({ tx, params }) => {
      const { id } = await findIntegration(tx, params['integration']);
      return { status: 200, body: { webhooks: (await webhooksOf(tx, id)).map(v2Webhook) } };
    },
  });

  door({
    method: 'GET',
    path: `${base}/:webhook`,
    answer: async ({ tx, params }) => ({
      status: 200,
      body: { webhook: v2Webhook(await findWebhook(tx, params['integration'] ?? '', params['webhook'])) },
    }),
  });

  door({
    method: 'PATCH',
    path: `${base}/:webhook`,
    body: WebhookChange,
    answer: async ({ tx, params, body }) => {
      const found = await findWebhook(tx, params['integration'] ?? '', params['webhook']);
      if (body.target !== undefined) checkTarget(body.target, options.reach);
      const given = Object.entries(body).filter(([, value]) => value !== undefined);
      const webhook: Webhook = { ...found, ...Object.fromEntries(given) };
      await tx.putWebhook(webhook);
      return { status: 200, body: { webhook: v2Webhook(webhook) } };
    },
  });

  door({
    method: 'DELETE',
    path: `${base}/:webhook`,
    answer: async ({ tx, params }) => {
      await tx.deleteWebhook((await findWebhook(tx, params['integration'] ?? '', params['webhook'])).id);
      return { status: 200, body: {} };
    },
  });

  // Ours: what became of the latest deliveries, without what they said.
  door({
    method: 'GET',
    path: `${base}/:webhook/deliveries`,
    answer: async ({ tx, params }) => {
      const { id } = await findWebhook(tx, params['integration'] ?? '', params['webhook']);
      return { status: 200, body: { deliveries: (await tx.deliveries(id, 200)).map(v2Delivery) } };
    },
  });
}

/** @throws {Refusal} for a target that is not allowed, and for one webhook too many. */
export async function addWebhook(
  tx: Transaction,
  integrationId: string | null,
  { target, ...rest }: z.infer<typeof NewWebhook>,
  { reach, now }: Options,
): Promise<Webhook> {
  checkTarget(target, reach);
  if ((await tx.webhooks()).length >= maxWebhooks) {
    throw new Refusal('conflict', { says: `An app has at most ${maxWebhooks} webhooks.` });
  }
  const webhook = { id: newId(now()), integrationId, target, ...rest, secret: newSecret(), createdAt: now() };
  await tx.putWebhook(webhook);
  return webhook;
}

async function webhooksOf(tx: Transaction, integrationId: string): Promise<Webhook[]> {
  return (await tx.webhooks()).filter((webhook) => webhook.integrationId === integrationId);
}

async function findIntegration(tx: Transaction, id: string | undefined): Promise<Integration> {
  const integration = await tx.integration(id ?? '');
  if (integration === null) throw new Refusal('integration_not_found');
  return integration;
}

async function findWebhook(tx: Transaction, integrationId: string, id: string | undefined): Promise<Webhook> {
  const webhook = await tx.webhook(id ?? '');
  if (webhook?.integrationId !== integrationId) throw new Refusal('webhook_not_found');
  return webhook;
}
