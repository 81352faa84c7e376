import type { Dialog, RenderProcessGoneDetails } from 'electron';
import type { Clock, Undo } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { DialogWords } from './words.ts';

/** A page that dies more often than this within a minute will not get better by itself. */
const mostRestarts = 3;
const withinMs = 60_000;

/** How long a page may be stuck before it is ended, which is what brings it back. */
const stuckMs = 20_000;

/** A `BrowserWindow`, as far as it can crash. */
export interface CrashableWindow {
  isDestroyed(): boolean;
  on(event: 'unresponsive', listener: () => void): unknown;
  on(event: 'responsive', listener: () => void): unknown;
  on(event: 'closed', listener: () => void): unknown;
  readonly webContents: {
    on(
      event: 'render-process-gone',
      listener: (event: unknown, details: Pick<RenderProcessGoneDetails, 'reason' | 'exitCode'>) => void,
    ): unknown;
    reload(): void;
    forcefullyCrashRenderer(): void;
  };
}

/**
 * Bring the page back when its process dies or is stuck. Nothing is lost by it: the page holds only a copy of the view.
 *
 * @param ask is asked after the fourth time within a minute: true to try once more, false to leave it.
 */
export function surviveCrashes(
  window: CrashableWindow,
  deps: { readonly clock: Clock; readonly log: Log; readonly ask: () => Promise<boolean> },
): void {
  const { clock, log } = deps;
  let restarts: number[] = [];
  let patience: Undo = () => undefined;

  const reload = (): void => {
    if (!window.isDestroyed()) window.webContents.reload();
  };
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    patience();
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    log.error('page.gone', { reason, exitCode });
    restarts = [...restarts, clock.now()].filter((at) => at > clock.now() - withinMs);
    if (restarts.length <= mostRestarts) return reload();
    restarts = [];
    void deps.ask().then((again) => again && reload());
  });
  window.on('unresponsive', () => {
    log.warn('page.stuck');
    patience();
    patience = clock.after(stuckMs, () => window.webContents.forcefullyCrashRenderer());
  });
  window.on('responsive', () => patience());
  window.on('closed', () => patience());
}

/** The plain message, drawn by the system because the page cannot. */
export function askAfterCrash(
  dialog: Pick<Dialog, 'showMessageBox'>,
  words: DialogWords,
): () => Promise<boolean> {
  return async () => {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: words.crashed,
      detail: words.crashedDetail,
      buttons: [words.showAgain, words.leaveIt],
      defaultId: 0,
      cancelId: 1,
    });
    return response === 0;
  };
}
