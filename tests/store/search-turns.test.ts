import { describe, expect, it } from 'vitest';
import { noFacts } from '../../contract/history.ts';
import { EpochMs, MessageId } from '../../contract/ids.ts';
import { StoreRequest } from '../../contract/store-protocol.ts';
import type { StoreAnswer } from '../../contract/store-protocol.ts';
import { HistoriesProcess } from '../../main/adapters/histories-process.ts';
import type { HelperProcess } from '../../main/adapters/child-process.ts';
import { RecordingLog } from '../fakes/log.ts';
import { valueOf } from '../ports/histories-words.ts';
import { newAccount, newKey } from './messages.ts';

/** A store that never finds anything and is never through, and answers each request in a turn of its own. */
function endlessStore(): { readonly helper: HelperProcess; readonly asked: StoreRequest['op'][] } {
  const asked: StoreRequest['op'][] = [];
  const listeners: ((message: unknown) => void)[] = [];
  const rest = { received: EpochMs.parse(1), id: MessageId.parse('m') };
  const step = { matches: [], count: 0, rest, complete: true };
  const committed = { upserted: [], removed: [], rewritten: false, facts: noFacts, waiting: 0 };
  const page = { messages: [], hasOlder: false };
  const values: Partial<Record<StoreRequest['op'], unknown>> = {
    open: { facts: noFacts, page, waiting: 0, setAside: false },
    commit: committed,
    search: step,
    close: null,
  };
  const post = (message: object): void => {
    const { id, op } = StoreRequest.parse(message);
    asked.push(op);
    const answer: StoreAnswer = { id, result: { ok: true, value: values[op] }, notes: [], error: null };
    setImmediate(() => listeners.forEach((listen) => listen(answer)));
  };
  let tellExit = (): void => undefined;
  const helper: HelperProcess = {
    pid: 1,
    post,
    onMessage: (listener) => void listeners.push(listener),
    onExit: (listener) => {
      const before = tellExit;
      tellExit = () => (before(), listener());
    },
    kill: () => tellExit(),
  };
  return { helper, asked };
}

const terms = { text: 'needle', author: null, kinds: [], since: null, until: null };

describe('A long search', () => {
  async function searching(searchPatienceMs: number) {
    const { helper, asked } = endlessStore();
    const log = new RecordingLog();
    const deps = { folder: '/nowhere', entryPath: '/nowhere', launch: () => helper, log, searchPatienceMs };
    const histories = new HistoriesProcess(deps);
    const { history } = valueOf(await histories.open(newAccount(), newKey(), 50));
    return { history, asked, found: history.search({ terms, before: null, limit: 10 }) };
  }

  it('lets a commit pass between two of its steps', async () => {
    const { history, asked, found } = await searching(400);
    valueOf(await history.commit({ facts: { draft: 'x' } }));
    // Asked for behind one step, it was not asked for behind a second one.
    expect(asked.filter((op) => op !== 'open').slice(0, 2)).toEqual(['search', 'commit']);
    await found;
    expect(asked.at(-1)).toBe('search');
    await history.close();
  });

  it('says what it has found so far when patience ends, and where to go on', async () => {
    const { history, asked, found } = await searching(0);
    expect(valueOf(await found)).toEqual({
      matches: [],
      next: { received: 1, id: 'm' },
      complete: true,
    });
    expect(asked.filter((op) => op === 'search')).toHaveLength(1);
    expect(valueOf(await history.countMatches(terms))).toEqual({ count: 0, more: true });
    expect(asked.filter((op) => op === 'search')).toHaveLength(2);
    await history.close();
  });
});
