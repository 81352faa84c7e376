import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { z } from 'zod';

const Reply = z.object({
  channel: z.string(),
  clientId: z.string().optional(),
  successful: z.boolean().optional(),
  error: z.string().optional(),
});

/**
 * One Bayeux client on one WebSocket, with next to nothing around it: a thousand of Faye's own in the process that measures
 * take more of the machine than the server that is measured. It subscribes to one channel, keeps its `/meta/connect` going,
 * and hands on the text of what arrives.
 */
export class BayeuxLane {
  readonly #socket: Socket;
  readonly #onArrival: (text: string) => void;
  #received: Buffer = Buffer.alloc(0);
  #clientId = '';
  #answered: ((reply: z.infer<typeof Reply>) => void) | null = null;

  private constructor(socket: Socket, onArrival: (text: string) => void) {
    this.#socket = socket;
    this.#onArrival = onArrival;
  }

  /** @throws unless the server lets it in. */
  static async open(
    baseUrl: string,
    { channel, ext, onArrival }: { channel?: string; ext?: object; onArrival(text: string): void },
  ): Promise<BayeuxLane> {
    const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1').setNoDelay(true);
    await once(socket, 'connect');
    const lane = new BayeuxLane(socket, onArrival);
    await lane.#upgrade();
    const supportedConnectionTypes = ['websocket'];
    const greeting = { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes };
    lane.#clientId = (await lane.#ask(greeting)).clientId ?? '';
    if (channel !== undefined) {
      const asked = { channel: '/meta/subscribe', subscription: channel, ext };
      const { successful, error } = await lane.#ask(asked);
      if (successful !== true) throw new Error(`The subscription was refused: ${error ?? 'no reason'}.`);
    }
    lane.#goOn();
    return lane;
  }

  async #upgrade(): Promise<void> {
    const key = randomBytes(16).toString('base64');
    this.#socket.write(
      `GET /faye HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    const [head] = (await once(this.#socket, 'data')) as [Buffer];
    if (!head.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error('No WebSocket was opened.');
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk)).on('error', () => undefined);
  }

  /** Does not wait for the server's answer: what is said arrives, or is missed where it is waited for. */
  publish(channel: string, data: string): void {
    this.#say({ channel, data, clientId: this.#clientId, id: '1' });
  }

  #ask(message: object): Promise<z.infer<typeof Reply>> {
    const answered = new Promise<z.infer<typeof Reply>>((resolve) => (this.#answered = resolve));
    this.#say({ ...message, id: '1', ...(this.#clientId !== '' && { clientId: this.#clientId }) });
    return answered;
  }

  #goOn(): void {
    this.#say({ channel: '/meta/connect', connectionType: 'websocket', clientId: this.#clientId, id: '2' });
  }

  /** A text frame, masked with nothing: the mask is a rule for browsers, and zeros keep it. */
  #say(message: object): void {
    const body = Buffer.from(JSON.stringify([message]));
    const short = body.length < 126;
    const length = short ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 255];
    this.#socket.write(Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), body]));
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    for (let frame = this.#frame(); frame !== null; frame = this.#frame()) this.#hear(frame);
  }

  /** @returns the next frame's text; servers do not mask. */
  #frame(): string | null {
    const bytes = this.#received;
    if (bytes.length < 2) return null;
    const short = (bytes[1] ?? 0) & 127;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < head) return null;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : bytes.readUInt32BE(6);
    if (bytes.length < head + length) return null;
    this.#received = bytes.subarray(head + length);
    return (bytes[0] ?? 0) === 0x81 ? bytes.toString('utf8', head, head + length) : '';
  }

  /** Of what the bench itself has said nothing is parsed but the text between two marks. */
  #hear(frame: string): void {
    for (const [text] of frame.matchAll(/<<[^>]*>>/g)) this.#onArrival(text);
    if (!frame.includes('/meta/')) return;
    for (const reply of z.array(Reply).parse(JSON.parse(frame))) {
      if (reply.channel === '/meta/connect') this.#goOn();
      else this.#answered?.(reply);
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}
