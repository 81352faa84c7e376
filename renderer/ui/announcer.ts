export type Announcement = { readonly polite: string; readonly assertive: string };

const silence: Announcement = { polite: '', assertive: '' };
/** Long enough for a screen reader to pick the text up, short enough that nobody finds it later by browsing. */
export const announcementMs = 1_000;

type After = (delayMs: number, task: () => void) => () => void;

/** The app's one voice for screen readers: each text is said once, and the region is emptied again. */
export class Announcer {
  readonly #after: After;
  readonly #listeners = new Set<() => void>();
  #now: Announcement = silence;
  #cancel: () => void = () => undefined;

  constructor({ after }: { readonly after: After }) {
    this.#after = after;
  }

  /** Texts said within the same second are joined, so that none is swallowed. */
  readonly say = (text: string, manner: keyof Announcement = 'polite'): void => {
    const said = this.#now[manner];
    this.#become({ ...this.#now, [manner]: said === '' ? text : `${said}\n${text}` });
    this.#cancel();
    this.#cancel = this.#after(announcementMs, () => this.#become(silence));
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly current = (): Announcement => this.#now;

  #become(next: Announcement): void {
    this.#now = next;
    for (const listener of this.#listeners) listener();
  }
}
