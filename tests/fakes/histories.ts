import type { Result } from '../../contract/failure.ts';
import { fail, ok } from '../../contract/failure.ts';
import { Change, noFacts } from '../../contract/history.ts';
import type { Committed, Cursor, HistoryFacts, HistoryPage, OutboxItem } from '../../contract/history.ts';
import { EpochMs } from '../../contract/ids.ts';
import type { AccountId } from '../../contract/ids.ts';
import type { MediaName } from '../../contract/media.ts';
import type { Content, Message, MessageStatus } from '../../contract/model.ts';
import { normalizeTexts } from '../../contract/text.ts';
import { compareMessages } from '../../contract/thread-order.ts';
import type {
  AccountHistory,
  DatabaseKey,
  Erased,
  Histories,
  OpenedHistory,
  StorageFailure,
} from '../../main/ports/history.ts';
import { countIn, cutFor, rangeOf, searchIn, sizeOf, windowAfter, windowAround } from './history-reading.ts';
import type { Thread } from './history-reading.ts';

/** Media of one history, by message key and item. */
type MediaRows = Map<string, { readonly key: string; readonly bytes: Uint8Array }>;

interface Row {
  readonly message: Message;
  readonly attempted: boolean;
}

/** One history as a pure value, replaced by each commit. Rows by key. */
interface State {
  readonly rows: ReadonlyMap<string, Row>;
  readonly facts: HistoryFacts;
}

interface File {
  state: State;
  readonly media: MediaRows;
  /** Keys of messages that were there once: media may come before theirs. */
  readonly known: Set<string>;
}

const empty: State = { rows: new Map(), facts: noFacts };

/** Histories in memory, which outlive `close` as files do. Says what a history means, in the plainest way. */
export class MemoryHistories implements Histories {
  /** What a disk would hold. */
  readonly disk = new Map<AccountId, File & { readonly key: DatabaseKey; damaged: boolean }>();
  /** Every change asked for, also those refused, in order. */
  readonly commits: Change[] = [];
  /** Set while the disk takes nothing: opening and committing fail with it, reading goes on. */
  trouble: StorageFailure['reason'] | null = null;
  #held: (() => void)[] | null = null;

