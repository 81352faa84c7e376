import { requestChannel, requestNames, type RequestName } from '../../contract/channels.ts';
import { fail, type Result } from '../../contract/failure.ts';
import { type Handlers, type Input, requests } from '../../contract/requests.ts';
import type { Log } from '../ports/log.ts';

/** Where requests come in: Electron's `ipcMain.handle`, seen without Electron. */
export interface RequestDoor<Event> {
  handle(channel: string, answer: (event: Event, raw: unknown) => Promise<unknown>): void;
}

/**
 * Answer every request a window may make. Each passes two checks before a handler sees it: it comes from our own main
 * frame (judged synchronously, before anything else), and it has the promised shape.
 */
export function serveRequests<Event>(deps: {
  readonly door: RequestDoor<Event>;
  readonly isOurFrame: (event: Event) => boolean;
  readonly handlers: Handlers;
  readonly log: Log;
}): void {
  for (const name of requestNames) {
    deps.door.handle(requestChannel(name), async (event, raw) => {
      if (!deps.isOurFrame(event)) {
        deps.log.warn('ipc.foreignFrame', { request: name });
        return fail({ kind: 'malformed', where: name });
      }
      return answer(name, deps.handlers, raw, deps.log);
    });
  }
}

async function answer<N extends RequestName>(
  name: N,
  handlers: Handlers,
  raw: unknown,
  log: Log,
): Promise<Result<unknown>> {
  const input = requests[name].input.safeParse(raw);
  if (!input.success) return fail({ kind: 'malformed', where: name });
  try {
    // The schema of this name has just accepted it.
    return await handlers[name](input.data as Input<N>);
  } catch (bug) {
    log.error('ipc.bug', { request: name, error: bug instanceof Error ? bug.name : 'unknown' });
    return fail({ kind: 'malformed', where: name });
  }
}
