import { describe, expect, it } from 'vitest';
import { ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import type { Cursor } from '../../contract/history.ts';
import type { MatchCount, SearchPage, SearchTerms } from '../../contract/search.ts';
import { Searching, askAgainMs, searchDelayMs } from '../../renderer/search/searching.ts';
import { emptyForm, termsOf } from '../../renderer/search/terms.ts';
import { ManualTime } from './manual-time.ts';
import { says } from './make.ts';

const terms = (text: string) => termsOf({ ...emptyForm, text });
const cursor = (n: number): Cursor => {
  const { received, id } = says(`m${n}`, n, 'x');
  if (received === null || id === null) throw new Error('not stored');
  return { received, id };
};
const page = (keys: readonly number[], part: Partial<SearchPage> = {}): SearchPage => ({
  matches: keys.map((n) => ({ message: says(`m${n}`, n, 'x'), parts: [] })),
  next: null,
  complete: true,
  ...part,
});

function stage() {
  const time = new ManualTime();
  const asked: { terms: SearchTerms; before: Cursor | null; answer: (page: SearchPage) => Promise<void> }[] =
    [];
  const counted: ((count: MatchCount) => Promise<void>)[] = [];
  const searching = new Searching({
    count: () =>
      new Promise<Result<MatchCount>>((done) => {
        counted.push(async (count) => {
          done(ok(count));
          await new Promise((turn) => setImmediate(turn));
        });
      }),
    ask: (wanted, before) =>
      new Promise<Result<SearchPage>>((done) => {
        const answer = async (given: SearchPage) => {
          done(ok(given));
          await new Promise((turn) => setImmediate(turn));
        };
        asked.push({ terms: wanted, before, answer });
      }),
    after: time.after,
  });
  const keys = () => searching.current().matches.map(({ message }) => message.key);
  return { time, asked, counted, searching, keys };
}

describe('Searching', () => {
  it('asks once the keys rest, for the last of what was typed', () => {
    const { time, asked, searching } = stage();
    for (const text of ['p', 'pa', 'pal']) {
      searching.look(terms(text));
      time.advance(searchDelayMs - 1);
    }
    expect(asked).toEqual([]);
    time.advance(1);
    expect(asked.map((each) => each.terms.text)).toEqual(['pal']);
    expect(searchDelayMs).toBeLessThanOrEqual(100);
  });

  it('drops an answer that comes after a newer question', async () => {
    const { time, asked, searching, keys } = stage();
    searching.look(terms('old'));
    time.advance(searchDelayMs);
    searching.look(terms('new'));
    time.advance(searchDelayMs);
    await asked[1]?.answer(page([2]));
    await asked[0]?.answer(page([1]));
    expect(keys()).toEqual(['m2']);
  });

  it('goes on by itself over pages that are empty and yet not the last', async () => {
    const { time, asked, searching, keys } = stage();
    searching.look(terms('rare'));
    time.advance(searchDelayMs);
    await asked[0]?.answer(page([], { next: cursor(9) }));
    await asked[1]?.answer(page([], { next: cursor(5) }));
    await asked[2]?.answer(page([3], { next: cursor(3) }));
    expect(asked.map(({ before }) => before?.id ?? null)).toEqual([null, 'm9', 'm5']);
    expect(keys()).toEqual(['m3']);
    expect(searching.current()).toMatchObject({ busy: false, hasMore: true });
  });

  it('asks for nothing where nothing is looked for, and forgets what was found', async () => {
    const { time, asked, searching, keys } = stage();
    searching.look(terms('word'));
    time.advance(searchDelayMs);
    await asked[0]?.answer(page([1]));
    searching.look(terms('  '));
    time.advance(askAgainMs);
    expect(asked).toHaveLength(1);
    expect(keys()).toEqual([]);
  });

  it('asks again while not everything can be searched', async () => {
    const { time, asked, searching, keys } = stage();
    searching.look(terms('word'));
    time.advance(searchDelayMs);
    await asked[0]?.answer(page([1], { complete: false }));
    time.advance(askAgainMs);
    await asked[1]?.answer(page([2, 1]));
    time.advance(askAgainMs);
    expect(asked).toHaveLength(2);
    expect(keys()).toEqual(['m2', 'm1']);
  });

  it('shows what it has found before it knows how many there are, and counts no further than it must', async () => {
    const { time, asked, counted, searching, keys } = stage();
    searching.look(terms('rare'));
    time.advance(searchDelayMs);
    await asked[0]?.answer(page([2, 1]));
    expect(searching.current().total).toEqual({ count: 2, more: false });
    expect(counted).toHaveLength(0);

    searching.look(terms('common'));
    time.advance(searchDelayMs);
    await asked[1]?.answer(page([9, 8], { next: cursor(8) }));
    expect([keys(), searching.current().total]).toEqual([['m9', 'm8'], null]);
    await counted[0]?.({ count: 40, more: false });
    expect(searching.current().total).toEqual({ count: 40, more: false });
  });

  it('drops a count that comes after a newer question', async () => {
    const { time, asked, counted, searching } = stage();
    searching.look(terms('old'));
    time.advance(searchDelayMs);
    await asked[0]?.answer(page([2], { next: cursor(2) }));
    searching.look(terms('new'));
    time.advance(searchDelayMs);
    await asked[1]?.answer(page([1]));
    await counted[0]?.({ count: 40, more: false });
    expect(searching.current().total).toEqual({ count: 1, more: false });
  });
});
