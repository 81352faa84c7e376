/**
 * How long a request may take to arrive (S-09). Node's own limit knows one time for all: too long for words, too short for a
 * file of 25 MB on a slow line. So what carries a body has half a minute, and the upload of somebody we know goes on for as
 * long as it goes forward.
 */
import type { IncomingMessage } from 'node:http';

const withinMs = 30_000;
/** The least that an upload brings on, each time: four kilobytes a second, what the slowest of mobile lines carry. */
const step = { ms: 15_000, bytes: 64 * 1024 };
/** No upload takes longer, however it goes forward. */
export const longestUploadMs = 3_600_000;

/** Of those that have not arrived yet. */
const clocks = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** To be called as soon as there is a request. */
export function limitArrival(request: IncomingMessage): void {
  // Most are here whole as soon as Node has read what it has of them, and need no clock.
  process.nextTick(watch, request);
}

function watch(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  clocks.set(request, setTimeout(cutOff, withinMs, request));
  request.once('close', () => clearTimeout(clocks.get(request)));
}

/** It is an upload, and we know whose: from now on it only has to go forward. */
export function allowSlowUpload(request: IncomingMessage): void {
  if (!clocks.has(request) || request.destroyed) return;
  const deadline = performance.now() + longestUploadMs;
  const goOn = (): void => {
    const before = request.socket.bytesRead;
    const judge = (): void => {
      const goesForward = request.socket.bytesRead - before >= step.bytes && performance.now() <= deadline;
      if (goesForward) goOn();
      else cutOff(request);
    };
    clearTimeout(clocks.get(request));
    clocks.set(request, setTimeout(judge, step.ms));
  };
  goOn();
}

/** One that is here whole is being answered, which may take as long as it takes. */
function cutOff(request: IncomingMessage): void {
  if (request.complete) return;
  // What Node's own limit says, as far as it is still heard.
  if (request.socket.writable)
    request.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
  request.destroy();
}
