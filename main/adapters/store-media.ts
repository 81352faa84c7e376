import { ok, type Result } from '../../contract/failure.ts';
import { mediaPieceBytes } from '../../contract/media.ts';
import type { StoreOp, StoreValue } from '../../contract/store-protocol.ts';
import type { AccountMedia } from '../ports/history.ts';
import type { StoreInput } from './store-process.ts';

type Ask = <O extends StoreOp>(op: O, input: StoreInput<O>) => Promise<Result<StoreValue<O>>>;

/** Media by way of a store process, in pieces: each is a request of its own, and others take their turn in between. */
export function mediaThrough(ask: Ask): AccountMedia {
  return {
    async put(name, bytes, unsent) {
      const total = bytes.length;
      for (let from = 0; from < total; from += mediaPieceBytes) {
        const piece = Buffer.from(
          bytes.buffer,
          bytes.byteOffset + from,
          Math.min(mediaPieceBytes, total - from),
        );
        const put = await ask('putMedia', { name, from, total, unsent, bytes: piece.toString('base64') });
        if (!put.ok) return put;
      }
      return ok();
    },
    find: (name) => ask('findMedia', { name }),
    async read(name, from, length) {
      const pieces: Buffer[] = [];
      for (let at = from; at < from + length;) {
        const wanted = Math.min(mediaPieceBytes, from + length - at);
        const read = await ask('readMedia', { name, from: at, length: wanted });
        if (!read.ok || read.value === null) return read.ok ? ok(null) : read;
        const piece = Buffer.from(read.value, 'base64');
        pieces.push(piece);
        if (piece.length < wanted) break;
        at += piece.length;
      }
      return ok(Buffer.concat(pieces));
    },
    async drop(key) {
      const dropped = await ask('dropMedia', { key });
      return dropped.ok ? ok() : dropped;
    },
  };
}
