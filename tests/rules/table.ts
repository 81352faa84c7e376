import { z } from 'zod';
import { join } from 'node:path';
import { repository } from './planted-repository.ts';

const Table = z.object({
  rooms: z.record(z.string(), z.array(z.string())),
  core: z.array(z.string()),
  clocklessGlobals: z.array(z.object({ name: z.string() })),
  packages: z.record(z.string(), z.union([z.literal('*'), z.array(z.string())])),
  zones: z.array(z.object({ target: z.string(), from: z.string() })),
});

/** The import table of rooms.js, which is plain JavaScript because ESLint's configuration reads it. */
export const table = Table.parse(await import(join(repository, 'rooms.js')));
