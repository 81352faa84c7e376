/** A realtime channel over a WebSocket: frames are taken apart, looked into, and put together again. */
import type { Duplex } from 'node:stream';
import type { FayeAction } from '../plans/action.ts';
import { Listener, type Message, readBatch } from './bayeux-faults.ts';
import type { Connection } from './connection.ts';
import { holdBack, type Imposed, type Place } from './imposed.ts';
import type { Gatherings } from './reordering.ts';
import { closeFrame, encodeFrame, type Frame, FrameReader, opcodes } from './websocket-frames.ts';

export interface RealtimeSocketParts {
  readonly device: Duplex;
  readonly service: Duplex;
  readonly connection: Connection;
  readonly place: Place;
  readonly faults: () => readonly Imposed<FayeAction>[];
  readonly gatherings: Gatherings<Message>;
}

export class RealtimeSocket {
  readonly #parts: RealtimeSocketParts;
  readonly #listener: Listener;
  readonly #told = new WeakSet<Imposed>();

  constructor(parts: RealtimeSocketParts) {
    this.#parts = parts;
    const { device, service, connection, place, faults } = parts;
    this.#listener = new Listener({ place: () => place, faults, isPolling: false });
    onMessages(device, (frame) => this.#fromDevice(frame));
    onMessages(service, (frame) => this.#fromService(frame));
    // One end ends the other in the same way.
    device.once('end', () => service.end()).once('close', () => service.destroy());
    service.once('end', () => device.end()).once('error', () => connection.reset());
    device.on('error', () => service.destroy());
    service.once('close', () => device.end());
  }

  /** A fault that has just come on and may befall what stands. */
  begin(fault: Imposed<FayeAction>): void {
    if (this.#closesBy(fault)) return;
    const { answer, isKilled } = this.#listener.begin(fault);
    if (isKilled) this.#parts.connection.reset();
    else if (answer.length > 0) this.#tell(answer);
  }

  #fromDevice(frame: Frame): void {
    const { service, connection } = this.#parts;
    const forward = (one: Frame): void => void service.write(encodeFrame(one, true));
    if (frame.opcode === opcodes.pong && this.#isSilenced(frame)) return;
    const batch = frame.opcode === opcodes.text ? readBatch(frame.payload.toString('utf8')) : null;
    if (batch === null || batch.length === 0) return forward(frame);
    const { pass, answer, isKilled } = this.#listener.upstream(batch);
    if (isKilled) return connection.reset();
    if (answer.length > 0) this.#tell(answer);
    if (pass.length > 0) forward(textFrame(pass));
  }

  #fromService(frame: Frame): void {
    const { device, faults, gatherings, place } = this.#parts;
    if (faults().some((fault) => this.#closesBy(fault))) return;
    const batch = frame.opcode === opcodes.text ? readBatch(frame.payload.toString('utf8')) : null;
    const isPong = frame.opcode === opcodes.pong || batch?.length === 0;
    if (isPong && this.#isSilenced(frame)) return;
    if (batch === null || batch.length === 0) return void device.write(encodeFrame(frame, false));
    const { now, held, gathered } = this.#listener.downstream(batch);
    if (now.length > 0) this.#tell(now);
    for (const { message, fault } of held)
      void holdBack(fault, fault.action.ms).then(() => this.#tell([message]));
    for (const { message, fault } of gathered)
      void gatherings
        .of(fault, fault.action.window)
        .join(message)
        .then(({ isMoved, done }) => {
          if (isMoved) fault.hit(place);
          this.#tell([message]);
          done();
        });
  }

  #tell(messages: readonly Message[]): void {
    const { device } = this.#parts;
    if (!device.destroyed && !device.writableEnded) device.write(encodeFrame(textFrame(messages), false));
  }

  #isSilenced(frame: Frame): boolean {
    const { faults, place } = this.#parts;
    const fault = faults().find(({ action }) => action.kind === 'pingWithoutPong');
    if (fault === undefined || !fault.befalls(frame, fault.action.toxicity)) return false;
    fault.hit(place);
    return true;
  }

  /** Says goodbye to the device with the fault's code, once. */
  #closesBy(fault: Imposed<FayeAction>): boolean {
    const { device, service, place } = this.#parts;
    const { action } = fault;
    if (action.kind !== 'closeCode' || !fault.befalls(this, action.toxicity)) return false;
    if (this.#told.has(fault)) return true;
    this.#told.add(fault);
    fault.hit(place);
    device.end(encodeFrame(closeFrame(action.code), false));
    service.destroy();
    return true;
  }
}

function textFrame(messages: readonly Message[]): Frame {
  return { opcode: opcodes.text, isFinal: true, payload: Buffer.from(JSON.stringify(messages)) };
}

/** Whole messages; the parts of one that came in pieces are put together. */
function onMessages(stream: Duplex, hear: (frame: Frame) => void): void {
  const reader = new FrameReader();
  let pieces: Frame[] = [];
  stream.on('data', (bytes: Buffer) => {
    for (const frame of reader.read(bytes)) {
      if (frame.opcode >= opcodes.close) {
        hear(frame);
        continue;
      }
      pieces.push(frame);
      if (!frame.isFinal) continue;
      const payload = Buffer.concat(pieces.map((piece) => piece.payload));
      hear({ opcode: pieces[0]?.opcode ?? opcodes.text, isFinal: true, payload });
      pieces = [];
    }
  });
}
