import { ViewPatch, applyPatch } from '../../contract/view.ts';
import type { View } from '../../contract/view.ts';
import type { SmoochBridge } from '../../contract/bridge.ts';
import type { Failure } from '../../contract/failure.ts';
import { answered } from './smooch.ts';

export type ViewState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly view: View }
  /** No view was ever had, and main could not give one. */
  | { readonly kind: 'broken'; readonly failure: Failure };

/** Between two attempts to get a fresh view when main answered none. */
export const askAgainDelayMs = 1_000;

type Deps = {
  readonly smooch: Pick<SmoochBridge, 'getView' | 'onViewPatch'>;
  /** Runs `task` after `delayMs`; returns the undo. */
  readonly after: (delayMs: number, task: () => void) => () => void;
};

/**
 * The window's read-only copy of main's view: a snapshot, then patches in order.
 *
 * It listens before it asks, so nothing falls in between; patches that arrive while it waits for a snapshot are held and
 * applied to it. A gap in the revisions, or a patch of an unknown shape, makes it ask again; meanwhile the last good view
 * stays on the screen.
 */
export class ViewStore {
  readonly #deps: Deps;
  readonly #listeners = new Set<() => void>();
  readonly #stopHearing: () => void;
  #state: ViewState = { kind: 'opening' };
  #asking = false;
  #held: ViewPatch[] = [];
  #cancelRetry: () => void = () => undefined;
  #disposed = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#stopHearing = deps.smooch.onViewPatch((raw) => this.#hear(raw));
    void this.refresh();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): ViewState => this.#state;

  /** Ask main for a fresh snapshot; one question at a time. */
  readonly refresh = async (): Promise<void> => {
    if (this.#asking) return;
    this.#asking = true;
    this.#cancelRetry();
    const answer = await answered('getView', this.#deps.smooch.getView());
    this.#asking = false;
    if (this.#disposed) return;
    if (answer.ok) return this.#adopt(answer.value);
    if (this.#state.kind !== 'open') this.#become({ kind: 'broken', failure: answer.failure });
    this.#cancelRetry = this.#deps.after(askAgainDelayMs, () => void this.refresh());
  };

  dispose(): void {
    this.#disposed = true;
    this.#stopHearing();
    this.#cancelRetry();
    this.#listeners.clear();
  }

  #hear(raw: unknown): void {
    const patch = ViewPatch.safeParse(raw);
    if (!patch.success) return void this.refresh();
    if (this.#asking || this.#state.kind !== 'open') {
      this.#held.push(patch.data);
      return;
    }
    this.#advance(this.#state.view, [patch.data]);
  }

  #adopt(snapshot: View): void {
    const held = this.#held;
    this.#held = [];
    this.#advance(snapshot, held);
  }

  #advance(from: View, patches: readonly ViewPatch[]): void {
    let view = from;
    for (const [index, patch] of patches.entries()) {
      const next = applyPatch(view, patch);
      if (next === null) {
        this.#held.push(...patches.slice(index));
        void this.refresh();
        break;
      }
      view = next;
    }
    if (this.#state.kind !== 'open' || this.#state.view !== view) this.#become({ kind: 'open', view });
  }

  #become(state: ViewState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
