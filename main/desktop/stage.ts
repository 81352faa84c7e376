import type { BrowserWindow, IpcMainInvokeEvent } from 'electron';
import type { Clock, Undo } from '../ports/clock.ts';
import type { PageKey } from './menu.ts';
import { isOurMainFrame } from './our-frame.ts';

/** How long a new page may take to draw before it is shown as it is: the old one is of no use any more. */
const patienceMs = 5_000;

/**
 * How long a window takes, once it is on the screen, until what its page has drawn is on it: until then the system shows a
 * colour of its own there.
 */
const coveredMs = 200;

/** A page and the window it stands in. */
interface Page {
  readonly window: StageWindow;
  /** Of its web contents; they cannot be asked once they are gone. */
  readonly id: number;
  /** Whether it has asked for anything: until then it knows nobody. */
  asked: boolean;
}

/** A `BrowserWindow`, as far as it goes on and off the stage. */
export type StageWindow = Pick<
  BrowserWindow,
  | 'isDestroyed'
  | 'destroy'
  | 'show'
  | 'showInactive'
  | 'isVisible'
  | 'isFocused'
  | 'focus'
  | 'setAlwaysOnTop'
  | 'isMinimized'
  | 'minimize'
  | 'isMaximized'
  | 'maximize'
  | 'isFullScreen'
  | 'setFullScreen'
> & {
  once(event: 'ready-to-show' | 'closed', listener: () => void): unknown;
  readonly webContents: Pick<
    BrowserWindow['webContents'],
    'id' | 'send' | 'sendInputEvent' | 'getZoomLevel' | 'setZoomLevel'
  > & {
    once(event: 'dom-ready', listener: () => void): unknown;
  };
};

interface StageDeps<W extends StageWindow> {
  /**
   * A window with a page of its own process and its own session, loading and not shown yet; in the place of `old`, if there
   * is one.
   */
  readonly open: (old: W | null) => W;
  /** The window has gone, and its page with it. */
  readonly onGone: (window: W) => void;
  readonly clock: Clock;
  readonly pageUrl: string;
}

/**
 * The app's one window, and the page in it. For another person the page is not emptied but replaced, process and all: a
 * new window comes to stand behind the old one, which goes as soon as the new one has drawn. From the moment that was asked
 * for, the old page is neither told anything nor heard.
 */
export class Stage<W extends StageWindow = BrowserWindow> {
  readonly #deps: StageDeps<W>;
  /** The page that is told and heard; on the screen, or about to be. */
  #page: (Page & { readonly window: W }) | null = null;
  /** Still on the screen while the next one draws. */
  #old: W | null = null;
  #patience: Undo = () => undefined;
  /** Who waits for the old one to be gone. */
  readonly #waiting = new Set<() => void>();

  constructor(deps: StageDeps<W>) {
    this.#deps = deps;
  }

  /** What stands on the screen now. */
  get window(): W | null {
    return this.#old ?? this.#page?.window ?? null;
  }

  /** The window as it opens at the start, and after it was closed where the app goes on without one. */
  open(): void {
    if (this.#page === null) this.#enter(null);
  }

  /** Forget all that the page has been given: a new one takes its place. Nothing happens where there is no window. */
  renew(): void {
    // One that was not yet told anything has nothing to forget.
    if (this.#page === null || !this.#page.asked) return;
    const { window } = this.#page;
    if (this.#old === null) this.#old = window;
    this.#enter(this.#old);
    // It was on its way to replace the old one, and is overtaken.
    if (window !== this.#old) this.#remove(window);
  }

  /**
   * Until no page is left but the one that is told and heard.
   *
   * @returns how many had to go for that
   */
  async settled(): Promise<number> {
    if (this.#old === null) return 0;
    await new Promise<void>((gone) => this.#waiting.add(gone));
    return 1;
  }

  publish(channel: string, message: unknown): void {
    if (this.#page?.asked === true && !this.#page.window.isDestroyed())
      this.#page.window.webContents.send(channel, message);
  }

  /** Press a key, as the person at the window would. */
  press({ keyCode, modifiers }: PageKey): void {
    const contents = this.#page?.window.webContents;
    for (const type of ['keyDown', 'keyUp'] as const) contents?.sendInputEvent({ type, keyCode, modifiers });
  }

  /** Whether a page is the one that is heard. */
  isOurs(webContentsId: number): boolean {
    return this.#page?.id === webContentsId;
  }

  /** Whether a request comes from it. Ask first and synchronously, see `isOurMainFrame`. */
  hears(event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>): boolean {
    const ours = isOurMainFrame(event, this.#deps.pageUrl, (id) => this.isOurs(id));
    if (ours && this.#page !== null) this.#page.asked = true;
    return ours;
  }

  #enter(old: W | null): void {
    const window = this.#deps.open(old);
    const page = { window, id: window.webContents.id, asked: false };
    this.#page = page;
    window.once('closed', () => this.#gone(window));
    if (old !== null) {
      const zoom = old.webContents.getZoomLevel();
      // A session of its own does not know how large this person likes to read.
      window.webContents.once('dom-ready', () => window.webContents.setZoomLevel(zoom));
    }
    const show = (): void => this.#show(page);
    window.once('ready-to-show', show);
    this.#patience();
    this.#patience = this.#deps.clock.after(patienceMs, show);
  }

  #show({ window }: { readonly window: W }): void {
    if (this.#page?.window !== window || window.isDestroyed() || window.isVisible()) return;
    this.#patience();
    const old = this.#old;
    if (old === null) return window.show();
    const hasFocus = old.isFocused();
    standBehind(window, old);
    this.#patience = this.#deps.clock.after(coveredMs, () => {
      this.#old = null;
      if (hasFocus) window.focus();
      this.#remove(old);
    });
  }

  /** Not by a person: nothing is asked, and the app does not end by it. */
  #remove(window: W): void {
    if (!window.isDestroyed()) window.destroy();
  }

  #gone(window: W): void {
    this.#deps.onGone(window);
    if (this.#old === null || this.#old === window) this.#tellSettled();
    const left = [this.#old, this.#page?.window ?? null];
    if (!left.includes(window)) return;
    // Closed by the person: also if the next page was still drawing, they do not want another one.
    this.#patience();
    this.#old = null;
    this.#page = null;
    for (const other of left) if (other !== null) this.#remove(other);
  }

  #tellSettled(): void {
    for (const gone of this.#waiting) gone();
    this.#waiting.clear();
  }
}

/** Show `window` just as `old` stands there, and covered by it. */
function standBehind(window: StageWindow, old: StageWindow): void {
  if (old.isMinimized()) return window.minimize();
  if (!old.isVisible()) return;
  if (old.isMaximized()) window.maximize();
  if (old.isFullScreen()) window.setFullScreen(true);
  // Before the other one appears: it would cover the old one for a moment, empty.
  old.setAlwaysOnTop(true);
  window.showInactive();
}
