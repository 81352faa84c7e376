/** REST v2: users and their clients. */
import { z } from 'zod';
import type { Conversations } from '../conversations.ts';
import { Refusal } from '../errors.ts';
import type { ProfileChange, Users } from '../users.ts';
import { FlatData, plain, words } from '../words.ts';
import { deepObject, findUser, type BusinessDoor } from './door.ts';
import { v2Client, v2Device, v2User } from './shapes.ts';

const word = words(255).optional();
const Change = z.object({
  signedUpAt: z.iso.datetime({ offset: true }).optional(),
  profile: z
    .object({
      givenName: word,
      surname: word,
      email: word,
      locale: word,
      avatarUrl: z.string().max(2048).optional(),
    })
    .optional(),
  metadata: FlatData.optional(),
});
const Create = Change.extend({
  externalId: plain(512),
});

const pageSize = 100;

export function userRoutes(
  door: BusinessDoor,
  { users, conversations }: { users: Users; conversations: Conversations },
): void {
  door({
    method: 'POST',
    path: '/users',
    body: Create,
    answer: async ({ tx, body: { externalId, ...change } }) => {
      if (await tx.userByUserId(externalId)) throw new Refusal('conflict');
      const profile = profileChange(change);
      const user = await users.create(tx, { userId: externalId, secured: false, profile });
      return { status: 201, body: { user: v2User(user) } };
    },
  });

  door({
    method: 'GET',
    path: '/users',
    answer: async ({ tx, query }) => {
      const email = deepObject(query, 'filter')['identities.email'];
      const { after } = deepObject(query, 'page');
      const found = await tx.users({ email, after, limit: pageSize + 1 });
      const shown = found.slice(0, pageSize);
      const hasMore = found.length > pageSize;
      const last = shown.at(-1);
      const meta = { hasMore, ...(hasMore && last && { afterCursor: last.id }) };
      return { status: 200, body: { users: shown.map(v2User), meta } };
    },
  });

  door({
    method: 'GET',
    path: '/users/:user',
    answer: async ({ tx, params }) => ({
      status: 200,
      body: { user: v2User(await findUser(tx, params['user'])) },
    }),
  });

  door({
    method: 'PATCH',
    path: '/users/:user',
    body: Change,
    answer: async ({ tx, params, body }) => {
      const user = await users.update(tx, await findUser(tx, params['user']), profileChange(body));
      return { status: 200, body: { user: v2User(user) } };
    },
  });

  door({
    method: 'DELETE',
    path: '/users/:user',
    answer: async ({ tx, params }) => {
      const user = await findUser(tx, params['user']);
      await conversations.removeTracesOf(tx, user);
      await users.remove(tx, user);
      return { status: 200, body: {} };
    },
  });

  door({
    method: 'DELETE',
    path: '/users/:user/personalinformation',
    answer: async ({ tx, params }) => {
      const user = await users.forgetProfile(tx, await findUser(tx, params['user']));
      return { status: 200, body: { user: v2User(user) } };
    },
  });

  door({
    method: 'GET',
    path: '/users/:user/devices',
    answer: async ({ tx, params }) => {
      const { id } = await findUser(tx, params['user']);
      return { status: 200, body: { devices: (await tx.devices(id)).map(v2Device) } };
    },
  });

  door({
    method: 'GET',
    path: '/users/:user/devices/:device',
    answer: async ({ tx, params }) => {
      const { id } = await findUser(tx, params['user']);
      const device = (await tx.devices(id)).find((one) => one.id === params['device']);
      if (!device) throw new Refusal('not_found');
      return { status: 200, body: { device: v2Device(device) } };
    },
  });

  door({
    method: 'GET',
    path: '/users/:user/clients',
    answer: async ({ tx, params }) => {
      const user = await findUser(tx, params['user']);
      const clients = (await tx.devices(user.id)).map(v2Client);
      return { status: 200, body: { clients, meta: { hasMore: false } } };
    },
  });
}

function profileChange({ signedUpAt, profile, metadata }: z.infer<typeof Change>): ProfileChange {
  return { ...profile, signedUpAt, properties: metadata };
}
