import type { Failure, Result } from '../../contract/failure.ts';
import type { MediaShown } from '../../contract/media.ts';

/** A message, and which of its items (null: itself). */
export type Place = { readonly key: string; readonly item: number | null };

export type MediaState =
  | { readonly kind: 'unasked' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'shown'; readonly media: MediaShown }
  | { readonly kind: 'failed'; readonly failure: Failure };

type Deps = {
  readonly show: (place: Place, consent: boolean) => Promise<Result<MediaShown>>;
};

const unasked: MediaState = { kind: 'unasked' };
const loading: MediaState = { kind: 'loading' };

/**
 * What main has said about the media of this session's messages: rows come and go while somebody reads, and each is drawn at
 * once when it comes again. It holds addresses, not pictures, and ends with its session.
 */
export class MediaKeeper {
  readonly #deps: Deps;
  readonly #states = new Map<string, MediaState>();
  readonly #listeners = new Set<() => void>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly current = (place: Place): MediaState => this.#states.get(placeName(place)) ?? unasked;

  /** Ask main for it. With `consent`, from whatever host it rests with. */
  readonly load = async (place: Place, consent: boolean): Promise<void> => {
    if (this.current(place) === loading) return;
    this.#become(place, loading);
    const answer = await this.#deps.show(place, consent);
    this.#become(
      place,
      answer.ok ? { kind: 'shown', media: answer.value } : { kind: 'failed', failure: answer.failure },
    );
  };

  /** It was sent, and cannot be drawn. */
  readonly broke = (place: Place): void => {
    this.#become(place, { kind: 'failed', failure: { kind: 'media', trouble: 'unsafe' } });
  };

  /** The service can be reached again: what failed for want of it is asked for anew when it is looked at. */
  readonly forgetMissed = (): void => {
    for (const [name, state] of this.#states)
      if (state.kind === 'failed' && isPassing(state.failure)) this.#states.delete(name);
    this.#tell();
  };

  #become(place: Place, state: MediaState): void {
    this.#states.set(placeName(place), state);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Whether another try may well go otherwise. */
export function isPassing({ kind }: Failure): boolean {
  return kind === 'offline' || kind === 'unavailable' || kind === 'throttled';
}

/** The same for the same place. */
export function placeName({ key, item }: Place): string {
  return `${item ?? ''}/${key}`;
}
