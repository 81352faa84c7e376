import { createContext, use, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { SmoochBridge } from '../../contract/bridge.ts';
import type { View } from '../../contract/view.ts';
import type { Announcer } from '../ui/announcer.ts';
import type { Complaints } from '../status/complaints.ts';
import type { Attention } from './attention.ts';
import type { ViewState, ViewStore } from './view-store.ts';

/** What every screen may reach for: main, the copy of its view, the two ways to speak up,
 * and whether anybody is looking. */
export type Surroundings = {
  readonly smooch: SmoochBridge;
  readonly store: ViewStore;
  readonly announcer: Announcer;
  readonly complaints: Complaints;
  readonly attention: Attention;
};

const Context = createContext<Surroundings | null>(null);

export function SurroundingsProvider({ value, children }: { value: Surroundings; children: ReactNode }) {
  return <Context value={value}>{children}</Context>;
}

export function useSurroundings(): Surroundings {
  const surroundings = use(Context);
  if (surroundings === null) throw new Error('rendered outside SurroundingsProvider');
  return surroundings;
}

export function useViewState(): ViewState {
  const { store } = useSurroundings();
  return useSyncExternalStore(store.subscribe, store.state);
}

/**
 * One part of the view. `select` must pick, not build: a new object on every call would never settle. Only screens that
 * App shows once the view is open may use it.
 */
export function useView<T>(select: (view: View) => T): T {
  const { store } = useSurroundings();
  return useSyncExternalStore(store.subscribe, () => {
    const state = store.state();
    if (state.kind !== 'open') throw new Error('no view yet');
    return select(state.view);
  });
}
