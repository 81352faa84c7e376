/** What befalls Bayeux messages, however they travel. */
import { z } from 'zod';
import type { FayeAction } from '../plans/action.ts';
import type { Imposed, Place } from './imposed.ts';

const Message = z.looseObject({
  channel: z.string(),
  id: z.string().optional(),
  clientId: z.string().optional(),
  subscription: z.unknown().optional(),
  data: z.unknown().optional(),
});
export type Message = z.infer<typeof Message>;
const Batch = z.union([z.array(Message), Message.transform((message) => [message])]);

/** Null for what is not Bayeux. */
export function readBatch(text: string): Message[] | null {
  try {
    const batch = Batch.safeParse(JSON.parse(text));
    return batch.success ? batch.data : null;
  } catch {
    return null;
  }
}

export type FayeFault<K extends FayeAction['kind'] = FayeAction['kind']> = Imposed<
  Extract<FayeAction, { kind: K }>
>;

/** What becomes of messages on their way to the device. */
export interface Passage {
  readonly now: readonly Message[];
  readonly held: readonly { readonly message: Message; readonly fault: FayeFault<'holdEvent'> }[];
  readonly gathered: readonly { readonly message: Message; readonly fault: FayeFault<'reorderEvents'> }[];
}

type Forgery = keyof typeof forgeries;

export interface ListenerParts {
  readonly place: () => Place;
  /** Those that are on for this link. */
  readonly faults: () => readonly Imposed<FayeAction>[];
  /** Whether it hears something only in the answer to a poll. */
  readonly isPolling: boolean;
}

/** One listener: what it waits for, what it is subscribed to, and what befalls it. */
export class Listener {
  readonly #parts: ListenerParts;
  /** The `/meta/connect` that the service has not answered. */
  #connect: Message | null = null;
  #channel: string | null = null;
  /** What it was told at once, because of these; once each, or a poll would follow on the other for ever. */
  readonly #startled = new WeakSet<Imposed>();

  constructor(parts: ListenerParts) {
    this.#parts = parts;
  }

