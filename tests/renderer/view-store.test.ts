import { describe, expect, it, vi } from 'vitest';
import { fail, ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import type { View, ViewPatch } from '../../contract/view.ts';
import { ViewStore, askAgainDelayMs } from '../../renderer/view/view-store.ts';
import { aThread, aView, says } from './make.ts';
import { ManualTime } from './manual-time.ts';

/** Main as the store sees it, with every answer in the test's hands. */
function stage() {
  const time = new ManualTime();
  const order: string[] = [];
  const questions: ((answer: Result<View>) => void)[] = [];
  let hear: (patch: ViewPatch) => void = () => undefined;
  const smooch = {
    getView: () => {
      order.push('ask');
      return new Promise<Result<View>>((answer) => questions.push(answer));
    },
    onViewPatch: (listener: (patch: ViewPatch) => void) => {
      order.push('listen');
      hear = listener;
      return () => order.push('stop');
    },
  };
  const store = new ViewStore({ smooch, after: time.after });
  return {
    store,
    time,
    order,
    asked: () => questions.length,
    answer: async (answer: Result<View>) => {
      questions.at(-1)?.(answer);
      await new Promise((resolve) => setTimeout(resolve));
    },
    push: (patch: ViewPatch) => hear(patch),
    view: () => {
      const state = store.state();
      if (state.kind !== 'open') throw new Error(`the store is ${state.kind}`);
      return state.view;
    },
  };
}

const patch = (revision: number, unreadCount: number): ViewPatch => ({ revision, set: { unreadCount } });

describe('ViewStore', () => {
  it('listens before it asks, so that nothing falls in between', () => {
    expect(stage().order).toEqual(['listen', 'ask']);
  });

  it('applies to the snapshot what arrived while it waited for it, and skips what the snapshot knows already', async () => {
    const { push, answer, view } = stage();
    push(patch(5, 50));
    push(patch(6, 60));
    push(patch(7, 70));
    await answer(ok(aView({ revision: 5, unreadCount: 5 })));
    expect(view()).toMatchObject({ revision: 7, unreadCount: 70 });
  });

  it('applies patches in order and tells its listeners about each', async () => {
    const { store, push, answer, view } = stage();
    const heard = vi.fn();
    store.subscribe(heard);
    await answer(ok(aView({ revision: 1 })));
    push(patch(2, 1));
    push({ revision: 3, set: {}, thread: { kind: 'replace', thread: aThread([says('m1', 10, 'Hello')]) } });
    expect(view()).toMatchObject({ revision: 3, unreadCount: 1 });
    expect(view().thread.messages.map((message) => message.key)).toEqual(['m1']);
    expect(heard).toHaveBeenCalledTimes(3);
  });

  it('leaves the view untouched, and everybody in peace, when a patch comes twice', async () => {
    const { store, push, answer, view } = stage();
    await answer(ok(aView({ revision: 1 })));
    push(patch(2, 1));
    const before = view();
    const heard = vi.fn();
    store.subscribe(heard);
    push(patch(2, 99));
    expect(view()).toBe(before);
    expect(heard).not.toHaveBeenCalled();
  });

  it('keeps the old view on a gap, asks again, and goes on from the fresh snapshot', async () => {
    const { push, answer, view, asked } = stage();
    await answer(ok(aView({ revision: 1, unreadCount: 1 })));
    push(patch(3, 3));
    expect(asked()).toBe(2);
    push(patch(4, 4));
    expect(asked()).toBe(2);
    expect(view()).toMatchObject({ revision: 1, unreadCount: 1 });
    await answer(ok(aView({ revision: 3, unreadCount: 3 })));
    expect(view()).toMatchObject({ revision: 4, unreadCount: 4 });
  });

  it('asks once more when even the fresh snapshot does not reach what it holds', async () => {
    const { push, answer, view, asked } = stage();
    push(patch(9, 9));
    await answer(ok(aView({ revision: 2 })));
    expect(asked()).toBe(2);
    await answer(ok(aView({ revision: 9, unreadCount: 9 })));
    expect(view()).toMatchObject({ revision: 9, unreadCount: 9 });
  });

  it('does not believe a patch of another shape, and asks again', async () => {
    const { push, answer, view, asked } = stage();
    await answer(ok(aView({ revision: 1 })));
    push({ revision: 2, set: { unreadCount: 'many' } } as never);
    expect(asked()).toBe(2);
    expect(view().revision).toBe(1);
  });

  it('is broken when main cannot give a first view, tries again by itself, and recovers', async () => {
    const { store, answer, asked, time } = stage();
    await answer(fail({ kind: 'unavailable' }));
    expect(store.state()).toEqual({ kind: 'broken', failure: { kind: 'unavailable' } });
    time.advance(askAgainDelayMs);
    expect(asked()).toBe(2);
    await answer(ok(aView()));
    expect(store.state().kind).toBe('open');
  });

  it('takes a view of another shape for a failure', async () => {
    const { store, answer } = stage();
    await answer(ok({ ...aView(), session: { kind: 'superuser' } } as never));
    expect(store.state()).toEqual({ kind: 'broken', failure: { kind: 'malformed', where: 'getView' } });
  });

  it('falls silent for good once disposed of', async () => {
    const { store, answer, order, asked, time } = stage();
    store.dispose();
    await answer(fail({ kind: 'unavailable' }));
    time.advance(askAgainDelayMs * 10);
    expect(asked()).toBe(1);
    expect(order.at(-1)).toBe('stop');
  });
});
