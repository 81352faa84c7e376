/** The HTTP layer: whole messages are held, lost, doubled, forged. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpAction } from '../plans/action.ts';
import type { Exchange } from './exchange.ts';
import { holdBack, type Imposed } from './imposed.ts';
import type { PastAnswers } from './past-answers.ts';
import { Gatherings } from './reordering.ts';
import { bomb, errorAnswer, mutated, portalAnswer, redirectAnswer } from './spoiled.ts';
import type { Answer, ToService } from './to-service.ts';

export interface HttpFaultParts {
  readonly service: ToService;
  readonly past: PastAnswers;
  readonly decoy: () => string;
}

/** How many more bytes than there are `wrongLength` promises. */
const promised = 17;

export class HttpFaults {
  readonly #parts: HttpFaultParts;
  readonly #gatherings = new Gatherings<Exchange>();

  constructor(parts: HttpFaultParts) {
    this.#parts = parts;
  }

  /** Those that this request may fit, before its body is known. */
  mayFit(faults: readonly Imposed<HttpAction>[], { asked }: Exchange): readonly Imposed<HttpAction>[] {
    return faults.filter(({ action: { match, kind } }) => {
      const { method = asked.method, path = '' } = match;
      const isRead = kind !== 'stale' || asked.method === 'GET';
      return method === asked.method && asked.path.includes(path) && isRead;
    });
  }

  /** The one that befalls this request: the first on the list. The others count it all the same. */
  choose(
    faults: readonly Imposed<HttpAction>[],
    exchange: Exchange,
    body: Buffer,
  ): Imposed<HttpAction> | undefined {
    const text = body.toString('utf8');
    return faults
      .filter(({ action: { match } }) => text.includes(match.body ?? ''))
      .filter((fault) => {
        const { nth, toxicity } = fault.action.match;
        const number = fault.countFit();
        return (nth ?? number) === number && fault.befalls(exchange, toxicity);
      })[0];
  }

  /** @throws Error where the service could not be reached. */
  async befall(fault: Imposed<HttpAction>, exchange: Exchange, body: Buffer): Promise<void> {
    const { action } = fault;
    const hit = (): void => fault.hit(exchange.place);
    const ask = (): Promise<Answer> => this.#ask(exchange, body);
    switch (action.kind) {
      case 'hold':
        hit();
        // What has left the device arrives, also when nobody waits for the answer any more.
        await holdBack(fault, action.ms);
        return exchange.answer(await ask());
      case 'dropRequest':
        hit();
        return exchange.reset();
      case 'dropResponse':
        await ask();
        hit();
        return exchange.reset();
      case 'duplicateRequest': {
        hit();
        const both = [ask(), ask()];
        await Promise.allSettled(both);
        return exchange.answer(await Promise.any(both));
      }
      case 'replayOldResponse': {
        const earlier = this.#parts.past.earlier(exchange.asked);
        const fresh = await ask();
        if (earlier !== undefined) hit();
        return exchange.answer(earlier ?? fresh);
      }
      case 'reorder':
        return this.#reorder(fault, action.window, exchange, body);
      case 'truncateBody':
        return this.#truncate(hit, action.bytes, exchange, await ask());
      case 'wrongLength': {
        const { status, headers, body: whole } = await ask();
        hit();
        fault.onLift(() => exchange.reset());
        const length = ['Content-Length', String(whole.length + promised)];
        return void exchange.response.writeHead(status, [...headers, ...length]).write(whole);
      }
      case 'status':
        hit();
        return exchange.answer(errorAnswer(action.status, action.retryAfter));
      case 'redirect':
        hit();
        return exchange.answer(
          redirectAnswer(Number(action.status), this.#parts.decoy() + exchange.asked.path),
        );
      case 'html200':
        hit();
        return exchange.answer(portalAnswer);
      case 'mutateJson': {
        const whole = await ask();
        const changed = mutated(whole, action.seed + fault.hits);
        if (changed !== null) hit();
        return exchange.answer(changed ?? whole);
      }
      case 'contentEncodingBomb':
        hit();
        return exchange.answer(await bomb(action.bytes));
      case 'stale': {
        const stale = this.#parts.past.asOf(exchange.asked, action.ms);
        if (stale !== undefined) hit();
        return exchange.answer(stale ?? (await ask()));
      }
    }
  }

  /** The answer is kept for those who want an old one. */
  async #ask({ asked }: Exchange, body: Buffer): Promise<Answer> {
    const answer = await this.#parts.service.ask(asked, body);
    this.#parts.past.keep(asked, answer);
    return answer;
  }

  async #truncate(hit: () => void, bytes: number, exchange: Exchange, answer: Answer): Promise<void> {
    const { status, headers, body } = answer;
    if (bytes >= body.length) return exchange.answer(answer);
    hit();
    exchange.response.writeHead(status, [...headers, 'Content-Length', String(body.length)]);
    exchange.response.write(body.subarray(0, bytes));
    exchange.response.flushHeaders();
    // What was written is to arrive before the end does.
    await sleep(20);
    exchange.connection.close();
  }

  async #reorder(
    fault: Imposed<HttpAction>,
    window: number,
    exchange: Exchange,
    body: Buffer,
  ): Promise<void> {
    const turn = await this.#gatherings.of(fault, window).join(exchange);
    try {
      if (turn.isMoved) fault.hit(exchange.place);
      exchange.answer(await this.#ask(exchange, body));
    } finally {
      turn.done();
    }
  }
}
