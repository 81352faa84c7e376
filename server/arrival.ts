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

interface Limit {
  timer: NodeJS.Timeout;
}
const limits = new WeakMap<IncomingMessage, Limit>();

/** To be called as soon as there is a request. */
export function limitArrival(request: IncomingMessage): void {
  // Most are here whole as soon as Node has read what it has of them, and need no clock.
  process.nextTick(watch, request);
}

function watch(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const limit: Limit = { timer: setTimeout(() => cutOff(request), withinMs) };
  limits.set(request, limit);
  request.once('close', () => clearTimeout(limit.timer));
}

/** It is an upload, and we know whose: from now on it only has to go forward. */
export function allowSlowUpload(request: IncomingMessage): void {
  const limit = limits.get(request);
  if (!limit || request.destroyed) return;
  const deadline = performance.now() + longestUploadMs;
  const goOn = (before: number): void => {
    limit.timer = setTimeout(() => {
      const { bytesRead } = request.socket;
      if (bytesRead - before < step.bytes || performance.now() > deadline) cutOff(request);
      else goOn(bytesRead);
    }, step.ms);
  };
  clearTimeout(limit.timer);
  goOn(request.socket.bytesRead);
}

/** One that is here whole is being answered, which may take as long as it takes. */
function cutOff(request: IncomingMessage): void {
  if (!request.complete) request.destroy();
}
