import { z } from 'zod';
import { fail } from '../contract/failure.ts';
import { StoreRequest } from '../contract/store-protocol.ts';
import type { StoreAnswer } from '../contract/store-protocol.ts';
import { parentPort } from './parent-port.ts';
import { createServer } from './server.ts';

// What is made here is for its owner only, whatever the environment says.
process.umask(0o077);
// Ctrl+C reaches the whole group; main shuts down in its own order and lets go of this process then.
process.on('SIGINT', () => undefined);

const parent = parentPort();
const serve = createServer();

parent.onMessage((raw) => {
  const request = StoreRequest.safeParse(raw);
  if (request.success) parent.post(serve(request.data));
  else parent.post(refuse(raw));
});

/** Main and store are built together: only a bug in main comes here. */
function refuse(raw: unknown): StoreAnswer {
  const { id } = z.object({ id: z.int() }).parse(raw);
  return { id, result: fail({ kind: 'malformed', where: 'history' }), notes: [], error: 'ZodError' };
}
