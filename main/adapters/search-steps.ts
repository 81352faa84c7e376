import { ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import type { Cursor } from '../../contract/history.ts';
import type { Message } from '../../contract/model.ts';
import { mostCounted } from '../../contract/search.ts';
import type { MatchCount, SearchMatch, SearchPage, SearchQuery, SearchTerms } from '../../contract/search.ts';
import type { StoreValue } from '../../contract/store-protocol.ts';
import type { StoreInput } from './store-process.ts';

type AskStep = (step: StoreInput<'search'>) => Promise<Result<StoreValue<'search'>>>;

/**
 * Put one page together out of steps: its matches, and one more to know whether there is another page.
 *
 * @param patienceMs how long it may take; what was found until then is answered, and `next` goes on from there
 */
export async function searchInSteps(
  { terms, before, limit }: SearchQuery,
  ask: AskStep,
  patienceMs: number,
): Promise<Result<SearchPage>> {
  const deadline = performance.now() + patienceMs;
  const pending: SearchMatch[] = [];
  const confirmed: SearchMatch[] = [];
  let rest: Cursor | null = before;
  for (;;) {
    const step = await ask({ terms, from: rest, limit: limit + 1 - confirmed.length, count: 0 });
    if (!step.ok) return step;
    for (const match of step.value.matches) (match.message.id === null ? pending : confirmed).push(match);
    rest = step.value.rest;
    if (rest !== null && confirmed.length <= limit && performance.now() < deadline) continue;
    const last = confirmed.length > limit ? confirmed[limit - 1] : undefined;
    return ok({
      matches: [...pending, ...confirmed.slice(0, limit)],
      next: last === undefined ? rest : cursorOf(last.message),
      complete: step.value.complete,
    });
  }
}

/** @param patienceMs how long it may take; what was counted until then is answered */
export async function countInSteps(
  terms: SearchTerms,
  ask: AskStep,
  patienceMs: number,
): Promise<Result<MatchCount>> {
  const deadline = performance.now() + patienceMs;
  let counted = 0;
  let rest: Cursor | null = null;
  do {
    const step = await ask({ terms, from: rest, limit: 0, count: mostCounted + 1 - counted });
    if (!step.ok) return step;
    counted += step.value.count;
    rest = step.value.rest;
  } while (rest !== null && counted <= mostCounted && performance.now() < deadline);
  return ok({ count: Math.min(counted, mostCounted), more: counted > mostCounted || rest !== null });
}

function cursorOf({ received, id }: Message): Cursor | null {
  return received === null || id === null ? null : { received, id };
}
