/**
 * Make this the one app that runs on its data folder.
 *
 * @param showWindow is called when somebody starts the app again. What stood on that command line is not read.
 * @returns false if another one runs already: it has been told to come forward, and this one must end without touching
 *   anything.
 */
export function becomeOnlyInstance(
  app: {
    requestSingleInstanceLock(): boolean;
    on(event: 'second-instance', listener: () => void): unknown;
  },
  showWindow: () => void,
): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', showWindow);
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
