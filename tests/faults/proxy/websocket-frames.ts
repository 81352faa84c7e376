/** The frames of a WebSocket (RFC 6455 §5), without extensions: the proxy never lets one be agreed on. */

export const opcodes = { continuation: 0, text: 1, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly payload: Buffer;
}

/** Cuts a stream into frames. */
export class FrameReader {
  #rest = Buffer.alloc(0);

  read(bytes: Buffer): Frame[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | null {
    const head = headOf(this.#rest);
    if (head === null || this.#rest.length < head.size + head.length) return null;
    const payload = Buffer.from(this.#rest.subarray(head.size, head.size + head.length));
    if (head.mask !== null)
      for (let n = 0; n < payload.length; n += 1) payload[n] = masked(payload, head.mask, n);
    const [first = 0] = this.#rest;
    this.#rest = this.#rest.subarray(head.size + head.length);
    return { opcode: first & 0x0f, isFinal: (first & 0x80) !== 0, payload };
  }
}

const masked = (payload: Buffer, mask: Buffer, n: number): number => (payload[n] ?? 0) ^ (mask[n % 4] ?? 0);

/** Null while it has not come whole. */
function headOf(bytes: Buffer): { size: number; length: number; mask: Buffer | null } | null {
  const second = bytes[1];
  if (second === undefined) return null;
  const short = second & 0x7f;
  const wide = short === 126 ? 2 : short === 127 ? 8 : 0;
  const maskSize = (second & 0x80) !== 0 ? 4 : 0;
  const size = 2 + wide + maskSize;
  if (bytes.length < size) return null;
  const length = wide === 0 ? short : wide === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return { size, length, mask: maskSize === 0 ? null : bytes.subarray(2 + wide, size) };
}

/** `isMasked` for what a client says. Its mask is nought: it guards against proxies that are not this one. */
export function encodeFrame({ opcode, isFinal, payload }: Frame, isMasked: boolean): Buffer {
  const { length } = payload;
  const wide = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(2 + wide + (isMasked ? 4 : 0));
  head[0] = (isFinal ? 0x80 : 0) | opcode;
  head[1] = (isMasked ? 0x80 : 0) | (wide === 0 ? length : wide === 2 ? 126 : 127);
  if (wide === 2) head.writeUInt16BE(length, 2);
  if (wide === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

export function closeFrame(code: number): Frame {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return { opcode: opcodes.close, isFinal: true, payload };
}
