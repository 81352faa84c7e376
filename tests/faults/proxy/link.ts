/** The way of one device to the service: a listener of its own, through which all its bytes, requests and frames go. */
import { createServer as createHttpServer, type IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Random } from '../../../main/ports/random.ts';
import type { FayeAction, HttpAction, Toxic } from '../plans/action.ts';
import type { Message } from './bayeux-faults.ts';
import { Connection } from './connection.ts';
import { Exchange } from './exchange.ts';
import { HttpFaults } from './http-faults.ts';
import { holdBack, type Imposed, type LinkAction, type ProxyEvent, type ProxyLog } from './imposed.ts';
import { PastAnswers } from './past-answers.ts';
import { RealtimePolls } from './realtime-polls.ts';
import { RealtimeSocket } from './realtime-socket.ts';
import { Gatherings } from './reordering.ts';
import { endToEnd, ToService } from './to-service.ts';

export interface LinkParts {
  readonly name: string;
  /** The service's origin. */
  readonly target: () => string;
  readonly decoy: () => string;
  readonly random: Random;
  readonly log: ProxyLog;
  /** Those that are on for this link, the oldest first. */
  readonly faults: () => readonly Imposed[];
}

const realtimePath = '/faye';
/** What can befall the request for a WebSocket. */
const onUpgrades: readonly HttpAction['kind'][] = [
  'hold',
  'dropRequest',
  'dropResponse',
  'status',
  'redirect',
  'html200',
];

export class Link {
  readonly #parts: LinkParts;
  readonly #door: Server;
  readonly #http = createHttpServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 72_000 });
  readonly #connections = new Set<Connection>();
  /** By the port of the end that the HTTP layer sees. */
  readonly #joined = new Map<number, Connection>();
  readonly #sockets = new Set<RealtimeSocket>();
  readonly #service: ToService;
  readonly #past = new PastAnswers();
  readonly #polls: RealtimePolls;
  readonly #httpFaults: HttpFaults;
  readonly #gatherings = new Gatherings<Message>();
  #connectionCount = 0;
  #requestCount = 0;
  #port = 0;
  /** Opening and closing the door, one after another. */
  #doorWork: Promise<void> = Promise.resolve();

  private constructor(parts: LinkParts) {
    this.#parts = parts;
    this.#service = new ToService(parts.target);
    this.#polls = new RealtimePolls({ service: this.#service, faults: () => this.#on('faye') });
    this.#httpFaults = new HttpFaults({ service: this.#service, past: this.#past, decoy: parts.decoy });
    this.#door = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
    this.#http.on('request', (request, response) => void this.#serve(request, response));
    this.#http.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
    this.#http.on('clientError', (_, socket) => socket.destroy());
  }

