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
const server = createServer();

/** Nobody has asked for anything for so long: time for what can wait. */
const quietMs = 1000;
/** Between two pieces of it, so that it takes no more than about half of one core. */
const pauseMs = 25;
let tending: ReturnType<typeof setTimeout> | undefined;

parent.onMessage((raw) => {
  const request = StoreRequest.safeParse(raw);
  if (request.success) parent.post(server.answer(request.data));
  else parent.post(refuse(raw));
  tendAfter(quietMs);
});

function tendAfter(delayMs: number): void {
  clearTimeout(tending);
  tending = setTimeout(() => {
    if (server.tend()) tendAfter(pauseMs);
  }, delayMs);
}

/** Main and store are built together: only a bug in main comes here. */
function refuse(raw: unknown): StoreAnswer {
  const { id } = z.object({ id: z.int() }).parse(raw);
  return { id, result: fail({ kind: 'malformed', where: 'history' }), notes: [], error: 'ZodError' };
}
