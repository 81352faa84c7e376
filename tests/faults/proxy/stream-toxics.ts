/** The byte layer: one direction of one connection, with the toxics that are on while a chunk passes. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../main/ports/random.ts';
import type { Toxic } from '../plans/action.ts';
import { holdBack, type Imposed, type Place } from './imposed.ts';

/** Bytes that may wait between two sockets before the sender is slowed down. */
const maxWaiting = 1024 * 1024;
/** Bytes in a second for each kB/s of a `bandwidth`. */
const kB = 1000;
/** How often the pieces of a throttled stream go out. */
const tickMs = 20;

export interface FlowParts {
  readonly from: Socket;
  readonly to: Socket;
  readonly stream: Toxic['stream'];
  readonly random: Random;
  readonly place: Place;
  /** What may befall this connection, now. */
  readonly toxics: () => readonly Imposed<Toxic>[];
  /** Ends the connection in both directions. */
  readonly close: () => void;
}

interface Chunk {
  readonly bytes: Buffer;
  /** `performance.now` when it came. */
  readonly at: number;
}

/**
 * Carries bytes one way, in order. Latency runs from a chunk's arrival, so that what comes together leaves together; what
 * a `timeout` stops is kept and goes on when it is lifted, as TCP would send it again.
 */
export class Flow {
  readonly #parts: FlowParts;
  readonly #waiting: Chunk[] = [];
  #bytes = 0;
  #isOver = false;
  #news: () => void = () => undefined;
  readonly #told = new WeakSet<Imposed>();
  readonly #passed = new Map<Imposed, number>();

  constructor(parts: FlowParts) {
    this.#parts = parts;
    const { from } = parts;
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.once('end', () => {
      this.#isOver = true;
      this.#news();
    });
    void this.#carry();
  }

  #take(bytes: Buffer): void {
    this.#waiting.push({ bytes, at: performance.now() });
    this.#bytes += bytes.length;
    if (this.#bytes > maxWaiting) this.#parts.from.pause();
    this.#news();
  }

  async #carry(): Promise<void> {
    const { to, from } = this.#parts;
    for (;;) {
      const chunk = this.#waiting.shift();
      if (chunk !== undefined) {
        await this.#pass(chunk);
        this.#bytes -= chunk.bytes.length;
        if (this.#bytes <= maxWaiting) from.resume();
      } else if (this.#isOver || to.destroyed) break;
      else await new Promise<void>((resolve) => (this.#news = resolve));
    }
    await this.#standStill();
    await this.#slowClose();
    to.end();
  }

  async #pass({ bytes, at }: Chunk): Promise<void> {
    await this.#standStill();
    for (const toxic of this.#on('latency')) {
      const { latency, jitter } = toxic.action;
      const due = at + latency + (this.#parts.random.fraction() * 2 - 1) * jitter;
      this.#hit(toxic);
      await holdBack(toxic, Math.max(0, due - performance.now()));
    }
    for (const piece of this.#pieces(bytes)) {
      await this.#throttle(piece.bytes.length);
      await this.#standStill();
      if (!(await this.#write(piece.bytes))) return;
      if (piece.delay > 0) await sleep(piece.delay);
    }
  }

  async #standStill(): Promise<void> {
    for (let held = this.#on('timeout'); held.length > 0; held = this.#on('timeout')) {
      for (const toxic of held) {
        this.#hit(toxic);
        await holdBack(toxic, null);
      }
    }
  }

  /** @returns false when nothing more may follow */
  async #write(bytes: Buffer): Promise<boolean> {
    const { to, close } = this.#parts;
    if (to.destroyed) return false;
    for (const toxic of this.#on('limit_data')) {
      const left = toxic.action.bytes - (this.#passed.get(toxic) ?? 0);
      this.#passed.set(toxic, (this.#passed.get(toxic) ?? 0) + bytes.length);
      if (left > bytes.length) continue;
      this.#hit(toxic);
      to.end(bytes.subarray(0, Math.max(0, left)), close);
      return false;
    }
    if (!to.write(bytes)) await drained(to);
    return true;
  }

  #pieces(bytes: Buffer): { bytes: Buffer; delay: number }[] {
    const [slicer] = this.#on('slicer');
    const [bandwidth] = this.#on('bandwidth');
    if (slicer === undefined && bandwidth === undefined) return [{ bytes, delay: 0 }];
    const delay = slicer?.action.delay ?? 0;
    const pieces = [];
    for (let from = 0; from < bytes.length;) {
      const size = Math.max(1, Math.round(this.#pieceSize(slicer?.action, bandwidth?.action)));
      pieces.push({ bytes: bytes.subarray(from, from + size), delay });
      from += size;
    }
    for (const toxic of [slicer, bandwidth]) if (toxic !== undefined) this.#hit(toxic);
    return pieces;
  }

  #pieceSize(
    slicer: Extract<Toxic, { kind: 'slicer' }> | undefined,
    bandwidth: Extract<Toxic, { kind: 'bandwidth' }> | undefined,
  ): number {
    const tick = bandwidth === undefined ? Infinity : (bandwidth.rate * kB * tickMs) / 1000;
    if (slicer === undefined) return tick;
    const variation = (this.#parts.random.fraction() * 2 - 1) * slicer.sizeVariation;
    return Math.min(tick, slicer.averageSize + variation);
  }

  async #throttle(size: number): Promise<void> {
    for (const toxic of this.#on('bandwidth'))
      await holdBack(toxic, (size / (toxic.action.rate * kB)) * 1000);
  }

  async #slowClose(): Promise<void> {
    for (const toxic of this.#on('slow_close')) {
      this.#hit(toxic);
      await holdBack(toxic, toxic.action.delay);
    }
  }

  #on<K extends Toxic['kind']>(kind: K): Imposed<Extract<Toxic, { kind: K }>>[] {
    if (this.#parts.to.destroyed) return [];
    return this.#parts.toxics().filter((toxic): toxic is Imposed<Extract<Toxic, { kind: K }>> => {
      const { action } = toxic;
      return action.kind === kind && action.stream === this.#parts.stream;
    });
  }

  #hit(toxic: Imposed<Toxic>): void {
    toxic.hit(this.#parts.place, !this.#told.has(toxic));
    this.#told.add(toxic);
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
