import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { fail, ok, type Result } from '../../../contract/failure.ts';
import { Change, noFacts, type Committed } from '../../../contract/history.ts';
import { EpochMs, type MessageId } from '../../../contract/ids.ts';
import type { Message } from '../../../contract/model.ts';
import { applyPatch, type Thread, type View } from '../../../contract/view.ts';
import { emptyThread, ThreadWindow } from '../../../main/ipc/thread-window.ts';
import { ViewKeeper } from '../../../main/ipc/view-keeper.ts';
import { rulesInForce } from '../../../main/settings/machine.ts';
import { noPolicy } from '../../../main/settings/policy.ts';
import { RecordingLog } from '../../fakes/log.ts';
import type { AccountHistory } from '../../../main/ports/history.ts';
import type { ScopedHistory } from '../../../main/ports/session-scope.ts';
import { MemoryHistories } from '../../fakes/histories.ts';
import { clientId, confirmed, newAccount, newKey, outgoing } from '../../store/messages.ts';

/** One question after the other, as the store process answers them; a test lets the answers through one by one. */
class SlowHistory implements ScopedHistory {
  readonly #listeners: ((committed: Committed) => void)[] = [];
  readonly #waiting: (() => Promise<void>)[] = [];

  readonly history: AccountHistory;

  constructor(history: AccountHistory) {
    this.history = history;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async answerOne(): Promise<void> {
    await this.#waiting.shift()?.();
    // Whoever waited for it goes on before the next answer comes.
    await new Promise((resolve) => setImmediate(resolve));
  }

  commit: ScopedHistory['commit'] = (change) =>
    this.#ask(async () => {
      const committed = await this.history.commit(change);
      if (committed.ok) for (const listener of this.#listeners) listener(committed.value);
      return committed;
    });
  page: ScopedHistory['page'] = (...asked) => this.#ask(() => this.history.page(...asked));
  after: ScopedHistory['after'] = (...asked) => this.#ask(() => this.history.after(...asked));
  around: ScopedHistory['around'] = (...asked) => this.#ask(() => this.history.around(...asked));
  search: ScopedHistory['search'] = (...asked) => this.#ask(() => this.history.search(...asked));
  countMatches: ScopedHistory['countMatches'] = (...asked) =>
    this.#ask(() => this.history.countMatches(...asked));
  range: ScopedHistory['range'] = (...asked) => this.#ask(() => this.history.range(...asked));
  size: ScopedHistory['size'] = () => this.#ask(() => this.history.size());
  keep: ScopedHistory['keep'] = (...asked) => this.#ask(() => this.history.keep(...asked));
  outbox: ScopedHistory['outbox'] = () => this.#ask(() => this.history.outbox());
  message: ScopedHistory['message'] = (key) => this.#ask(() => this.history.message(key));

  get media(): ScopedHistory['media'] {
    return this.history.media;
  }

  onCommitted(listener: (committed: Committed) => void): void {
    this.#listeners.push(listener);
  }

  #ask<T>(act: () => Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      this.#waiting.push(async () => resolve(await act()));
    });
  }
}

/** A window over a history, drawn from its patches as the page draws it. */
class Drawn {
  readonly older = { reachedBeginning: true, fetchOlder: async (): Promise<Result<void>> => ok() };
  readonly window: ThreadWindow;
  readonly history: SlowHistory;
  #view: View = emptyView();

  constructor(history: SlowHistory) {
    this.history = history;
    this.window = new ThreadWindow({
      history,
      older: this.older,
      thread: () => this.thread,
      show: (thread) => {
        const next = applyPatch(this.#view, { revision: this.#view.revision + 1, set: {}, thread });
        if (next === null) throw new Error('a patch out of turn');
        this.#view = next;
      },
    });
    history.onCommitted((committed) => this.window.follow(committed));
  }

  get thread(): Thread {
    return this.#view.thread;
  }

  get keys(): readonly string[] {
    return this.thread.messages.map(({ key }) => key);
  }

  async done<T>(asked: Promise<T>): Promise<T> {
    await this.settle();
    return asked;
  }

  async settle(): Promise<void> {
    while (this.history.waiting > 0) await this.history.answerOne();
  }

  async open(pageSize = 60): Promise<void> {
    const page = await this.history.history.page(null, pageSize);
    if (!page.ok) throw new Error(page.failure.kind);
    const thread = this.window.opened(noFacts, page.value);
    const next = applyPatch(this.#view, {
      revision: this.#view.revision + 1,
      set: {},
      thread: { kind: 'replace', thread },
    });
    if (next !== null) this.#view = next;
  }
}

function emptyView(): View {
  const { view } = new ViewKeeper({
    publish: () => undefined,
    log: new RecordingLog(),
    appearance: { theme: 'system' },
    writing: { undoSeconds: 0, enterSends: true, spelling: true },
    notifications: { level: 'name', sound: true },
    desktop: { closeToTray: true, startHidden: false, startAtLogin: false, zoom: 100 },
    machine: rulesInForce(noPolicy, {}),
  });
  return { ...view, thread: emptyThread };
}

