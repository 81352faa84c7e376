import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Change, Cursor } from '../../contract/history.ts';
import { ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import { EpochMs } from '../../contract/ids.ts';
import { MessageStatus } from '../../contract/model.ts';
import type { SearchPage, SearchTerms } from '../../contract/search.ts';
import { SearchStep, StoreRequest } from '../../contract/store-protocol.ts';
import { searchInSteps } from '../../main/adapters/search-steps.ts';
import type { AccountHistory } from '../../main/ports/history.ts';
import { createServer } from '../../store/server.ts';
import { MemoryHistories } from '../fakes/histories.ts';
import { valueOf } from '../ports/histories-suite.ts';
import { clientId, confirmed, cursorOf, newAccount, newKey, outgoing } from './messages.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

// Few names, so that they meet: the interesting changes are those about messages already known in another way.
const number = fc.integer({ min: 1, max: 4 });
const perhapsClientId = fc.option(number.map(clientId));
const key = fc.oneof(
  number.map((n) => clientId(n) as string),
  number.map((n) => `m${n}`),
);

const confirmedMessage = fc
  .record({
    id: number.map((n) => `m${n}`),
    minute: fc.integer({ min: 0, max: 2 }),
    clientMessageId: perhapsClientId,
    status: fc.constantFrom(...MessageStatus.options),
    key: fc.option(key),
    text: fc.oneof(
      fc.constantFrom('hello', 'yellow', 'so long'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    composedAt: fc.option(fc.integer({ min: 0, max: 9 }).map((n) => EpochMs.parse(n))),
  })
  .map(({ id, minute, key, text, ...more }) =>
    confirmed(id, minute, {
      ...more,
      key: key ?? more.clientMessageId ?? id,
      content: { kind: 'text', text },
      refusal: more.status === 'failed' ? { code: 'no', description: text } : null,
    }),
  );

const change: fc.Arbitrary<Change> = fc.record(
  {
    dropConfirmed: fc.boolean(),
    remove: fc.array(key, { maxLength: 2 }),
    confirm: fc.array(confirmedMessage, { maxLength: 4 }),
    enqueue: fc.array(
      number.map((n) => outgoing(clientId(n))),
      { maxLength: 2 },
    ),
    outbox: fc.array(
      fc.record({
        key,
        status: fc.constantFrom('queued' as const, 'failed' as const),
        refusal: fc.option(fc.constant({ code: 'no', description: '' })),
      }),
      { maxLength: 2 },
    ),
    attempted: fc.array(number.map(clientId), { maxLength: 2 }),
    facts: fc.record(
      { draft: fc.string({ unit: 'binary', maxLength: 3 }), unreadCount: fc.nat(3) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const step = fc.oneof(
  { weight: 9, arbitrary: change.map((made) => ({ kind: 'commit' as const, change: made })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
);

describe('The store and its fake', () => {
  const root = mkdtempSync(join(tmpdir(), 'onethread-agreement-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('agree after any sequence of changes and restarts', async () => {
    let runs = 0;
    let commits = 0;
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const real = openReal(join(root, String((runs += 1))));
        const { history: model } = valueOf(await new MemoryHistories().open(newAccount(), newKey(), 50));
        for (const one of steps) {
          if (one.kind === 'reopen') real.reopen();
          else {
            commits += 1;
            expect(real.ask({ op: 'commit', commitId: `c${commits}`, change: one.change })).toEqual(
              valueOf(await model.commit(one.change)),
            );
          }
          for (const { before, limit } of pages) {
            const page = real.ask({ op: 'page', before, limit });
            expect(page).toEqual(valueOf(await model.page(before, limit)));
          }
          for (const at of places) {
            expect(real.ask({ op: 'around', at, limit: 3 })).toEqual(valueOf(await model.around(at, 3)));
            if (typeof at === 'number') continue;
            expect(real.ask({ op: 'after', after: at, limit: 2 })).toEqual(valueOf(await model.after(at, 2)));
          }
          expect(real.ask({ op: 'outbox' })).toEqual(valueOf(await model.outbox()));
        }
        for (const terms of searches) {
          const found = await searchAll(terms, (query) => searchInSteps(query, real.search, Infinity));
          expect(found).toEqual(await searchAll(terms, (query) => model.search(query)));
          hits += found.length;
        }
        real.close();
      }),
      { numRuns: 60 },
    );
    expect(commits).toBeGreaterThan(100);
    expect(hits).toBeGreaterThan(100);
  });
});

const pages: readonly { readonly before: Cursor | null; readonly limit: number }[] = [
  { before: null, limit: 2 },
  { before: null, limit: 50 },
  { before: cursorOf(confirmed('m3', 1)), limit: 1 },
  { before: cursorOf(confirmed('m2', 2)), limit: 50 },
];

const places: readonly (Cursor | EpochMs)[] = [
  cursorOf(confirmed('m2', 1)),
  cursorOf(confirmed('m3', 2)),
  EpochMs.parse(confirmed('a', 1).received),
];

const anything: SearchTerms = { text: '', author: null, kinds: [], since: null, until: null };
const searches: readonly SearchTerms[] = [
  { ...anything, text: 'hello' },
  { ...anything, text: 'e' },
  { ...anything, text: 'lo l' },
  { ...anything, kinds: ['text'], until: EpochMs.parse(confirmed('a', 2).received) },
  { ...anything, author: { kind: 'business', name: 'BEN' } },
];

/** Every page of two, with its total. */
async function searchAll(terms: SearchTerms, search: AccountHistory['search']): Promise<SearchPage[]> {
  const read: SearchPage[] = [];
  let before: Cursor | null = null;
  do {
    const page: SearchPage = valueOf(await search({ terms, before, limit: 2 }));
    read.push(page);
    before = page.next;
  } while (before !== null);
  return read;
}

/** The store without its process, on disk. What goes in and out passes through JSON, as between processes. */
function openReal(folder: string) {
  const place = { kind: 'disk', folder, account: newAccount(), key: newKey() };
  // Every step of a search is over at once, so that most searches take many.
  const noTime = { budgetMs: 0, now: () => 0 };
  let server = createServer(noTime);
  let id = 0;
  const ask = (request: object): unknown => {
    const sent: unknown = JSON.parse(JSON.stringify({ id: (id += 1), ...request }));
    const { result } = server.answer(StoreRequest.parse(sent));
    if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.failure)}`);
    return JSON.parse(JSON.stringify(result.value));
  };
  const open = (): void => {
    server = createServer(noTime);
    ask({ op: 'open', place, pageSize: 50, isAgain: false });
  };
  const close = (): void => void ask({ op: 'close' });
  open();
  return {
    ask,
    search: async (step: object): Promise<Result<SearchStep>> =>
      ok(SearchStep.parse(ask({ op: 'search', ...step }))),
    close,
    reopen: () => {
      close();
      open();
    },
  };
}
