/** A realtime channel over long polls: a request carries messages up, its answer brings messages down. */
import type { FayeAction } from '../plans/action.ts';
import { Listener, type Message, type Passage, readBatch } from './bayeux-faults.ts';
import type { Exchange } from './exchange.ts';
import { holdBack, type Imposed } from './imposed.ts';
import type { Answer, ToService } from './to-service.ts';

export interface RealtimePollsParts {
  readonly service: ToService;
  readonly faults: () => readonly Imposed<FayeAction>[];
}

interface Polling {
  readonly listener: Listener;
  /** The poll that waits for its answer. */
  standing: Exchange | null;
  last: Exchange;
}

/** All polls of one link; a listener is known by its client id. */
export class RealtimePolls {
  readonly #parts: RealtimePollsParts;
  readonly #polling = new Map<string, Polling>();

  constructor(parts: RealtimePollsParts) {
    this.#parts = parts;
  }

  begin(fault: Imposed<FayeAction>): void {
    for (const polling of this.#polling.values()) {
      const { standing, listener } = polling;
      if (standing === null) continue;
      const { answer, isKilled } = listener.begin(fault);
      if (isKilled) standing.reset();
      else if (answer.length > 0) standing.answer(jsonAnswer(answer));
    }
  }

  /** @throws Error where the service could not be reached. */
  async serve(exchange: Exchange, body: Buffer): Promise<void> {
    const batch = readBatch(body.toString('utf8'));
    const clientId = batch?.find((message) => message.clientId !== undefined)?.clientId;
    const ask = (said: Buffer): Promise<Answer> => this.#parts.service.ask(exchange.asked, said);
    if (batch === null || clientId === undefined) return exchange.answer(await ask(body));
    const polling = this.#of(clientId, exchange);
    const { pass, answer, isKilled } = polling.listener.upstream(batch);
    if (isKilled) return exchange.reset();
    if (pass.length === 0) return exchange.answer(jsonAnswer(answer));
    if (pass.some(({ channel }) => channel === '/meta/connect')) polling.standing = exchange;
    const said = await ask(Buffer.from(JSON.stringify(pass)));
    if (polling.standing === exchange) polling.standing = null;
    const heard = readBatch(said.body.toString('utf8'));
    if (heard === null) return exchange.answer(said);
    const messages = await inOneAnswer(polling.listener.downstream(heard), exchange);
    exchange.answer({ ...said, body: Buffer.from(JSON.stringify([...answer, ...messages])) });
  }

  #of(clientId: string, exchange: Exchange): Polling {
    const known = this.#polling.get(clientId);
    if (known !== undefined) {
      known.last = exchange;
      return known;
    }
    const listener = new Listener({
      place: () => polling.last.place,
      faults: this.#parts.faults,
      isPolling: true,
    });
    const polling: Polling = { listener, standing: null, last: exchange };
    this.#polling.set(clientId, polling);
    return polling;
  }
}

/** An answer cannot be taken apart in time: what is held holds it all, what changes places does so within. */
async function inOneAnswer({ now, held, gathered }: Passage, { place }: Exchange): Promise<Message[]> {
  await Promise.all(held.map(({ fault }) => holdBack(fault, fault.action.ms)));
  if (gathered.length > 1) gathered[0]?.fault.hit(place);
  const turned = gathered.map(({ message }) => message).reverse();
  return [...now, ...held.map(({ message }) => message), ...turned];
}

function jsonAnswer(messages: readonly Message[]): Answer {
  const body = Buffer.from(JSON.stringify(messages));
  return { status: 200, headers: ['Content-Type', 'application/json; charset=utf-8'], body };
}