  async open(account: AccountId, key: DatabaseKey, pageSize: number): Promise<Result<OpenedHistory>> {
    await this.#turn();
    if (this.trouble !== null) return refuse(this.trouble);
    const file = this.disk.get(account) ?? {
      key,
      state: empty,
      damaged: false,
      media: new Map(),
      known: new Set<string>(),
    };
    if (file.key !== key || !/^[0-9a-f]{64}$/.test(key)) return refuse('failed');
    const setAside = file.damaged;
    if (setAside) file.state = saved(file.state);
    file.damaged = false;
    this.disk.set(account, file);
    return ok(this.#opened(file, pageSize, setAside));
  }

  async openInMemory(pageSize: number): Promise<Result<OpenedHistory>> {
    await this.#turn();
    return ok(this.#opened({ state: empty, media: new Map(), known: new Set<string>() }, pageSize, false));
  }

  async exists(account: AccountId): Promise<boolean> {
    return this.disk.has(account);
  }

  async erase(account: AccountId): Promise<Erased> {
    const file = this.disk.get(account);
    this.disk.delete(account);
    const bytes = file === undefined ? 0 : JSON.stringify([...file.state.rows.values()]).length;
    return { files: file === undefined ? 0 : 1, bytes, remaining: 0 };
  }

  /** Make the file of `account` unreadable: the next `open` sets it aside. */
  damage(account: AccountId): void {
    const file = this.disk.get(account);
    if (file !== undefined) file.damaged = true;
  }

  /** Calls made from now on are not answered, nor do they change anything, until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const proceed of held) proceed();
  }

  #opened(file: File, pageSize: number, setAside: boolean): OpenedHistory {
    const { state } = file;
    return {
      history: this.#history(file),
      facts: state.facts,
      page: pageOf(state, null, pageSize),
      waiting: outboxOf(state).length,
      setAside,
    };
  }

  #history(file: File): AccountHistory {
    let closed = false;
    const read = async <T>(answer: () => T): Promise<Result<T>> => {
      await this.#turn();
      return closed ? refuse('failed') : ok(answer());
    };
    return {
      commit: async (change) => {
        this.commits.push(change);
        await this.#turn();
        if (closed) return refuse('failed');
        if (this.trouble !== null) return refuse(this.trouble);
        const parsed = Change.safeParse(normalizeTexts(JSON.parse(JSON.stringify(change))));
        if (!parsed.success) return fail({ kind: 'malformed', where: 'history' });
        const { dropConfirmed = false } = parsed.data;
        const before = dropConfirmed ? withoutConfirmed(file.state) : file.state;
        file.state = apply(before, parsed.data);
        forgetMedia(file);
        return ok({ ...difference(before, file.state), rewritten: dropConfirmed });
      },
      page: (before, limit) => read(() => pageOf(file.state, before, limit)),
      after: (cursor, limit) => read(() => windowAfter(threadOf(file.state), cursor, limit)),
      around: (at, limit) => read(() => windowAround(threadOf(file.state), at, limit)),
      search: (query) => read(() => searchIn(threadOf(file.state), query)),
      countMatches: (terms) => read(() => countIn(threadOf(file.state), terms)),
      range: (span, after, limit) => read(() => rangeOf(threadOf(file.state), span, after, limit)),
      size: () => read(() => sizeOf(threadOf(file.state))),
      keep: async (retention) => {
        await this.#turn();
        if (closed) return refuse('failed');
        if (this.trouble !== null) return refuse(this.trouble);
        const before = file.state;
        file.state = kept(before, cutFor(threadOf(before), retention));
        forgetMedia(file);
        const removed = before.rows.size - file.state.rows.size;
        const committed = { ...difference(file.state, file.state), rewritten: removed > 0 };
        return ok({ removed, committed, size: sizeOf(threadOf(file.state)) });
      },
      outbox: () => read(() => outboxOf(file.state)),
      message: (name) =>
        read(() => {
          const { rows } = file.state;
          const found = rows.get(name) ?? [...rows.values()].find(({ message }) => message.id === name);
          return found?.message ?? null;
        }),
      media: {
        put: async (name, bytes) => {
          await this.#turn();
          if (closed) return refuse('failed');
          if (this.trouble !== null) return refuse(this.trouble);
          file.media.set(mediaKey(name), { key: name.key, bytes: bytes.slice() });
          return ok();
        },
        find: (name) => read(() => file.media.get(mediaKey(name))?.bytes.length ?? null),
        read: (name, from, length) =>
          read(() => file.media.get(mediaKey(name))?.bytes.slice(from, from + length) ?? null),
        drop: (key) => read(() => dropMedia(file, key)),
      },
      close: async () => {
        await this.#turn();
        closed = true;
      },
    };
  }

  async #turn(): Promise<void> {
    const held = this.#held;
    if (held !== null) await new Promise<void>((resolve) => held.push(resolve));
  }
}

function mediaKey({ key, item }: MediaName): string {
  return `${key}/${item ?? ''}`;
}

function dropMedia({ media }: File, key: string): void {
  for (const [name, kept] of media) if (kept.key === key) media.delete(name);
}

/** Media of messages that were there and are not any more. */
function forgetMedia(file: File): void {
  for (const { key } of [...file.media.values()])
    if (!file.state.rows.has(key) && file.known.has(key)) dropMedia(file, key);
  for (const key of file.state.rows.keys()) file.known.add(key);
}

function refuse(reason: StorageFailure['reason']): ReturnType<typeof fail> {
  return fail({ kind: 'storage', reason });
}

/** What survives the loss of a file: the outbox and the draft. */
function saved(state: State): State {
  return { ...withoutConfirmed(state), facts: { ...noFacts, draft: state.facts.draft } };
}

function withoutConfirmed({ rows, facts }: State): State {
  const kept = new Map([...rows].filter(([, { message }]) => message.id === null));
  return {
    rows: kept,
    facts: { ...facts, wholeTo: null, mergedAt: null, keptFrom: null, seenUpTo: null, readUntold: null },
  };
}

/** What is left when the confirmed messages before `cut` have gone. */
function kept(state: State, cut: Message | null): State {
  if (cut === null || cut.received === null) return state;
  const rows = new Map([...state.rows].filter(([, { message }]) => compareMessages(message, cut) >= 0));
  const keptFrom = cut.received;
  const gaps = state.facts.gaps
    .filter(({ before }) => before > keptFrom)
    .map((gap) => (gap.untilKnown || gap.after >= keptFrom ? gap : { ...gap, after: keptFrom }));
  return { rows, facts: { ...state.facts, gaps, keptFrom, reachedBeginning: false } };
}

function apply(state: State, change: Change): State {
  const rows = new Map(state.rows);
  for (const key of change.remove ?? []) rows.delete(key);
  for (const [key, { message }] of rows)
    if (change.deleted?.some((id) => id === message.id)) rows.delete(key);
  for (const message of change.confirm ?? []) confirm(rows, message);
  for (const message of change.enqueue ?? []) enqueue(rows, message);
  for (const { key, status, refusal, refused } of change.outbox ?? []) {
    const row = rows.get(key);
    if (row === undefined || row.message.id !== null) continue;
    const attempted = refused === true ? false : row.attempted;
    rows.set(key, { attempted, message: { ...row.message, status, refusal } });
  }
  for (const { key, text } of change.reword ?? []) {
    const row = rows.get(key);
    if (row === undefined || row.message.id !== null || row.attempted) continue;
    rows.set(key, { ...row, message: { ...row.message, content: { kind: 'text', text } } });
  }
  for (const [key, row] of rows)
    if (row.message.id === null && change.attempted?.some((id) => id === row.message.clientMessageId))
      rows.set(key, { ...row, attempted: true });
  const facts = { ...state.facts, ...(change.facts as Partial<HistoryFacts>) };
  const seenUpTo = EpochMs.nullable().parse(
    facts.seenUpTo === null && state.facts.seenUpTo === null
      ? null
      : Math.max(facts.seenUpTo ?? 0, state.facts.seenUpTo ?? 0),
  );
  for (const [key, row] of rows)
    if (isUnseen(row.message, seenUpTo))
      rows.set(key, { ...row, message: { ...row.message, status: 'seen' } });
  return { rows, facts: { ...facts, seenUpTo } };
}

function isUnseen({ author, status, received }: Message, seenUpTo: EpochMs | null): boolean {
  const isSent = author.kind === 'self' && (status === 'sent' || status === 'delivered');
  return isSent && received !== null && seenUpTo !== null && received <= seenUpTo;
}

function confirm(rows: Map<string, Row>, message: Message): void {
  const all = [...rows.values()].map((row) => row.message);
  const byId = all.find(({ id }) => id === message.id);
  const byClient = all.find(
    ({ clientMessageId }) => clientMessageId !== null && clientMessageId === message.clientMessageId,
  );
  const known = byClient ?? byId ?? rows.get(message.key)?.message;
  if (known === undefined)
    return void rows.set(message.key, { message: asConfirmed(message), attempted: false });
  let merged = merge(known, message);
  if (byId !== undefined && byId.key !== known.key) {
    rows.delete(byId.key);
    merged = merge(byId, merged);
  }
  rows.set(known.key, { message: { ...merged, key: known.key }, attempted: false });
}

/** `message` on top of what is known; of two messages accepted under one client message id the earlier one stands. */
function merge(known: Message, message: Message): Message {
  const other = known.id !== null && known.id !== message.id;
  const base = other && compareMessages(known, message) < 0 ? known : message;
  const status = further(known.status, message.status);
  return asConfirmed({
    ...base,
    key: known.key,
    clientMessageId: message.clientMessageId ?? known.clientMessageId,
    composedAt: message.composedAt ?? known.composedAt,
    content: withWordsOf(known.content, base.content),
    status,
  });
}

function withWordsOf(known: Content, content: Content): Content {
  if (known.kind === 'image' && content.kind === 'image')
    return { ...content, name: content.name ?? known.name, altText: content.altText ?? known.altText };
  const wasMedia = known.kind === 'image' || known.kind === 'file';
  const isMedia = content.kind === 'image' || content.kind === 'file';
  return wasMedia && isMedia ? { ...content, name: content.name ?? known.name } : content;
}

function asConfirmed(message: Message): Message {
  return { ...message, outboxPosition: null, refusal: message.status === 'failed' ? message.refusal : null };
}

const inOrder: readonly MessageStatus[] = ['failed', 'queued', 'sent', 'delivered', 'seen'];

function further(a: MessageStatus, b: MessageStatus): MessageStatus {
  return inOrder.indexOf(a) > inOrder.indexOf(b) ? a : b;
}

function enqueue(rows: Map<string, Row>, message: Message): void {
  const all = [...rows.values()].map((row) => row.message);
  const { clientMessageId } = message;
  if (rows.has(message.key)) return;
  if (clientMessageId !== null && all.some((row) => row.clientMessageId === clientMessageId)) return;
  const outboxPosition = Math.max(0, ...all.map((row) => row.outboxPosition ?? 0)) + 1;
  rows.set(message.key, { message: { ...message, outboxPosition }, attempted: false });
}

function difference(before: State, after: State): Omit<Committed, 'rewritten'> {
  const changed = [...after.rows].filter(
    ([key, { message }]) => JSON.stringify(message) !== JSON.stringify(before.rows.get(key)?.message),
  );
  return {
    upserted: changed.map(([, { message }]) => message).sort(compareMessages),
    removed: [...before.rows.keys()].filter((key) => !after.rows.has(key)).sort(),
    facts: after.facts,
    waiting: outboxOf(after).length,
  };
}

function confirmedOf({ rows }: State): Message[] {
  const messages = [...rows.values()].map(({ message }) => message);
  return messages.filter(({ id }) => id !== null).sort(compareMessages);
}

function pageOf(state: State, before: Cursor | null, limit: number): HistoryPage {
  const confirmed = confirmedOf(state).filter(
    ({ received, id }) =>
      before === null ||
      (received ?? 0) < before.received ||
      (received === before.received && (id ?? '') < before.id),
  );
  const pending = [...state.rows.values()].map(({ message }) => message).filter(({ id }) => id === null);
  const page = limit === 0 ? [] : confirmed.slice(-limit);
  return {
    messages: before === null ? [...page, ...pending.sort(compareMessages)] : page,
    hasOlder: confirmed.length > page.length,
  };
}

function threadOf(state: State): Thread {
  const pending = [...state.rows.values()].map(({ message }) => message).filter(({ id }) => id === null);
  return { confirmed: confirmedOf(state), pending: pending.sort(compareMessages) };
}

function outboxOf({ rows }: State): OutboxItem[] {
  return [...rows.values()]
    .filter(({ message }) => message.id === null && message.status === 'queued')
    .sort((a, b) => compareMessages(a.message, b.message));
}
