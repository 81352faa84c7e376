import { fail } from '../contract/failure.ts';
import type { StoreAnswer, StoreNote, StoreRequest } from '../contract/store-protocol.ts';
import { Store, usualStepTime } from './store.ts';
import { nameOf, reasonOf } from './trouble.ts';

export interface Server {
  /** Answers the requests of one process's life, one after the other. */
  answer(request: StoreRequest): StoreAnswer;
  /**
   * Do a small piece of what can wait until nobody asks for anything.
   *
   * @returns false if there is nothing more to do, or no way to do it now
   */
  tend(): boolean;
}

export function createServer(stepTime = usualStepTime): Server {
  let store: Store | null = null;
  const notes = new Map<StoreNote['event'], number>();
  const tell = (event: StoreNote['event'], count = 1): void =>
    void notes.set(event, (notes.get(event) ?? 0) + count);

  const act = (request: StoreRequest): unknown => {
    if (request.op === 'open') {
      if (store !== null) throw new Error('a process serves one history');
      const opening = new Store(request.place, tell, { isAgain: request.isAgain, stepTime });
      const opened = opening.opened(request.pageSize);
      store = opening;
      return opened;
    }
    if (request.op === 'close') {
      store?.close();
      store = null;
      return null;
    }
    if (store === null) throw new Error('nothing is open');
    return ask(store, request);
  };

  return {
    answer: (request) => {
      const outcome = caught(() => act(request));
      const told = [...notes].map(([event, count]) => ({ event, count }));
      notes.clear();
      return { id: request.id, ...outcome, notes: told };
    },
    tend: () => {
      // Whatever stands in the way stands in the way of the next request too, and is told there.
      const outcome = caught(() => store?.tend() ?? false);
      return outcome.result.ok && outcome.result.value === true;
    },
  };
}

function ask(store: Store, request: Exclude<StoreRequest, { op: 'open' | 'close' }>): unknown {
  switch (request.op) {
    case 'commit':
      return store.commit(request.commitId, request.change);
    case 'page':
      return store.page(request.before, request.limit);
    case 'after':
      return store.after(request.after, request.limit);
    case 'around':
      return store.around(request.at, request.limit);
    case 'search':
      return store.search(request);
    case 'range':
      return store.range(request.since, request.until, request.after, request.limit);
    case 'size':
      return store.size();
    case 'message':
      return store.message(request.key);
    case 'putMedia':
      store.putMedia({ ...request, bytes: Buffer.from(request.bytes, 'base64') });
      return null;
    case 'findMedia':
      return store.findMedia(request.name);
    case 'readMedia':
      return store.readMedia(request.name, request.from, request.length)?.toString('base64') ?? null;
    case 'dropMedia':
      store.dropMedia(request.key);
      return null;
    case 'cut':
      return store.cutFor(request.keep);
    case 'forget':
      return store.forget(request.before);
    case 'tend':
      return store.tend();
    case 'outbox':
      return store.outbox();
  }
}

function caught(act: () => unknown): Pick<StoreAnswer, 'result' | 'error'> {
  try {
    return { result: { ok: true, value: act() }, error: null };
  } catch (error) {
    return { result: fail({ kind: 'storage', reason: reasonOf(error) }), error: nameOf(error) };
  }
}