async function stored(count: number): Promise<SlowHistory> {
  const opened = await new MemoryHistories().open(newAccount(), newKey(), 1);
  if (!opened.ok) throw new Error(opened.failure.kind);
  const { history } = opened.value;
  const confirm = Array.from({ length: count }, (_, index) => confirmed(idOf(index), index));
  await history.commit({ confirm, facts: { reachedBeginning: true } });
  return new SlowHistory(history);
}

const idOf = (index: number): string => `m${String(index).padStart(6, '0')}`;
const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => idOf(from + index));

async function everything({ history }: SlowHistory): Promise<readonly Message[]> {
  const page = await history.page(null, 1_000_000);
  if (!page.ok) throw new Error(page.failure.kind);
  return page.value.messages;
}

describe('The stretch of a long thread', () => {
  let drawn: Drawn;
  beforeEach(async () => {
    drawn = new Drawn(await stored(2000));
    await drawn.open();
  });

  it('begins with the newest messages', () => {
    expect(drawn.keys).toEqual(range(1940, 2000));
    expect(drawn.thread).toMatchObject({ older: 'more', newer: false });
  });

  it('grows upwards to the first message and lets the newest go, and comes down again', async () => {
    let most = 0;
    for (let page = 0; drawn.thread.older !== 'beginning'; page += 1) {
      expect(page).toBeLessThan(40);
      await drawn.done(drawn.window.growOlder());
      most = Math.max(most, drawn.keys.length);
    }
    expect(most).toBeLessThanOrEqual(480);
    expect(drawn.keys).toEqual(range(0, 480));
    expect(drawn.thread.newer).toBe(true);
    while (drawn.thread.newer) await drawn.done(drawn.window.growNewer());
    expect(drawn.keys).toEqual(range(1520, 2000));
    expect(drawn.thread.older).toBe('more');
  });

  it('is the one around a message that was found, whose key it says', async () => {
    const [target] = (await everything(drawn.history)).slice(700, 701);
    const at = { received: EpochMs.parse(target?.received), id: target?.id as MessageId };
    expect(await drawn.done(drawn.window.look(at))).toEqual(ok({ key: idOf(700) }));
    expect(drawn.keys).toEqual(range(620, 780));
    expect(drawn.thread).toMatchObject({ older: 'more', newer: true });
    await drawn.done(drawn.window.latest());
    expect(drawn.keys).toEqual(range(1920, 2000));
  });

  it('is the one around a day: the first message then or later, the last one if there is none', async () => {
    const time = 1_700_000_000_000 + 900 * 60_000 - 30_000;
    expect(await drawn.done(drawn.window.look(EpochMs.parse(time)))).toEqual(ok({ key: idOf(900) }));
    const later = EpochMs.parse(time + 10 ** 10);
    expect(await drawn.done(drawn.window.look(later))).toEqual(ok({ key: idOf(1999) }));
  });

  it('opens at the first unread message when it lies above the newest page', async () => {
    const facts = { ...noFacts, unreadCount: 300 };
    const page = { messages: drawn.thread.messages, hasOlder: true };
    expect(await drawn.done(drawn.window.openAtUnread(facts, page))).toBe(idOf(1700));
    expect(drawn.keys).toContain(idOf(1700));
    expect(drawn.thread.newer).toBe(true);
    expect(await drawn.done(drawn.window.openAtUnread({ ...facts, unreadCount: 5 }, page))).toBeNull();
    expect(drawn.keys).toContain(idOf(1700));
  });

  it('draws what arrives only where it belongs', async () => {
    await drawn.done(drawn.window.look(EpochMs.parse(1_700_000_000_000 + 500 * 60_000)));
    const before = drawn.keys;
    await drawn.done(drawn.history.commit({ confirm: [confirmed('new', 5000)] }));
    expect(drawn.keys).toEqual(before);
    await drawn.done(drawn.history.commit({ confirm: [confirmed('between', 500.5)] }));
    expect(drawn.keys).toContain('between');
    await drawn.done(drawn.window.latest());
    expect(drawn.keys.at(-1)).toBe('new');
  });

  it('does not grow without end under a reader who is far up, and says that there is more', async () => {
    for (let round = 0; round < 10; round += 1) {
      const confirm = Array.from({ length: 100 }, (_, index) =>
        confirmed(`n${round * 100 + index}`, 3000 + round * 100 + index),
      );
      await drawn.done(drawn.history.commit({ confirm }));
    }
    expect(drawn.keys.length).toBeLessThanOrEqual(640);
    expect(drawn.keys[0]).toBe(idOf(1940));
    expect(drawn.thread.newer).toBe(true);
  });

  it.each([
    ['far up', true],
    ['above the end', false],
  ])('stays where it is when old messages are let go: %s', async (_where, far) => {
    const { received } = confirmed(idOf(900), 900);
    if (far && received !== null) await drawn.done(drawn.window.look(received));
    else await drawn.done(drawn.window.growOlder());
    const before = drawn.keys;
    expect(drawn.thread.newer).toBe(far);
    const answer = await drawn.history.history.commit({ remove: range(0, 500) });
    if (!answer.ok) throw new Error(answer.failure.kind);
    drawn.window.follow({ ...answer.value, rewritten: true });
    await drawn.settle();
    expect(drawn.keys).toEqual(before);
    expect(drawn.thread.newer).toBe(far);
  });

  it('gives up reading for a place that was left, and the newest jump wins', async () => {
    const grown = drawn.window.growOlder();
    const first = drawn.window.look(EpochMs.parse(1_700_000_000_000));
    const second = drawn.window.look(EpochMs.parse(1_700_000_000_000 + 1000 * 60_000));
    await drawn.settle();
    expect(await grown).toEqual(ok());
    expect(await first).toEqual(ok({ key: null }));
    expect(await second).toEqual(ok({ key: idOf(1000) }));
    expect(drawn.keys).toContain(idOf(1000));
    await drawn.done(drawn.window.growOlder());
    expect(drawn.thread.older).toBe('more');
  });

  it('asks the service where the store ends, and says when it cannot be reached', async () => {
    const short = new Drawn(await stored(70));
    await short.open();
    short.older.reachedBeginning = false;
    short.older.fetchOlder = async () => fail({ kind: 'offline' });
    expect(await short.done(short.window.growOlder())).toEqual(fail({ kind: 'offline' }));
    expect(short.thread.older).toBe('unreachable');
    expect(short.keys).toEqual(range(0, 70));
    short.older.fetchOlder = async () => {
      await short.history.history.commit({ confirm: [confirmed('l0', -1)] });
      short.older.reachedBeginning = true;
      return ok();
    };
    await short.done(short.window.growOlder());
    expect(short.keys).toEqual(['l0', ...range(0, 70)]);
    expect(short.thread.older).toBe('beginning');
  });
});