  /** @returns what goes on to the service, what the proxy answers in its place, and whether the connection is to end */
  upstream(messages: readonly Message[]): { pass: Message[]; answer: Message[]; isKilled: boolean } {
    const pass: Message[] = [];
    const answer: Message[] = [];
    for (const message of messages) {
      if (message.channel === '/meta/subscribe' && typeof message.subscription === 'string')
        this.#channel = message.subscription;
      if (message.channel !== '/meta/connect') {
        pass.push(message);
        continue;
      }
      if (this.#hit('killConnect', message) !== undefined) return { pass: [], answer: [], isKilled: true };
      this.#connect = message;
      for (const fault of this.#parts.faults()) answer.push(...this.begin(fault).answer);
      if (this.#connect !== null) pass.push(message);
    }
    return { pass, answer, isKilled: false };
  }

  /** A fault that has just come on. @returns what the device is told at once, and whether the connection is to end */
  begin(fault: Imposed<FayeAction>): { answer: Message[]; isKilled: boolean } {
    const connect = this.#connect;
    const { action } = fault;
    const begun = { answer: [] as Message[], isKilled: false };
    if (connect === null || !fault.befalls(connect, action.toxicity)) return begun;
    switch (action.kind) {
      case 'killConnect':
        fault.hit(this.#parts.place());
        return { ...begun, isKilled: true };
      case 'unknownClient':
        return { ...begun, answer: this.#answer(fault, unknownClient(connect)) };
      case 'advice':
        return { ...begun, answer: this.#once(fault, advised(answerTo(connect), action.reconnect)) };
      case 'forgeEvent':
        return { ...begun, answer: this.#startle(fault, connect, action.what) };
      default:
        return begun;
    }
  }

  /** In the place of the service's. */
  #answer(fault: Imposed, message: Message): Message[] {
    fault.hit(this.#parts.place());
    this.#connect = null;
    return [message];
  }

  #once(fault: Imposed, message: Message): Message[] {
    if (this.#startled.has(fault)) return [];
    this.#startled.add(fault);
    return this.#answer(fault, message);
  }

  #startle(fault: Imposed, connect: Message, what: Forgery): Message[] {
    if (this.#startled.has(fault)) return [];
    if (this.#parts.isPolling) return [...this.#once(fault, answerTo(connect)), ...this.#forged(what)];
    this.#startled.add(fault);
    fault.hit(this.#parts.place());
    return this.#forged(what);
  }

  downstream(messages: readonly Message[]): Passage {
    const now: Message[] = [];
    const held: Passage['held'][number][] = [];
    const gathered: Passage['gathered'][number][] = [];
    for (const message of messages) {
      if (message.channel.startsWith('/meta/')) now.push(...this.#meta(message));
      else if (this.#hit('dropEvent', message) === undefined) {
        const holding = this.#hit('holdEvent', message);
        const gathering = this.#find('reorderEvents', message);
        if (holding !== undefined) held.push({ message, fault: holding });
        else if (gathering !== undefined) gathered.push({ message, fault: gathering });
        else now.push(message, ...(this.#hit('duplicateEvent', message) === undefined ? [] : [message]));
      }
    }
    return { now, held, gathered };
  }

  #meta(message: Message): Message[] {
    if (message.channel !== '/meta/connect') return [message];
    if (message.id === undefined || message.id === this.#connect?.id) this.#connect = null;
    const advice = this.#hit('advice', message);
    const forging = this.#hit('forgeEvent', message);
    return [
      advice === undefined ? message : advised(message, advice.action.reconnect),
      ...(forging === undefined ? [] : this.#forged(forging.action.what)),
    ];
  }

  #forged(what: Forgery): Message[] {
    const own = this.#channel ?? '/sdk/apps/forged/appusers/forged';
    const channel = what === 'otherUser' ? own.replace(/[^/]*$/, 'f0f0f0f0f0f0f0f0f0f0f0f0') : own;
    return [{ channel, data: forgeries[what] }];
  }

  #hit<K extends FayeAction['kind']>(kind: K, message: Message): FayeFault<K> | undefined {
    const fault = this.#find(kind, message);
    fault?.hit(this.#parts.place());
    return fault;
  }

  #find<K extends FayeAction['kind']>(kind: K, message: Message): FayeFault<K> | undefined {
    return this.#parts
      .faults()
      .filter((fault): fault is FayeFault<K> => fault.action.kind === kind)
      .find((fault) => fault.befalls(message, fault.action.toxicity));
  }
}

function answerTo({ channel, id, clientId }: Message): Message {
  return {
    channel,
    ...(id === undefined ? {} : { id }),
    ...(clientId === undefined ? {} : { clientId }),
    successful: true,
  };
}

function unknownClient(connect: Message): Message {
  const error = `401:${connect.clientId ?? ''}:Unknown client`;
  return { ...answerTo(connect), successful: false, error, advice: { reconnect: 'handshake', interval: 0 } };
}

function advised(answer: Message, reconnect: string): Message {
  const advice = z.looseObject({}).catch({}).parse(answer['advice']);
  return { ...answer, advice: { ...advice, reconnect } };
}

/** A message as the service's events have it, from a business and to a person that do not exist. */
const forgedMessage = {
  type: 'message',
  conversation: { _id: 'f0f0f0f0f0f0f0f0f0f0f0f1' },
  message: {
    _id: 'f0f0f0f0f0f0f0f0f0f0f0f2',
    type: 'text',
    role: 'appMaker',
    authorId: 'f0f0f0f0f0f0f0f0f0f0f0f3',
    name: 'Forged',
    received: 4_000_000_000,
    text: 'forged by the fault harness',
    source: { type: 'api' },
  },
};

const forgeries = {
  otherUser: { events: [forgedMessage] },
  unknownKind: {
    events: [{ type: 'hologram', conversation: forgedMessage.conversation, hologram: { beam: 1 } }],
  },
  garbage: { events: [null, 7, 'x', [], { type: 5 }, { type: 'message' }, { type: 'message', message: [] }] },
};
