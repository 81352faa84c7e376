/** REST v1.1, for systems that were written for it: one conversation for each user, the default one. */
import { z } from 'zod';
import type { Conversations } from '../conversations.ts';
import { Refusal } from '../errors.ts';
import type { Messages } from '../messages.ts';
import { boundsOf } from '../sdk/conversation.ts';
import { parseBody, type Answer } from '../sdk/door.ts';
import { Profile } from '../sdk/entry.ts';
import type { Transaction, User, Webhook } from '../store.ts';
import type { Users } from '../users.ts';
import { checkTarget, type Reach } from '../webhook-target.ts';
import { wireConversation, wireMessage, wireUser } from '../wire.ts';
import { FlatData, plain, words } from '../words.ts';
import { Content, storedContent } from './content.ts';
import { findUser, type BusinessDoor } from './door.ts';
import { addWebhook } from './integrations.ts';

interface Rooms {
  readonly users: Users;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly reach: Reach;
  now(): number;
}

const NewUser = Profile.extend({ userId: plain(512), credentialRequired: z.boolean().default(false) });
/** A message lies flat beside who says it; what it says is parsed as in the second version. */
const Said = z.looseObject({
  role: z.enum(['appUser', 'appMaker']),
  type: z.string().default('text'),
  name: words(255).optional(),
  avatarUrl: z.string().max(2048).optional(),
  metadata: FlatData.optional(),
});
const Activity = z.object({
  role: z.literal('appMaker').default('appMaker'),
  type: z.enum(['typing:start', 'typing:stop', 'conversation:read']),
  name: words(255).optional(),
  avatarUrl: z.string().max(2048).optional(),
});
const Hook = z.object({
  target: z.string(),
  triggers: z.array(z.string().min(1).max(64)).min(1).max(50).default(['message']),
});

const one = '/appusers/:user';

export function userRoutes(door: BusinessDoor, { users, conversations }: Rooms): void {
  door({
    method: 'POST',
    path: '/appusers',
    body: NewUser,
    answer: async ({ tx, body: { userId, credentialRequired, ...profile } }) => {
      if (await tx.userByUserId(userId)) throw new Refusal('conflict');
      const user = await users.create(tx, { userId, secured: credentialRequired, profile });
      return { status: 201, body: await shown(tx, user) };
    },
  });

  door({
    method: 'GET',
    path: one,
    answer: async ({ tx, params }) => ({
      status: 200,
      body: await shown(tx, await findUser(tx, params['user'])),
    }),
  });

  door({
    method: 'PUT',
    path: one,
    body: Profile,
    answer: async ({ tx, params, body }) => {
      const user = await users.update(tx, await findUser(tx, params['user']), body);
      return { status: 200, body: await shown(tx, user) };
    },
  });

  door({
    method: 'DELETE',
    path: one,
    answer: async ({ tx, params }) => {
      const user = await findUser(tx, params['user']);
      await conversations.removeTracesOf(tx, user);
      await users.remove(tx, user);
      return { status: 200, body: {} };
    },
  });

  door({
    method: 'DELETE',
    path: `${one}/profile`,
    answer: async ({ tx, params }) => {
      const user = await users.forgetProfile(tx, await findUser(tx, params['user']));
      return { status: 200, body: await shown(tx, user) };
    },
  });
}

