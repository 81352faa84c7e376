import type { BrowserWindow } from 'electron';
import type { Attention } from '../ports/notifier.ts';
import { bringForward } from './single-instance.ts';

type Looked = Pick<
  BrowserWindow,
  'isDestroyed' | 'isFocused' | 'isVisible' | 'isMinimized' | 'restore' | 'show' | 'focus'
>;

/**
 * Whether somebody looks at the app's window, and how it comes before them.
 *
 * @param deps.open makes the window anew where it was closed
 * @param deps.showCount shows a number outside of the window: on the dock, the launcher or the tray
 */
export function createAttention(deps: {
  readonly window: () => Looked | null;
  readonly open: () => void;
  readonly showCount: (unread: number) => void;
}): Attention {
  return {
    isWatching() {
      const window = deps.window();
      return window !== null && !window.isDestroyed() && window.isVisible() && window.isFocused();
    },
    comeForward() {
      const window = deps.window();
      if (window === null || window.isDestroyed()) deps.open();
      else bringForward(window);
    },
    count: deps.showCount,
  };
}
