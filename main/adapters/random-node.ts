import { randomBytes, randomUUID } from 'node:crypto';
import type { Random } from '../ports/random.ts';

export const nodeRandom: Random = {
  uuid: () => randomUUID(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  fraction: () => Math.random(),
};
