import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * One kept-alive connection that asks one thing after the other, with next to nothing around it: on two cores, what the
 * asker spends is missing where it is measured. Where the server has closed it meanwhile, the next question opens another.
 */
export class HttpLane {
  readonly #port: number;
  #socket: Socket | null = null;
  #received = '';
  #answered: ((status: number) => void) | null = null;
  #lost: ((cause: Error) => void) | null = null;

  constructor(baseUrl: string) {
    this.#port = Number(new URL(baseUrl).port);
  }

  static async open(baseUrl: string): Promise<HttpLane> {
    const lane = new HttpLane(baseUrl);
    lane.#socket = await lane.#connected();
    return lane;
  }

  async #connected(): Promise<Socket> {
    const socket = connect(this.#port, '127.0.0.1');
    await once(socket, 'connect');
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#take(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#socket = null;
      this.#lost?.(new Error('the connection was closed'));
    });
    return socket;
  }

  /** @throws unless the answer has this status. */
  async post(path: string, authorization: string, body: string, expected = 201): Promise<void> {
    const socket = (this.#socket ??= await this.#connected());
    const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n`;
    const length = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const answer = new Promise<number>((resolve, reject) => {
      [this.#answered, this.#lost] = [resolve, reject];
    });
    socket.write(head + length + body);
    const status = await answer;
    if (status !== expected) throw new Error(`${path} was answered with ${status}`);
  }

  #take(chunk: string): void {
    this.#received += chunk;
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#received.slice(0, end))?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return;
    const status = Number(this.#received.slice(9, 12));
    this.#received = this.#received.slice(end + 4 + length);
    this.#answered?.(status);
  }

  close(): void {
    this.#socket?.destroy();
  }
}