  static async open(parts: LinkParts): Promise<Link> {
    const link = new Link(parts);
    await listen(link.#http, 0);
    await listen(link.#door, 0);
    link.#port = portOf(link.#door);
    return link;
  }

  get name(): string {
    return this.#parts.name;
  }

  /** What the device is told to be the service's. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get configBaseUrl(): string {
    return `${this.origin}/sdk`;
  }

  /** A fault that has just come on for this link. */
  begin(fault: Imposed): void {
    if (isA<Toxic>(fault, 'bytes')) {
      if (isDoorShut(fault)) {
        this.#setDoor();
        fault.onLift(() => this.#setDoor());
      }
      for (const connection of [...this.#connections]) connection.befall(fault);
    } else if (isA<FayeAction>(fault, 'faye')) {
      for (const socket of [...this.#sockets]) socket.begin(fault);
      this.#polls.begin(fault);
    }
  }

  /** Resolves when the door stands as the faults want it. */
  settled(): Promise<void> {
    return this.#doorWork;
  }

  async close(): Promise<void> {
    await this.#doorWork;
    for (const server of [this.#door, this.#http]) server.close();
    for (const connection of this.#connections) connection.reset();
    this.#http.closeAllConnections();
  }

  #setDoor(): void {
    this.#doorWork = this.#doorWork.then(() => {
      const isShut = this.#on('bytes').some(isDoorShut);
      if (isShut === !this.#door.listening) return undefined;
      if (!isShut) return listen(this.#door, this.#port);
      // Standing connections do not keep it open: they are ended by the fault itself.
      this.#door.close();
      return undefined;
    });
  }

  #accept(socket: Socket): void {
    const connection = new Connection({
      ...{ socket, innerPort: portOf(this.#http), random: this.#parts.random, log: this.#parts.log },
      place: { link: this.name, connection: (this.#connectionCount += 1), request: null },
      toxics: () => this.#on<Toxic>('bytes'),
    });
    this.#connections.add(connection);
    connection.whenJoined((port) => {
      this.#joined.set(port, connection);
      void connection.closed.then(() => this.#joined.delete(port));
    });
    void connection.closed.then(() => this.#connections.delete(connection));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = this.#exchange(request, response);
    if (exchange === null) return;
    try {
      await this.#pass(exchange);
    } catch {
      this.#say(exchange, 'unreachable', '');
      exchange.reset();
    }
  }

  async #pass(exchange: Exchange): Promise<void> {
    const faults = this.#httpFaults.mayFit(this.#on<HttpAction>('http'), exchange);
    const isPoll = isRealtime(exchange.asked.path);
    if (faults.length === 0 && !isPoll)
      return exchange.passThrough(this.#service, (answer) => this.#past.keep(exchange.asked, answer));
    const body = await exchange.body();
    if (body === null) return;
    const fault = this.#httpFaults.choose(faults, exchange, body);
    if (fault !== undefined) return this.#httpFaults.befall(fault, exchange, body);
    if (isPoll) return this.#polls.serve(exchange, body);
    const answer = await this.#service.ask(exchange.asked, body);
    this.#past.keep(exchange.asked, answer);
    exchange.answer(answer);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    const exchange = this.#exchange(request, response);
    if (exchange === null) return;
    const faults = this.#httpFaults
      .mayFit(this.#on<HttpAction>('http'), exchange)
      .filter(({ action }) => onUpgrades.includes(action.kind));
    const fault = this.#httpFaults.choose(faults, exchange, Buffer.alloc(0));
    if (fault?.action.kind === 'hold') {
      fault.hit(exchange.place);
      await holdBack(fault, fault.action.ms);
    } else if (fault !== undefined) {
      response.assignSocket(exchange.request.socket);
      return this.#httpFaults.befall(fault, exchange, Buffer.alloc(0)).catch(() => exchange.reset());
    }
    this.#switch(exchange, socket, head);
  }

  #switch(exchange: Exchange, device: Duplex, head: Buffer): void {
    const { asked, place, connection } = exchange;
    // Without extensions, so that what is in the frames can be read.
    const headers = endToEnd(asked.headers, ['sec-websocket-extensions']);
    const upstream = this.#service.open({
      ...asked,
      headers: [...headers, 'Connection', 'Upgrade', 'Upgrade', 'websocket'],
    });
    upstream.once('error', () => {
      this.#say(exchange, 'unreachable', '');
      exchange.reset();
    });
    upstream.once('response', () => exchange.reset());
    upstream.once('upgrade', (answer, service, early) => {
      this.#say(exchange, 'answer', '101');
      device.write(headOf(answer));
      const faults = (): readonly Imposed<FayeAction>[] => this.#on('faye');
      const parts = { device, service, connection, place, faults, gatherings: this.#gatherings };
      const realtime = new RealtimeSocket(parts);
      this.#sockets.add(realtime);
      void connection.closed.then(() => this.#sockets.delete(realtime));
      if (early.length > 0) service.unshift(early);
      if (head.length > 0) device.unshift(head);
    });
    upstream.end();
  }

  #exchange(request: IncomingMessage, response: ServerResponse): Exchange | null {
    const connection = this.#joined.get(request.socket.remotePort ?? 0);
    if (connection === undefined) {
      request.socket.destroy();
      return null;
    }
    const exchange = new Exchange({ request, response, connection, number: (this.#requestCount += 1) });
    const { method, path } = exchange.asked;
    this.#say(exchange, 'request', `${method} ${path.split('?', 1)[0] ?? ''}`);
    response.once('finish', () => this.#say(exchange, 'answer', String(response.statusCode)));
    return exchange;
  }

  #on<A extends LinkAction>(layer: A['layer']): readonly Imposed<A>[] {
    return this.#parts.faults().filter((fault): fault is Imposed<A> => isA<A>(fault, layer));
  }

  #say({ place }: Exchange, what: ProxyEvent['what'], detail: string): void {
    this.#parts.log({ ...place, at: performance.now(), what, detail });
  }
}

function isA<A extends LinkAction>(fault: Imposed, layer: A['layer']): fault is Imposed<A> {
  return fault.action.layer === layer;
}

/** A share of the connections can only be ended once they have come in. */
function isDoorShut({ action }: Imposed): boolean {
  return action.kind === 'down' && action.toxicity >= 1;
}

function isRealtime(path: string): boolean {
  return path === realtimePath || path.startsWith(`${realtimePath}?`);
}

function headOf({ statusCode = 101, statusMessage = '', rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`];
  for (let n = 0; n + 1 < rawHeaders.length; n += 2) lines.push(`${rawHeaders[n]}: ${rawHeaders[n + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
  return address.port;
}
