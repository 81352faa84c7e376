/** REST v2: the app's keys. Deleting one ends every credential signed with it, at once. */
import { z } from 'zod';
import type { Audience } from '../audience.ts';
import { Refusal } from '../errors.ts';
import { newKey } from '../identity.ts';
import type { BusinessDoor } from './door.ts';
import { v2Key } from './shapes.ts';

const Create = z.object({ displayName: z.string().min(1).max(100) });

export function keyRoutes(door: BusinessDoor, audience: Audience, now: () => number): void {
  door({
    method: 'POST',
    path: '/keys',
    body: Create,
    answer: async ({ tx, body }) => {
      const key = newKey(body.displayName, now());
      await tx.insertKey(key);
      return { status: 201, body: { key: v2Key(key) } };
    },
  });

  door({
    method: 'GET',
    path: '/keys',
    answer: async ({ tx }) => ({ status: 200, body: { keys: (await tx.keys()).map(v2Key) } }),
  });

  door({
    method: 'GET',
    path: '/keys/:key',
    answer: async ({ tx, params }) => {
      const key = await tx.key(params['key'] ?? '');
      if (key === null) throw new Refusal('not_found');
      return { status: 200, body: { key: v2Key(key) } };
    },
  });

  door({
    method: 'DELETE',
    path: '/keys/:key',
    answer: async ({ tx, params }) => {
      const keyId = params['key'] ?? '';
      if ((await tx.key(keyId)) === null) throw new Refusal('not_found');
      if ((await tx.keys()).length === 1)
        throw new Refusal('conflict', { says: 'The last key is still needed.' });
      await tx.deleteKey(keyId);
      audience.kick(tx, { kind: 'key', keyId });
      return { status: 200, body: {} };
    },
  });
}
