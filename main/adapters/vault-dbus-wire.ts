/**
 * D-Bus messages as bytes and back (D-Bus Specification 0.41, "Type System" and "Message Protocol"), little-endian.
 *
 * Every type is aligned to its own size, counted from the start of the message; containers are read and written by
 * walking their signature.
 */

export interface DbusVariant {
  readonly signature: string;
  readonly value: DbusValue;
}
/** Structs and arrays are arrays; a dictionary is an array of pairs. */
export type DbusValue = string | number | bigint | boolean | DbusVariant | readonly DbusValue[];

export interface DbusMessage {
  readonly kind: 'answer' | 'error' | 'signal';
  /** Serial of the call this answers; 0 for a signal. */
  readonly replyTo: number;
  readonly errorName: string;
  readonly path: string;
  readonly member: string;
  readonly body: readonly DbusValue[];
}

const kinds: Readonly<Record<number, DbusMessage['kind']>> = { 2: 'answer', 3: 'error', 4: 'signal' };
const field = { path: 1, interface: 2, member: 3, error: 4, replySerial: 5, destination: 6, signature: 8 };

/** One method call. */
export function encode(call: {
  readonly serial: number;
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly DbusValue[];
}): Buffer {
  const signature = call.signature ?? '';
  const body = new Writer();
  completeTypes(signature).forEach((type, at) => body.write(type, call.body?.[at] ?? ''));
  const fields: DbusValue[] = [
    [field.path, { signature: 'o', value: call.path }],
    [field.interface, { signature: 's', value: call.interface }],
    [field.member, { signature: 's', value: call.member }],
    [field.destination, { signature: 's', value: call.destination }],
  ];
  if (signature !== '') fields.push([field.signature, { signature: 'g', value: signature }]);
  const head = new Writer();
  head.write('(yyyyuua(yv))', ['l'.charCodeAt(0), 1, 0, 1, body.length, call.serial, fields]);
  head.align(8);
  return Buffer.concat([head.bytes(), body.bytes()]);
}

/**
 * The first message in `bytes` and its length, or null if it is not complete yet.
 *
 * @throws on anything that is not a little-endian D-Bus message of at most `longest` bytes.
 */
export function decode(
  bytes: Buffer,
  longest: number,
): { readonly message: DbusMessage; readonly length: number } | null {
  if (bytes.length < 16) return null;
  if (bytes[0] !== 'l'.charCodeAt(0)) throw new Error('not little-endian D-Bus');
  const bodyLength = bytes.readUInt32LE(4);
  const bodyAt = aligned(16 + bytes.readUInt32LE(12), 8);
  const length = bodyAt + bodyLength;
  if (length > longest) throw new Error('D-Bus message too long');
  if (bytes.length < length) return null;

  const fields = new Map<number, DbusValue>();
  const [list] = new Reader(bytes.subarray(0, bodyAt), 12).all('a(yv)');
  for (const [code, variant] of list as readonly [number, DbusVariant][]) fields.set(code, variant.value);
  const text = (code: number): string => String(fields.get(code) ?? '');
  const body = new Reader(bytes.subarray(bodyAt, length), 0).all(text(field.signature));
  return {
    length,
    message: {
      // A call to us is answered with silence: nobody has a reason to make one.
      kind: kinds[bytes[1] ?? 0] ?? 'signal',
      replyTo: Number(fields.get(field.replySerial) ?? 0),
      errorName: text(field.error),
      path: text(field.path),
      member: text(field.member),
      body,
    },
  };
}

const aligned = (at: number, to: number): number => Math.ceil(at / to) * to;

const alignment: Readonly<Record<string, number>> = {
  ...{ y: 1, g: 1, v: 1, n: 2, q: 2, b: 4, i: 4, u: 4, h: 4, s: 4, o: 4, a: 4 },
  ...{ x: 8, t: 8, d: 8, '(': 8, '{': 8 },
};
const alignmentOf = (type: string): number => {
  const found = alignment[type.charAt(0)];
  if (found === undefined) throw new Error('unknown D-Bus type');
  return found;
};