export function conversationRoutes(door: BusinessDoor, { conversations, messages, now }: Rooms): void {
  door({
    method: 'GET',
    path: `${one}/conversation`,
    answer: async ({ tx, params }) => {
      const membership = await conversations.require(tx, await findUser(tx, params['user']));
      return { status: 200, body: { conversation: wireConversation(membership) } };
    },
  });

  door({
    method: 'GET',
    path: `${one}/messages`,
    answer: async ({ tx, params, query, request, address }) => {
      const membership = await conversations.require(tx, await findUser(tx, params['user']));
      const bounds = boundsOf(query);
      const page = await messages.page(tx, membership.conversation, bounds);
      const said = page.messages.map((message) => wireMessage(message, address));
      const here = `${address}${request.url.split('?', 1)[0] ?? ''}`;
      const isForward = bounds.after !== undefined;
      const more = page.hasMore && said.length > 0;
      return {
        status: 200,
        body: {
          conversation: wireConversation(membership),
          messages: said,
          ...(more && !isForward && { previous: `${here}?before=${said[0]?.received}` }),
          ...(more && isForward && { next: `${here}?after=${said.at(-1)?.received}` }),
        },
      };
    },
  });

  door({
    method: 'POST',
    path: `${one}/messages`,
    body: Said,
    answer: async ({ tx, params, address, body: { role, name, avatarUrl, metadata, ...said } }) => {
      const user = await findUser(tx, params['user']);
      const membership = await conversations.start(tx, user);
      const { message } = await messages.append(tx, membership.conversation, {
        author: role === 'appUser' ? user : null,
        clientMessageId: null,
        content: {
          ...storedContent(parseBody(Content, said), now()),
          source: { type: 'api' },
          ...(name !== undefined && { name }),
          ...(avatarUrl !== undefined && { avatarUrl }),
          ...(metadata !== undefined && { metadata }),
        },
      });
      const body = { message: wireMessage(message, address), conversation: wireConversation(membership) };
      return { status: 201, body };
    },
  });

  door({ method: 'DELETE', path: `${one}/messages`, answer: (visit) => removeMessages(visit) });
  door({ method: 'DELETE', path: `${one}/messages/:message`, answer: (visit) => removeMessages(visit) });

  async function removeMessages({
    tx,
    params,
  }: {
    tx: Transaction;
    params: Readonly<Record<string, string>>;
  }): Promise<Answer> {
    const { conversation } = await conversations.require(tx, await findUser(tx, params['user']));
    await messages.remove(tx, conversation, params['message']);
    return { status: 200, body: {} };
  }

  door({
    method: 'POST',
    path: `${one}/conversation/activity`,
    body: Activity,
    answer: async ({ tx, params, body: { type, name, avatarUrl } }) => {
      const membership = await conversations.require(tx, await findUser(tx, params['user']));
      await messages.activityByBusiness(tx, membership.conversation, type, { name, avatarUrl });
      return { status: 200, body: { conversation: wireConversation(membership) } };
    },
  });

  door({
    method: 'POST',
    path: `${one}/conversation/read`,
    answer: async ({ tx, params }) => {
      const user = await findUser(tx, params['user']);
      await messages.readByUser(tx, user, await conversations.require(tx, user));
      return { status: 200, body: {} };
    },
  });
}

export function webhookRoutes(door: BusinessDoor, { reach, now }: Rooms): void {
  door({
    method: 'POST',
    path: '/webhooks',
    body: Hook,
    answer: async ({ tx, body }) => {
      const full = { ...body, includeFullUser: true, includeFullSource: false };
      return { status: 201, body: { webhook: hookWords(await addWebhook(tx, null, full, { reach, now })) } };
    },
  });

  door({
    method: 'GET',
    path: '/webhooks',
    answer: async ({ tx }) => {
      const own = (await tx.webhooks()).filter(({ integrationId }) => integrationId === null);
      return { status: 200, body: { webhooks: own.map(hookWords) } };
    },
  });

  door({
    method: 'GET',
    path: '/webhooks/:webhook',
    answer: async ({ tx, params }) => ({
      status: 200,
      body: { webhook: hookWords(await findWebhook(tx, params['webhook'])) },
    }),
  });

  door({
    method: 'PUT',
    path: '/webhooks/:webhook',
    body: Hook.partial(),
    answer: async ({ tx, params, body: { target, triggers } }) => {
      const found = await findWebhook(tx, params['webhook']);
      if (target !== undefined) checkTarget(target, reach);
      const webhook = { ...found, target: target ?? found.target, triggers: triggers ?? found.triggers };
      await tx.putWebhook(webhook);
      return { status: 200, body: { webhook: hookWords(webhook) } };
    },
  });

  door({
    method: 'DELETE',
    path: '/webhooks/:webhook',
    answer: async ({ tx, params }) => {
      await tx.deleteWebhook((await findWebhook(tx, params['webhook'])).id);
      return { status: 200, body: {} };
    },
  });
}

async function shown(tx: Transaction, user: User): Promise<object> {
  const started = (await tx.defaultConversation(user.id)) !== null;
  return { appUser: wireUser(user, await tx.devices(user.id), started) };
}

async function findWebhook(tx: Transaction, id: string | undefined): Promise<Webhook> {
  const webhook = await tx.webhook(id ?? '');
  if (webhook?.integrationId !== null) throw new Refusal('webhook_not_found');
  return webhook;
}

function hookWords({ id, target, triggers, secret }: Webhook): object {
  return { _id: id, triggers, secret, target };
}
