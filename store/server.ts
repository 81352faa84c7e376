import { fail } from '../contract/failure.ts';
import type { StoreAnswer, StoreNote, StoreRequest } from '../contract/store-protocol.ts';
import { Store } from './store.ts';
import { nameOf, reasonOf } from './trouble.ts';

/** Answers the requests of one process's life, one after the other. */
export function createServer(): (request: StoreRequest) => StoreAnswer {
  let store: Store | null = null;
  const notes = new Map<StoreNote['event'], number>();
  const tell = (event: StoreNote['event'], count = 1): void =>
    void notes.set(event, (notes.get(event) ?? 0) + count);

  const act = (request: StoreRequest): unknown => {
    if (request.op === 'open') {
      if (store !== null) throw new Error('a process serves one history');
      const opening = new Store(request.place, tell);
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

  return (request) => {
    notes.clear();
    const outcome = caught(() => act(request));
    return { id: request.id, ...outcome, notes: [...notes].map(([event, count]) => ({ event, count })) };
  };
}

function ask(store: Store, request: Exclude<StoreRequest, { op: 'open' | 'close' }>): unknown {
  switch (request.op) {
    case 'commit':
      return store.commit(request.commitId, request.change);
    case 'page':
      return store.page(request.before, request.limit);
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