/** `sa{sv}(ii)` → `s`, `a{sv}`, `(ii)`. */
function completeTypes(signature: string): string[] {
  const types: string[] = [];
  for (let at = 0; at < signature.length;) {
    const end = endOfType(signature, at);
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

function endOfType(signature: string, at: number): number {
  if (signature[at] === 'a') return endOfType(signature, at + 1);
  if (signature[at] !== '(' && signature[at] !== '{') return at + 1;
  let depth = 0;
  for (let end = at; end < signature.length; end++) {
    if ('({'.includes(signature.charAt(end))) depth++;
    else if (')}'.includes(signature.charAt(end)) && --depth === 0) return end + 1;
  }
  throw new Error('D-Bus signature does not close');
}

class Writer {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }

  align(to: number): void {
    while (this.#bytes.length % to !== 0) this.#bytes.push(0);
  }

  /** Writes the types we have reason to send: bytes, booleans, uint32, strings, variants and containers. */
  write(type: string, value: DbusValue): void {
    this.align(alignmentOf(type));
    const kind = type.charAt(0);
    if (kind === 'y') this.#bytes.push(Number(value));
    else if (kind === 'u' || kind === 'b') this.#uint32(Number(value));
    else if (kind === 's' || kind === 'o') this.#text(String(value), 4);
    else if (kind === 'g') this.#text(String(value), 1);
    else if (kind === 'v') this.#variant(value as DbusVariant);
    else if (kind === 'a') this.#array(type.slice(1), value as readonly DbusValue[]);
    else if (kind === '(' || kind === '{') this.#struct(type, value as readonly DbusValue[]);
    else throw new Error(`no reason to send the D-Bus type ${kind}`);
  }

  #uint32(value: number): void {
    this.#bytes.push(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
  }

  #text(value: string, lengthBytes: 1 | 4): void {
    const text = Buffer.from(value);
    if (lengthBytes === 4) this.#uint32(text.length);
    else this.#bytes.push(text.length);
    this.#bytes.push(...text, 0);
  }

  #variant({ signature, value }: DbusVariant): void {
    this.#text(signature, 1);
    this.write(signature, value);
  }

  #array(type: string, values: readonly DbusValue[]): void {
    const lengthAt = this.#bytes.length;
    this.#uint32(0);
    this.align(alignmentOf(type));
    const start = this.#bytes.length;
    for (const value of values) this.write(type, value);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(this.#bytes.length - start);
    this.#bytes.splice(lengthAt, 4, ...length);
  }

  #struct(type: string, values: readonly DbusValue[]): void {
    completeTypes(type.slice(1, -1)).forEach((member, at) => this.write(member, values[at] ?? ''));
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  all(signature: string): DbusValue[] {
    return completeTypes(signature).map((type) => this.#read(type));
  }

  #read(type: string): DbusValue {
    const size = alignmentOf(type);
    this.#at = aligned(this.#at, size);
    const kind = type.charAt(0);
    if (kind === 's' || kind === 'o') return this.#text(this.#number('u', 4));
    if (kind === 'g') return this.#text(this.#number('y', 1));
    if (kind === 'v') return this.#variant();
    if (kind === 'a') return this.#array(type.slice(1));
    if (kind === '(' || kind === '{') return this.all(type.slice(1, -1));
    if (kind === 'b') return this.#number('u', 4) !== 0;
    if (kind === 'x' || kind === 't') return this.#long(kind);
    return this.#number(kind, size);
  }

  #number(kind: string, size: number): number {
    const at = this.#at;
    this.#at += size;
    if (kind === 'd') return this.#bytes.readDoubleLE(at);
    return kind === 'n' || kind === 'i' ? this.#bytes.readIntLE(at, size) : this.#bytes.readUIntLE(at, size);
  }

  #long(kind: 'x' | 't'): bigint {
    const at = this.#at;
    this.#at += 8;
    return kind === 'x' ? this.#bytes.readBigInt64LE(at) : this.#bytes.readBigUInt64LE(at);
  }

  #text(length: number): string {
    const at = this.#at;
    this.#at += length + 1;
    if (this.#at > this.#bytes.length) throw new Error('D-Bus text runs past its message');
    return this.#bytes.toString('utf8', at, at + length);
  }

  #variant(): DbusVariant {
    const [type] = completeTypes(this.#text(this.#number('y', 1)));
    if (type === undefined) throw new Error('D-Bus variant without a type');
    return { signature: type, value: this.#read(type) };
  }

  #array(type: string): DbusValue[] {
    const length = this.#number('u', 4);
    this.#at = aligned(this.#at, alignmentOf(type));
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error('D-Bus array runs past its message');
    const values: DbusValue[] = [];
    while (this.#at < end) {
      const before = this.#at;
      values.push(this.#read(type));
      // Only a type that is none, like a struct of nothing, takes no room; an array of them would not end.
      if (this.#at === before) throw new Error('D-Bus array of nothing');
    }
    return values;
  }
}
