/**
 * What the desk knows, and how it stays true: it waits for news, and asks again for whatever the news is about. Screens
 * read `state`, a new value at every change.
 */
import type { DeskChange, DeskConversation, DeskMessage } from '../contract/desk-api.ts';
import { emptyDraft, messagesOf, type Draft } from './draft.ts';
import { Trouble, type Service } from './service.ts';

export interface Thread {
  readonly conversationId: string;
  /** Ascending; null until they have been fetched. */
  readonly messages: readonly DeskMessage[] | null;
  readonly hasEarlier: boolean;
  /** What a person pressed last, if it answers nothing in the conversation. */
  readonly pressed: string | null;
}

export interface BoardState {
  /** Whether news arrives at once. */
  readonly link: 'connecting' | 'live' | 'lost';
  /** The latest first; null until they have been fetched. */
  readonly conversations: readonly DeskConversation[] | null;
  readonly hasMore: boolean;
  /** Conversations in which a person writes. */
  readonly typing: ReadonlySet<string>;
  readonly thread: Thread | null;
  readonly drafts: ReadonlyMap<string, Draft>;
  /** Conversations an answer is on its way to. */
  readonly sending: ReadonlySet<string>;
  /** Why the last answer to a conversation did not go. */
  readonly problems: ReadonlyMap<string, string>;
  /** What has just happened, for those who do not see it. */
  readonly said: string;
}

const nothing: BoardState = {
  ...{ link: 'connecting', conversations: null, hasMore: false, thread: null, said: '' },
  ...{ typing: new Set(), drafts: new Map(), sending: new Set(), problems: new Map() },
};

/** What a board asks of the service. */
export type BoardService = Pick<
  Service,
  'changes' | 'conversations' | 'conversation' | 'messages' | 'send' | 'tell' | 'upload'
>;

interface Deps {
  readonly service: BoardService;
  /** As people see who answers. */
  readonly displayName: string;
  /** The key is no longer good. */
  onRefused(): void;
}

/** A person who goes quiet without saying so writes no longer than this. */
const typingEndsMs = 10_000;
const longestWaitMs = 15_000;