type Step =
  | { readonly do: 'older' | 'newer' | 'latest' | 'answer' }
  | { readonly do: 'look'; readonly at: number }
  | { readonly do: 'arrive'; readonly minute: number }
  | { readonly do: 'write'; readonly n: number }
  | { readonly do: 'accept'; readonly n: number; readonly minute: number }
  | { readonly do: 'remove'; readonly at: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Step>({ do: 'older' }, { do: 'newer' }, { do: 'latest' }) },
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'answer' }) },
  fc.nat(700).map((at) => ({ do: 'look' as const, at })),
  fc.nat(900).map((minute) => ({ do: 'arrive' as const, minute: minute + 0.5 })),
  fc.nat(5).map((n) => ({ do: 'write' as const, n })),
  fc.record({ do: fc.constant('accept' as const), n: fc.nat(5), minute: fc.integer({ min: 700, max: 900 }) }),
  fc.nat(699).map((at) => ({ do: 'remove' as const, at })),
);

function changeOf(taken: Step, nth: number): Change | null {
  switch (taken.do) {
    case 'arrive':
      return { confirm: [confirmed(`a${nth}`, taken.minute)] };
    case 'write':
      return { enqueue: [outgoing(clientId(taken.n))] };
    case 'accept':
      return { confirm: [confirmed(`w${taken.n}`, taken.minute, { clientMessageId: clientId(taken.n) })] };
    case 'remove':
      return { remove: [idOf(taken.at)] };
    default:
      return null;
  }
}

it('D-03 whatever is read, jumped to and committed in whatever turn, what is drawn is one unbroken stretch of what is stored', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const history = await stored(700);
      const drawn = new Drawn(history);
      await drawn.open();
      const asked: Promise<unknown>[] = [];
      for (const [nth, taken] of steps.entries()) {
        const change = changeOf(taken, nth);
        if (change !== null) asked.push(history.commit(Change.parse(change)));
        else if (taken.do === 'older') asked.push(drawn.window.growOlder());
        else if (taken.do === 'newer') asked.push(drawn.window.growNewer());
        else if (taken.do === 'latest') asked.push(drawn.window.latest());
        else if (taken.do === 'look')
          asked.push(drawn.window.look(EpochMs.parse(1_700_000_000_000 + taken.at * 60_000)));
        else await history.answerOne();
      }
      await drawn.settle();
      await Promise.all(asked);
      const all = await everything(history);
      const { messages, older, newer } = drawn.thread;
      const from = all.findIndex(({ key }) => key === messages[0]?.key);
      const told = ({ key, id, status }: Message): string => `${key} ${id} ${status}`;
      expect(messages.map(told)).toEqual(all.slice(from, from + messages.length).map(told));
      expect(older).toBe(from > 0 ? 'more' : 'beginning');
      expect(newer).toBe(from + messages.length < all.length);
    }),
    { numRuns: 60 },
  );
});
