/** One TCP connection of a device, from its socket to the door of the HTTP layer. */
import { connect, type Socket } from 'node:net';
import type { Random } from '../../../main/ports/random.ts';
import type { Toxic } from '../plans/action.ts';
import type { Imposed, Place, ProxyLog } from './imposed.ts';
import { Flow } from './stream-toxics.ts';

export interface ConnectionParts {
  readonly socket: Socket;
  /** The port of the HTTP layer on this machine. */
  readonly innerPort: number;
  readonly place: Place;
  readonly random: Random;
  readonly log: ProxyLog;
  /** All that are on for this link. */
  readonly toxics: () => readonly Imposed<Toxic>[];
}

export class Connection {
  readonly place: Place;
  readonly #parts: ConnectionParts;
  readonly #inner: Socket;
  readonly #begun = new Set<Imposed<Toxic>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Resolves when it is gone. */
  readonly closed: Promise<void>;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.place = parts.place;
    const { socket, innerPort } = parts;
    this.#inner = connect({ port: innerPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    // Whatever breaks on one side breaks on the other.
    socket.on('error', () => this.reset());
    this.#inner.on('error', () => this.reset());
    this.#inner.once('connect', () => this.#join());
    this.closed = new Promise((resolve) => socket.once('close', () => resolve(this.#forget())));
    this.#say('opened');
  }

  /** What the HTTP layer knows it by: the port of its end. */
  whenJoined(tell: (port: number) => void): void {
    this.#inner.once('connect', () => tell(this.#inner.localPort ?? 0));
  }

  /** RST: the device sees ECONNRESET. */
  reset(): void {
    this.#parts.socket.resetAndDestroy();
    this.#inner.destroy();
  }

  /** FIN, whatever was still to come. */
  close(): void {
    this.#parts.socket.destroySoon();
    this.#inner.destroy();
  }

  /** Begins what does not wait for bytes. Called when a toxic comes on, and for those that are on already. */
  befall(toxic: Imposed<Toxic>): void {
    const { action } = toxic;
    if (this.#begun.has(toxic) || !this.#isBefallen(toxic)) return;
    this.#begun.add(toxic);
    if (action.kind === 'reset_peer') this.#later(toxic, action.timeout, () => this.reset());
    else if (action.kind === 'timeout' && action.timeout > 0)
      this.#later(toxic, action.timeout, () => this.close());
    else if (action.kind === 'down') this.#end(toxic, () => this.reset());
  }

  #join(): void {
    const { socket, random, place } = this.#parts;
    const inner = this.#inner;
    const rest = {
      ...{ random, place, close: () => this.close() },
      toxics: () => this.#parts.toxics().filter((toxic) => this.#isBefallen(toxic)),
    };
    new Flow({ ...rest, stream: 'upstream', from: socket, to: inner });
    new Flow({ ...rest, stream: 'downstream', from: inner, to: socket });
    for (const toxic of this.#parts.toxics()) this.befall(toxic);
  }

  #isBefallen(toxic: Imposed<Toxic>): boolean {
    return toxic.befalls(this, toxic.action.toxicity);
  }

  #later(toxic: Imposed<Toxic>, ms: number, act: () => void): void {
    if (ms === 0) this.#end(toxic, act);
    else this.#timers.add(setTimeout(() => toxic.isOn && this.#end(toxic, act), ms));
  }

  #end(toxic: Imposed<Toxic>, act: () => void): void {
    toxic.hit(this.place);
    act();
  }

  #forget(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#inner.destroy();
    this.#say('closed');
  }

  #say(what: 'opened' | 'closed'): void {
    this.#parts.log({ ...this.place, at: performance.now(), what, detail: '' });
  }
}
