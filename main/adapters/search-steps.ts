import { ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import type { Cursor } from '../../contract/history.ts';
import type { Message } from '../../contract/model.ts';
import { mostCounted } from '../../contract/search.ts';
import type { SearchMatch, SearchPage, SearchQuery } from '../../contract/search.ts';
import type { StoreValue } from '../../contract/store-protocol.ts';
import type { StoreInput } from './store-process.ts';

/**
 * Put one page together out of steps: its matches, one more to know whether there is another page, and the count.
 *
 * @param patienceMs how long it may take; what was found until then is answered, and `next` goes on from there
 */
export async function searchInSteps(
  { terms, before, limit }: SearchQuery,
  ask: (step: StoreInput<'search'>) => Promise<Result<StoreValue<'search'>>>,
  patienceMs: number,
): Promise<Result<SearchPage>> {
  const deadline = performance.now() + patienceMs;
  const toCount = before === null ? mostCounted + 1 : 0;
  const pending: SearchMatch[] = [];
  const confirmed: SearchMatch[] = [];
  let counted = 0;
  let rest: Cursor | null = before;
  for (;;) {
    const wanted = { limit: limit + 1 - confirmed.length, count: Math.max(0, toCount - counted) };
    const step = await ask({ terms, from: rest, ...wanted });
    if (!step.ok) return step;
    for (const match of step.value.matches) (match.message.id === null ? pending : confirmed).push(match);
    counted += step.value.count;
    rest = step.value.rest;
    const isEnough = confirmed.length > limit && counted >= toCount;
    if (rest !== null && !isEnough && performance.now() < deadline) continue;
    const last = confirmed.length > limit ? confirmed[limit - 1] : undefined;
    return ok({
      matches: [...pending, ...confirmed.slice(0, limit)],
      next: last === undefined ? rest : cursorOf(last.message),
      total:
        before === null
          ? { count: Math.min(counted, mostCounted), more: counted > mostCounted || rest !== null }
          : null,
      complete: step.value.complete,
    });
  }
}

function cursorOf({ received, id }: Message): Cursor | null {
  return received === null || id === null ? null : { received, id };
}
