/** The demo business answers: it types for a moment, then says something of use. Nothing of it outlives a stop. */
import type { App } from './app.ts';
import type { BusinessEvent } from './audience.ts';
import { answerTo, greeting, persona, postbackAnswer, type DemoAnswer } from './demo-answers.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import type { Conversation, MessageContent, Store, Transaction, User } from './store.ts';
import { itemsText } from './fallback-text.ts';

interface Deps {
  readonly app: App;
  readonly store: Store;
  readonly log: Log;
  /** From the person's message to the answer. */
  readonly delayMs: number;
  now(): number;
}

/** Someone looks up before they type. */
const lookUpShare = 0.25;

export class AutoReply {
  readonly #deps: Deps;
  readonly #undo: () => void;
  /** One answer at a time for one person; it answers what was said last. */
  readonly #pending = new Map<string, { timer: NodeJS.Timeout; event: Answerable }>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#undo = deps.app.onBusinessEvent((event) => this.#hear(event));
  }

  stop(): void {
    this.#undo();
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  #hear(event: BusinessEvent): void {
    if (!isAnswerable(event)) return;
    const pending = this.#pending.get(event.user.id);
    if (pending) {
      pending.event = event;
      return;
    }
    const { delayMs } = this.#deps;
    const timer = setTimeout(
      () => this.#type(event.user.id, delayMs * (1 - lookUpShare)),
      delayMs * lookUpShare,
    );
    this.#pending.set(event.user.id, { timer, event });
  }

  #type(appUserId: string, thenMs: number): void {
    const pending = this.#pending.get(appUserId);
    if (!pending) return;
    this.#attempt(appUserId, async (tx, conversation) => {
      await this.#deps.app.messages.activityByBusiness(tx, conversation, 'typing:start', persona);
    });
    pending.timer = setTimeout(() => this.#answer(appUserId), thenMs);
  }

  #answer(appUserId: string): void {
    const event = this.#pending.get(appUserId)?.event;
    this.#pending.delete(appUserId);
    if (!event) return;
    this.#attempt(appUserId, async (tx, conversation) => {
      const { messages } = await this.#deps.app.messages.page(tx, conversation);
      const spoken = messages.filter((message) => message.role !== 'appUser').length;
      const content = this.#content(chooseAnswer(event, spoken));
      await this.#deps.app.messages.append(tx, conversation, {
        author: null,
        clientMessageId: null,
        content,
      });
      await this.#deps.app.messages.activityByBusiness(tx, conversation, 'typing:stop', persona);
    });
  }

  /** For whoever this person is by now: a login may have merged them away. */
  #attempt(appUserId: string, work: (tx: Transaction, conversation: Conversation) => Promise<void>): void {
    const { store, log } = this.#deps;
    store
      .transaction(async (tx) => {
        const asked = await tx.user(appUserId);
        const user = asked?.mergedInto ? await tx.user(asked.mergedInto) : asked;
        const conversation = user && (await tx.defaultConversation(user.id));
        if (conversation) await work(tx, conversation);
      })
      .catch((cause: unknown) => log.error('auto-reply failed', cause));
  }

  #content({ text, actions = [], items = [] }: DemoAnswer): MessageContent {
    const withId = <T>(thing: T): T & { _id: string } => ({ ...thing, _id: newId(this.#deps.now()) });
    const cards = items.map((item) => withId({ ...item, actions: item.actions.map(withId) }));
    const base = { source: { type: 'api' }, ...persona };
    if (cards.length > 0) return { ...base, type: 'carousel', text: itemsText(cards), items: cards };
    return { ...base, type: 'text', text, ...(actions.length > 0 && { actions: actions.map(withId) }) };
  }
}

type Answerable = BusinessEvent & { kind: 'message' | 'postback'; user: User };

function isAnswerable(event: BusinessEvent): event is Answerable {
  const isSaid = event.kind === 'postback' || event.kind === 'message';
  return isSaid && event.user !== null && event.conversation.isDefault;
}

function chooseAnswer(event: Answerable, spoken: number): DemoAnswer {
  if (event.kind === 'postback') return postbackAnswer;
  const { type, text = '', payload } = event.message.content;
  return spoken === 0 ? greeting : answerTo({ type, text, payload }, spoken);
}
