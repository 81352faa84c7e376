import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { decode, encode } from './vault-dbus-wire.ts';
import type { DbusMessage, DbusValue } from './vault-dbus-wire.ts';

export interface DbusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** Signature of `body`. */
  readonly signature?: string;
  readonly body?: readonly DbusValue[];
}

/** The error a peer answered a call with; `name` is D-Bus' own dotted name. */
export class DbusError extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

/** What a call fails with when the connection is gone. */
export const connectionLost = 'onethread.ConnectionLost';

/** No answer of the Secret Service comes near this. */
const longestMessage = 4 * 1024 * 1024;

/**
 * A connection to the D-Bus session bus, as small as asking the Secret Service about its state needs: method calls, their
 * answers, and signals. Only little-endian machines, on which alone we ship. D-Bus Specification 0.41.
 */
export class DbusConnection {
  readonly #socket: Socket;
  readonly #waiting = new Map<
    number,
    { resolve(body: readonly DbusValue[]): void; reject(error: Error): void }
  >();
  readonly #signals = new Set<(message: DbusMessage) => void>();
  #serial = 0;
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, early: Buffer) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('close', () => this.#lose());
    this.#take(early);
  }

  /**
   * @param address as in `DBUS_SESSION_BUS_ADDRESS`; the first unix socket in it is used.
   * @throws if there is no such socket, or the bus does not let this user in.
   */
  static async open(address: string): Promise<DbusConnection> {
    const path = socketPath(address);
    if (path === null) throw new DbusError(connectionLost);
    const socket = createConnection(path);
    // Errors are told by the `close` that follows.
    socket.on('error', () => undefined);
    const connection = new DbusConnection(socket, await authenticate(socket));
    await connection.call({ ...bus, member: 'Hello' });
    return connection;
  }

  call(call: DbusCall): Promise<readonly DbusValue[]> {
    const serial = ++this.#serial;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new DbusError(connectionLost));
      this.#waiting.set(serial, { resolve, reject });
      this.#socket.write(encode({ ...call, serial }));
    });
  }

  /** Hear the signals that reach this connection: those sent to it alone, and those matching a rule given to the bus. */
  onSignal(listener: (message: DbusMessage) => void): void {
    this.#signals.add(listener);
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    try {
      for (;;) {
        const next = decode(this.#received, longestMessage);
        if (next === null) return;
        this.#received = this.#received.subarray(next.length);
        this.#hear(next.message);
      }
    } catch {
      // What is not D-Bus has no next message to go on with.
      this.#socket.destroy();
    }
  }

  #hear(message: DbusMessage): void {
    if (message.kind === 'signal') {
      for (const listener of this.#signals) listener(message);
      return;
    }
    const waiting = this.#waiting.get(message.replyTo);
    if (waiting === undefined) return;
    this.#waiting.delete(message.replyTo);
    if (message.kind === 'error') waiting.reject(new DbusError(message.errorName));
    else waiting.resolve(message.body);
  }

  #lose(): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new DbusError(connectionLost));
    this.#waiting.clear();
  }
}

export const bus = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

/** The socket of an address like `unix:path=/run/user/1000/bus,guid=…;tcp:…`, or null. */
export function socketPath(address: string): string | null {
  for (const entry of address.split(';')) {
    if (!entry.startsWith('unix:')) continue;
    for (const pair of entry.slice('unix:'.length).split(',')) {
      const [key, value] = pair.split('=', 2);
      if (value === undefined) continue;
      if (key === 'path') return unescape(value);
      // Linux' abstract sockets: a name that begins with NUL.
      if (key === 'abstract') return `\0${unescape(value)}`;
    }
  }
  return null;
}

function unescape(value: string): string {
  return Buffer.from(
    value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString();
}

/** Say who we are (by the user id the socket proves) and begin. Returns what arrived beyond the handshake. */
function authenticate(socket: Socket): Promise<Buffer> {
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    const refuse = (): void => reject(new DbusError(connectionLost));
    const hear = (chunk: Buffer): void => {
      answer = Buffer.concat([answer, chunk]);
      const end = answer.indexOf('\r\n');
      if (end < 0 && answer.length < 1024) return;
      socket.off('data', hear);
      socket.off('close', refuse);
      if (!answer.toString('latin1').startsWith('OK ')) {
        socket.destroy();
        return refuse();
      }
      socket.write('BEGIN\r\n');
      resolve(answer.subarray(end + 2));
    };
    socket.on('data', hear);
    socket.on('close', refuse);
    socket.on('connect', () => socket.write(`\0AUTH EXTERNAL ${user}\r\n`));
  });
}
