import type { BrowserWindow, NativeTheme, Rectangle, Screen, Session, WebPreferences } from 'electron';
import type { Clock, Undo } from '../ports/clock.ts';
import type { FrameOffset } from './frame-offset.ts';
import { backgroundColor } from './theme.ts';

const smallest = { width: 360, height: 480 };
const usual = { width: 460, height: 760 };

/** How long a window must rest before its place is remembered. */
const restMs = 500;

/** How long a window manager may take to put a window into its frame. */
const framedMs = 300;

/** What every page of ours runs with; the same object for each, so that a test can hold them against it. */
export function pagePreferences(preload: string, session: Session, development: boolean): WebPreferences {
  return { ...hardened, preload, session, devTools: development };
}

/** Most of this is Electron's default. It is written down so that a changed default changes nothing here. */
export const hardened = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  plugins: false,
  webgl: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
  // Chromium's own spell checker fetches dictionaries from a foreign host and keeps words in clear.
  spellcheck: false,
  autoplayPolicy: 'document-user-activation-required',
  // A middle click opens no window, and no script opens a file dialog.
  disableBlinkFeatures: 'Auxclick,FileSystemAccessLocal',
} as const satisfies WebPreferences;

export interface WindowParts {
  readonly BrowserWindow: typeof BrowserWindow;
  readonly screen: Pick<Screen, 'getAllDisplays' | 'getPrimaryDisplay'>;
  readonly nativeTheme: NativeTheme;
  readonly clock: Clock;
}

export interface WindowOptions {
  readonly title: string;
  readonly page: string;
  readonly preferences: WebPreferences;
  /** Where to ask for the window, or null. */
  readonly bounds: Rectangle | null;
  /** Told when the window has come to rest somewhere else: where to ask for it the next time. */
  readonly onBounds: (bounds: Rectangle) => void;
  readonly frame: FrameOffset;
}

/** Open a window on `page`, not shown yet: it is, by the stage, as soon as there is something to see. */
export function openWindow(parts: WindowParts, options: WindowOptions): BrowserWindow {
  const workAreas = parts.screen.getAllDisplays().map(({ workArea }) => workArea);
  const found = placeOnScreen(options.bounds, workAreas);
  const place = { ...centred(found, parts.screen.getPrimaryDisplay().workArea), ...found };
  const window = new parts.BrowserWindow({
    ...place,
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: options.title,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: backgroundColor(parts.nativeTheme),
    webPreferences: options.preferences,
  });
  // The page has no say in the title: a window list shows the app's name and no person's.
  window.on('page-title-updated', (event) => event.preventDefault());
  const followTheme = (): void => window.setBackgroundColor(backgroundColor(parts.nativeTheme));
  parts.nativeTheme.on('updated', followTheme);
  const { frame } = options;
  const forgetPlace = rememberPlace(window, parts.clock, (stands) => options.onBounds(frame.asking(stands)));
  window.once('show', () =>
    parts.clock.after(framedMs, () => {
      if (!window.isDestroyed() && !window.isMaximized()) frame.learn(place, window.getNormalBounds());
    }),
  );
  window.on('closed', () => {
    parts.nativeTheme.off('updated', followTheme);
    forgetPlace();
  });
  // A failure to load is told by the guards of the page (`after-crash.ts`), not by this promise.
  window.loadURL(options.page).catch(() => undefined);
  return window;
}

function rememberPlace(window: BrowserWindow, clock: Clock, onBounds: (bounds: Rectangle) => void): Undo {
  let undo: Undo = () => undefined;
  const tell = (): void => {
    undo();
    // A full-screen or minimised window has its usual place to go back to.
    onBounds(window.getNormalBounds());
  };
  const moved = (): void => {
    undo();
    undo = clock.after(restMs, tell);
  };
  window.on('resize', moved);
  window.on('move', moved);
  window.on('close', tell);
  return () => undo();
}

/**
 * Where a window may open: at `saved` if enough of it can be seen and grasped there, as large as its screen allows; else in
 * its usual size wherever there is room.
 */
export function placeOnScreen(saved: Rectangle | null, workAreas: readonly Rectangle[]): Partial<Rectangle> {
  if (saved === null) return usual;
  const area = workAreas.find((candidate) => canBeGrasped(saved, candidate));
  if (area === undefined) return usual;
  const width = clamp(saved.width, smallest.width, area.width);
  const height = clamp(saved.height, smallest.height, area.height);
  return {
    x: clamp(saved.x, area.x, area.x + area.width - width),
    y: clamp(saved.y, area.y, area.y + area.height - height),
    width,
    height,
  };
}

/** The middle of `area`, for a window whose size is known. */
function centred({ width = 0, height = 0 }: Partial<Rectangle>, area: Rectangle): { x: number; y: number } {
  const middle = (start: number, length: number, taken: number): number =>
    Math.round(start + Math.max(0, length - taken) / 2);
  return { x: middle(area.x, area.width, width), y: middle(area.y, area.height, height) };
}

/** Whether a hand's breadth of the title bar lies within `area`. */
function canBeGrasped({ x, y, width }: Rectangle, area: Rectangle): boolean {
  const breadth = 80;
  const seen = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return seen >= breadth && y >= area.y - 8 && y <= area.y + area.height - breadth;
}

/** `least` wins where both cannot be had. */
function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
