/**
 * Make this the one app that runs on its data folder.
 *
 * @param onSecondStart is called when somebody starts the app again, with the command line of that start: whatever anybody
 *   wrote there, so nothing but a link (`deep-link.ts`) is read from it, and it is never logged.
 * @returns false if another one runs already: it has been told to come forward, and this one must end without touching
 *   anything.
 */
export function becomeOnlyInstance(
  app: {
    requestSingleInstanceLock(): boolean;
    on(event: 'second-instance', listener: (event: unknown, argv: string[]) => void): unknown;
  },
  onSecondStart: (argv: readonly string[]) => void,
): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', (_event, argv) => onSecondStart(argv));
  return true;
}

/** Bring a window before the person, wherever it is. */
export function bringForward(window: {
  isMinimized(): boolean;
  restore(): void;
  show(): void;
  focus(): void;
}): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