export class Board {
  readonly #deps: Deps;
  readonly #listeners = new Set<() => void>();
  readonly #ended = new AbortController();
  readonly #typing = new Map<string, ReturnType<typeof setTimeout>>();
  /** The last answer to each conversation. */
  readonly #attempts = new Map<string, { readonly id: string; readonly draft: Draft }>();
  #state = nothing;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get state(): BoardState {
    return this.#state;
  }

  readonly getState = (): BoardState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Follows what happens until `end`. */
  async start(): Promise<void> {
    const { signal } = this.#ended;
    let cursor: string | null = null;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const news = await this.#deps.service.changes(cursor, signal);
        if (news.missed) await this.#reload();
        else await this.#apply(news.changes);
        cursor = news.cursor;
        failures = 0;
        this.#set({ link: 'live' });
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Trouble && error.kind === 'key') return this.#deps.onRefused();
        this.#set({ link: 'lost' });
        failures += 1;
        // Without a cursor the answer comes at once: nobody shall wait for news to learn that there is a connection.
        cursor = null;
        await pause(Math.min(longestWaitMs, 500 * 2 ** failures), signal);
      }
    }
  }

  end(): void {
    this.#ended.abort();
    for (const timer of this.#typing.values()) clearTimeout(timer);
    this.#state = nothing;
  }

  open(conversationId: string | null): void {
    if (conversationId === (this.#state.thread?.conversationId ?? null)) return;
    if (conversationId === null) return this.#set({ thread: null });
    this.#set({ thread: { conversationId, messages: null, hasEarlier: false, pressed: null } });
    void this.#quietly(() => this.#refreshThread(conversationId));
  }

  async loadEarlier(): Promise<void> {
    const { thread } = this.#state;
    const [first] = thread?.messages ?? [];
    if (!thread || !first) return;
    await this.#quietly(async () => {
      const page = await this.#deps.service.messages(thread.conversationId, first.id);
      this.#inThread(thread.conversationId, (now) => ({
        messages: [...page.messages, ...(now.messages ?? [])],
        hasEarlier: page.meta.hasMore,
      }));
    });
  }

  async loadMore(): Promise<void> {
    await this.#quietly(async () => {
      const page = await this.#deps.service.conversations(this.#state.conversations?.length ?? 0);
      this.#set({
        conversations: merged(this.#state.conversations ?? [], page.conversations),
        hasMore: page.hasMore,
      });
    });
  }

  draftOf(conversationId: string): Draft {
    return this.#state.drafts.get(conversationId) ?? emptyDraft;
  }

  draft(conversationId: string, draft: Draft): void {
    this.#set({
      drafts: withEntry(this.#state.drafts, conversationId, draft === emptyDraft ? undefined : draft),
    });
  }

  /** Sends what is drafted; it stays drafted until the service has all of it. */
  async send(conversationId: string): Promise<void> {
    if (this.#state.sending.has(conversationId)) return;
    const { service, displayName } = this.#deps;
    const draft = this.draftOf(conversationId);
    this.#set({
      sending: new Set([...this.#state.sending, conversationId]),
      problems: withEntry(this.#state.problems, conversationId, undefined),
    });
    try {
      const { id, arrived } = await this.#attempt(conversationId, draft);
      for (const [index, content] of (await messagesOf(draft, service)).entries()) {
        const deskAnswer = `${id}.${index}`;
        if (arrived.has(deskAnswer)) continue;
        const message = await service.send(conversationId, displayName, content, deskAnswer);
        this.#inThread(conversationId, ({ messages }) => ({ messages: joined(messages ?? [], [message]) }));
      }
      this.draft(conversationId, emptyDraft);
    } catch (error) {
      this.#noteFailure(error, (says) => ({
        problems: withEntry(this.#state.problems, conversationId, says),
      }));
    }
    this.#set({ sending: new Set([...this.#state.sending].filter((id) => id !== conversationId)) });
  }

  /**
   * The same draft sent again is the same answer: what of it has arrived, although nobody could say so, is looked up.
   * A draft is a new value as soon as a letter of it changes, and then a new answer.
   */
  async #attempt(
    conversationId: string,
    draft: Draft,
  ): Promise<{ readonly id: string; readonly arrived: ReadonlySet<unknown> }> {
    const last = this.#attempts.get(conversationId);
    if (last?.draft !== draft) {
      const id = newAnswerId();
      this.#attempts.set(conversationId, { id, draft });
      return { id, arrived: new Set() };
    }
    const { messages } = await this.#deps.service.messages(conversationId);
    return { id: last.id, arrived: new Set(messages.map(({ metadata }) => metadata?.['deskAnswer'])) };
  }

  tellTyping(conversationId: string, isTyping: boolean): void {
    const { service, displayName } = this.#deps;
    const type = isTyping ? 'typing:start' : 'typing:stop';
    void this.#quietly(() => service.tell(conversationId, displayName, type));
  }

  /** What is there has been seen by somebody at this desk. */
  markRead(conversationId: string): void {
    const conversations = this.#state.conversations ?? [];
    if (!conversations.some(({ id, unreadCount }) => id === conversationId && unreadCount > 0)) return;
    this.#set({
      conversations: conversations.map((one) =>
        one.id === conversationId ? { ...one, unreadCount: 0 } : one,
      ),
    });
    const { service, displayName } = this.#deps;
    void this.#quietly(() => service.tell(conversationId, displayName, 'conversation:read'));
  }

  async #reload(): Promise<void> {
    const page = await this.#deps.service.conversations(0);
    this.#set({ conversations: page.conversations, hasMore: page.hasMore });
    const { thread } = this.#state;
    if (thread) await this.#refreshThread(thread.conversationId);
  }

  async #apply(changes: readonly DeskChange[]): Promise<void> {
    for (const change of changes) {
      if (change.kind === 'typing') this.#noteTyping(change.conversationId, change.isTyping);
      else if (change.kind === 'removed') this.#remove(change.conversationId);
      else if (change.kind === 'pressed') {
        this.#inThread(change.conversationId, () => ({ pressed: change.text }));
      }
    }
    const changed = changes.filter(({ kind }) => kind === 'changed');
    for (const id of new Set(changed.map(({ conversationId }) => conversationId))) await this.#refresh(id);
  }

  async #refresh(id: string): Promise<void> {
    try {
      const conversation = await this.#deps.service.conversation(id);
      const before = this.#state.conversations?.find((one) => one.id === id)?.lastMessage?.id;
      this.#set({ conversations: merged(this.#state.conversations ?? [], [conversation]) });
      const { lastMessage } = conversation;
      if (lastMessage?.author.type === 'user' && lastMessage.id !== before) this.#noteTyping(id, false);
      if (this.#state.thread?.conversationId === id) await this.#refreshThread(id);
    } catch (error) {
      if (!(error instanceof Trouble) || error.kind !== 'gone') throw error;
      this.#remove(id);
    }
  }

  async #refreshThread(conversationId: string): Promise<void> {
    const page = await this.#deps.service.messages(conversationId);
    this.#inThread(conversationId, (now) => {
      const [first] = page.messages;
      const isWhole = now.messages === null || first === undefined || !page.meta.hasMore;
      // What was deleted meanwhile goes too: of what this page covers, only the page counts.
      const earlier = isWhole ? [] : (now.messages ?? []).filter(({ received }) => received < first.received);
      const isJoined = earlier.length > 0;
      return {
        messages: [...earlier, ...page.messages],
        hasEarlier: isJoined ? now.hasEarlier : page.meta.hasMore,
      };
    });
  }

  #remove(id: string): void {
    const { conversations, thread } = this.#state;
    this.#set({
      conversations: conversations?.filter((one) => one.id !== id) ?? null,
      ...(thread?.conversationId === id && { thread: null }),
    });
  }

  #noteTyping(id: string, isTyping: boolean): void {
    clearTimeout(this.#typing.get(id));
    this.#typing.delete(id);
    if (isTyping)
      this.#typing.set(
        id,
        setTimeout(() => this.#noteTyping(id, false), typingEndsMs),
      );
    this.#set({ typing: new Set(this.#typing.keys()) });
  }

  #inThread(conversationId: string, change: (thread: Thread) => Partial<Thread>): void {
    const { thread } = this.#state;
    if (thread?.conversationId === conversationId) this.#set({ thread: { ...thread, ...change(thread) } });
  }

  /** What nobody waits for: a lost connection is shown by the link, a bad key ends the desk, the rest passes. */
  async #quietly(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#noteFailure(error, (says) => ({ said: says }));
    }
  }

  #noteFailure(error: unknown, told: (says: string) => Partial<BoardState>): void {
    if (!(error instanceof Trouble)) throw error;
    if (error.kind === 'key') return this.#deps.onRefused();
    this.#set(told(sentenceOf(error)));
  }

  #set(change: Partial<BoardState>): void {
    if (this.#ended.signal.aborted) return;
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** 96 random bits; `randomUUID` is there only where the page came by TLS or from this machine. */
function newAnswerId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

function sentenceOf({ kind, message }: Trouble): string {
  if (kind === 'unreachable') return 'The service cannot be reached. Your answer is kept: try again.';
  if (kind === 'gone') return 'This conversation is no longer there.';
  return `The service did not take it: ${message || 'it gave no reason.'}`;
}

/** The latest first; a newer view of a conversation takes the place of the older. */
function merged(known: readonly DeskConversation[], fresh: readonly DeskConversation[]): DeskConversation[] {
  const byId = new Map([...known, ...fresh].map((one) => [one.id, one]));
  return [...byId.values()].sort((a, b) => b.lastActivityAt.localeCompare(a.lastActivityAt));
}

function joined(known: readonly DeskMessage[], fresh: readonly DeskMessage[]): DeskMessage[] {
  const byId = new Map([...known, ...fresh].map((one) => [one.id, one]));
  return [...byId.values()].sort((a, b) => a.received.localeCompare(b.received));
}

function withEntry<V>(
  map: ReadonlyMap<string, V>,
  key: string,
  value: V | undefined,
): ReadonlyMap<string, V> {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
