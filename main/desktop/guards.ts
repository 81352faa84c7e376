import type { App, Session, WebContents } from 'electron';
import type { Log } from '../ports/log.ts';
import { isPage } from './our-frame.ts';

/** What a page asks to use, and from where. */
export interface PermissionRequest {
  readonly permission: string;
  /** Whether it is one of our windows that asks. */
  readonly ours: boolean;
  readonly mainFrame: boolean;
  readonly url: string;
}

/** The whole table: our own main frame may put text on the clipboard. */
export function mayUse({ permission, ours, mainFrame, url }: PermissionRequest, page: string): boolean {
  return permission === 'clipboard-sanitized-write' && ours && mainFrame && isSameOrigin(url, page);
}

function isSameOrigin(url: string, page: string): boolean {
  try {
    const [asked, own] = [new URL(url), new URL(page)];
    return asked.protocol === own.protocol && asked.host === own.host && asked.username === '';
  } catch {
    return false;
  }
}

interface Guarding {
  /** The one URL a window of ours shows. */
  readonly page: string;
  /** Tells our windows by the id of their web contents. */
  readonly isOurs: (webContentsId: number) => boolean;
  readonly log: Log;
}

/**
 * Guard every page and every session there will ever be in this app: a page stays where it is, opens nothing, gets no
 * device and downloads nothing. Call it before the first session is made.
 */
export function guardEverything(app: App, guarding: Guarding): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, guarding));
  app.on('session-created', (session) => guardSession(session, guarding));
  // Electron picks the first certificate and shows no choice; ours identify nobody.
  app.on('select-client-certificate', (event, _contents, _url, _list, choose) => {
    event.preventDefault();
    choose();
  });
}

function guardContents(contents: WebContents, { page, log }: Guarding): void {
  const stay = (event: { readonly url?: string; preventDefault(): void }, url: unknown): void => {
    // Older Electrons tell the URL as an argument only.
    const target = event.url ?? String(url);
    if (isPage(target, page) && contents.getURL() !== '') return;
    event.preventDefault();
    log.warn('page.navigationDenied');
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', (event) => stay(event, event.url));
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault();
    choose('');
  });
  contents.setWindowOpenHandler(() => {
    log.warn('page.windowDenied');
    return { action: 'deny' };
  });
}

function guardSession(session: Session, { page, isOurs, log }: Guarding): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    const ours = contents !== null && isOurs(contents.id);
    const allowed = mayUse(
      { permission, ours, mainFrame: details.isMainFrame, url: details.requestingUrl },
      page,
    );
    if (!allowed) log.warn('page.permissionDenied', { permission });
    answer(allowed);
  });
  session.setPermissionCheckHandler((contents, permission, origin, details) => {
    const ours = contents !== null && isOurs(contents.id);
    return mayUse({ permission, ours, mainFrame: details.isMainFrame, url: origin }, page);
  });
  session.setDevicePermissionHandler(() => false);
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }));
  session.setUSBProtectedClassesHandler?.(({ protectedClasses }) => protectedClasses);
  // Without a handler `getDisplayMedia` is refused.
  session.setDisplayMediaRequestHandler(null);
  // Chromium's own spell checker, off for the pages already (`hardened`): here it has nowhere to fetch from either.
  session.setSpellCheckerEnabled(false);
  session.setSpellCheckerDictionaryDownloadURL('https://dictionaries.invalid/');
  session.on('will-download', (event) => {
    event.preventDefault();
    log.warn('page.downloadDenied');
  });
}
