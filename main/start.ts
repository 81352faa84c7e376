import { mkdirSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  powerMonitor,
  protocol,
  screen,
  session,
  type Session,
  shell,
  Tray,
} from 'electron';
import { viewPatchChannel } from '../contract/channels.ts';
import { chooseLauncher, startAhead } from './adapters/child-process.ts';
import { systemClock } from './adapters/clock-system.ts';
import { createLog } from './adapters/log-stderr.ts';
import { hasTrayHost } from './adapters/notification-server.ts';
import { policyPath, readNamedPolicy, readPolicy } from './adapters/policy-file.ts';
import { temporaryFolder } from './adapters/sinks-files.ts';
import { vaultProgram } from './adapters/vault-program.ts';
import { askAfterCrash, surviveCrashes } from './desktop/after-crash.ts';
import { attachmentScheme, serveAttachments } from './desktop/attachments.ts';
import { clearUntrustedVariables, forbiddenSwitch } from './desktop/command-line.ts';
import { offerContextMenu } from './desktop/context-menu.ts';
import { claimDataFolder } from './desktop/data-folder.ts';
import { claimLinks, DeepLinks } from './desktop/deep-link.ts';
import { FrameOffset } from './desktop/frame-offset.ts';
import { guardEverything } from './desktop/guards.ts';
import { AutostartFile, type LoginItem, SystemLoginItem } from './desktop/login-item.ts';
import { menuTemplate } from './desktop/menu.ts';
import { confirmPlainLink } from './desktop/confirm-plain-link.ts';
import { PageSessions } from './desktop/page-sessions.ts';
import { pageScheme, pageUrl, servePage } from './desktop/protocol.ts';
import { becomeOnlyInstance, bringForward } from './desktop/single-instance.ts';
import { applyTheme } from './desktop/theme.ts';
import { Stage } from './desktop/stage.ts';
import { trayPicture } from './desktop/tray-picture.ts';
import { TrayPlace } from './desktop/tray.ts';
import { type DesktopWords, wordsFor } from './desktop/words.ts';
import { openWindow, pagePreferences } from './desktop/window.ts';
import type { PolicyReading } from './ports/policy-file.ts';
import type { Wired } from './wiring.ts';

/** Ended because of how it was started; `sysexits.h`. */
const exitUsage = 64;
const exitSoftware = 70;
const exitNoFolder = 73;
const exitNotErased = 74;
const exitTemporary = 75;
/** Twice the usual size of an icon in a tray, which makes it smaller where it has to. */
const trayPixels = 44;

const built = (file: string): string => join(import.meta.dirname, file);
const log = createLog();
let stage: Stage | null = null;
const links = new DeepLinks(app, process.argv);
const isOurs = (webContentsId: number): boolean => stage?.isOurs(webContentsId) ?? false;

clearUntrustedVariables(process.env);
const isErasing = process.argv.includes('--erase-all');
const refused = app.isPackaged ? forbiddenSwitch(process.argv) : null;
if (refused !== null) stop(exitUsage, `Onethread does not start with --${refused}.`);
else if (!claimDataFolder(app.getPath('userData'))) {
  stop(exitNoFolder, 'Onethread cannot use its data folder: it belongs to somebody else or cannot be made.');
} else if (!becomeOnlyInstance(app, startedAgain)) {
  if (isErasing) stop(exitTemporary, 'Onethread is running: quit it first, then everything can be erased.');
  else stop(0, 'Onethread is running already; its window has come forward.');
} else if (isErasing) {
  void eraseEverything();
} else {
  useOwnTemporaryFolder();
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([pageScheme, attachmentScheme]);
  guardEverything(app, { page: pageUrl, isOurs, log });
  run().catch((bug: unknown) => {
    log.error('app.notStarted', { error: bug instanceof Error ? bug.name : 'unknown' });
    stop(exitSoftware, 'Onethread could not start. Start it again; if that does not help, install it anew.');
  });
}

/**
 * The helper processes start first and come up beside Chromium. Then the core is loaded and begins to read, and the window
 * opens on it: both go on side by side, and neither waits for the network.
 */
async function run(): Promise<void> {
  const launcher = chooseLauncher(log).then((launch) =>
    startAhead(launch, [{ name: 'store', entryPath: built('store.cjs') }, vaultProgram(built('vault.cjs'))]),
  );
  await app.whenReady();
  const words = wordsFor(app.getLocale());
  let tray: TrayPlace | null = null;
  const hasTray = isTrayThere();
  const [{ wire }, launch] = await Promise.all([import('./wiring.ts'), launcher]);
  const wired = wire({
    log,
    launch,
    built,
    userData: app.getPath('userData'),
    publish: (patch) => stage?.publish(viewPatchChannel, patch),
    renewPage: () => stage?.renew(),
    pageSettled: async () => (await stage?.settled()) ?? 0,
    window: () => stage?.window ?? null,
    policy: findPolicy(),
    shell,
    confirmPlainLink: confirmPlainLink(dialog, words.dialog),
    loginItem: loginItem(),
    onZoom: (percent) => stage?.window?.webContents.setZoomFactor(percent / 100),
    openWindow: () => stage?.open(),
    showCount: (unread) => {
      app.setBadgeCount(unread);
      tray?.count(unread);
    },
    words,
    onAppearance: (theme) => applyTheme(nativeTheme, { theme }),
    relaunch: () => {
      app.relaunch();
      app.quit();
    },
    door: ipcMain,
    isOurFrame: (event) => stage?.hears(event) ?? false,
  });
  const shown = (stage = setStage(wired, words, () => {
    // Where several people sit, a window that is closed and goes on would be the next one's.
    const isOwn = wired.messenger.view.view.machine.mode === 'personal';
    return tray !== null && isOwn && wired.settings.value.desktop.closeToTray;
  }));
  quitInOrder(wired);
  endBySignalInOrder();
  const booted = wired.messenger.boot();
  claimLinks(app);
  links.handTo((link) => void wired.messenger.acceptLink(link));
  applyTheme(nativeTheme, wired.settings.value.appearance);
  const standInTray = async (): Promise<void> => {
    if (!(await hasTray)) return;
    tray = openTray(words, wired, shown);
    tray.count(wired.messenger.view.view.unreadCount);
    wired.messenger.view.setTray(true);
  };
  const opensHidden = wired.settings.value.desktop.startHidden || process.argv.includes('--hidden');
  if (opensHidden) await standInTray();
  else void standInTray();
  if (!opensHidden || tray === null) shown.open();
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate({
        platform: process.platform,
        words: words.menu,
        zoom: wired.zoom,
        lock: async () => (await wired.messenger.lock()).ok,
        press: (key) => shown.press(key),
        development: false,
      }),
    ),
  );
  powerMonitor.on('resume', () => wired.messenger.tryNow());
  app.on('activate', () => shown.open());
  app.on('browser-window-focus', () => wired.messenger.watched());
  await booted;
}

/** `--erase-all`: done before Chromium looks for a screen. */
async function eraseEverything(): Promise<void> {
  const { eraseAll } = await import('./erase-all.ts');
  const isGone = eraseAll({
    userData: app.getPath('userData'),
    crashDumps: app.getPath('crashDumps'),
    built,
    log,
    print: (line) => writeSync(1, line),
  });
  process.exit(isGone ? 0 : exitNotErased);
}

/** Somebody starts the app once more, or clicks a link to it. */
function startedAgain(argv: readonly string[]): void {
  links.onCommandLine(argv);
  if (stage?.window) bringForward(stage.window);
  else stage?.open();
}

/** What Chromium puts down for a moment lies where the eraser looks, and not among other people's files. */
function useOwnTemporaryFolder(): void {
  const folder = temporaryFolder(app.getPath('userData'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath('temp', folder);
}

/** What the organization has laid down. A build for development may be told to read another file. */
function findPolicy(): PolicyReading {
  const named = app.isPackaged ? '' : app.commandLine.getSwitchValue('policy-file');
  return named === ''
    ? readPolicy(policyPath(process.platform, process.execPath))
    : readNamedPolicy(resolve(named));
}

/** On Linux somebody has to answer for it; elsewhere it is part of the system. */
function isTrayThere(): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(true);
  return hasTrayHost(process.env['DBUS_SESSION_BUS_ADDRESS']);
}

function openTray(words: DesktopWords, { messenger }: Wired, stage: Stage): TrayPlace {
  const comeForward = (): void => {
    if (stage.window === null) stage.open();
    else bringForward(stage.window);
  };
  const switchKey = process.platform === 'darwin' ? 'meta' : 'control';
  return new TrayPlace({
    create: (picture) => new Tray(picture),
    picture: (waiting) =>
      nativeImage.createFromBitmap(trayPicture(trayPixels, waiting), {
        width: trayPixels,
        height: trayPixels,
      }),
    menu: (items) => Menu.buildFromTemplate(items),
    words,
    acts: {
      open: comeForward,
      lock: () => void messenger.lock(),
      switchAccount() {
        comeForward();
        stage.press({ keyCode: 'A', modifiers: [switchKey, 'shift'] });
      },
      quit: () => app.quit(),
    },
  });
}

/** Where the windows of this run appear. @param closesToTray whether a closed window is only hidden */
function setStage(
  { settings, suggestions, zoom, messenger }: Wired,
  words: DesktopWords,
  closesToTray: () => boolean,
): Stage {
  let quitting = false;
  app.on('before-quit', () => (quitting = true));
  const preload = join(import.meta.dirname, '../preload/preload.cjs');
  const sessions = new PageSessions({
    sessions: session,
    run: randomUUID(),
    prepare(page) {
      servePage(page.protocol, join(import.meta.dirname, '../renderer'));
      // A page that is on its way out draws nothing more.
      serveAttachments(page.protocol, (id) => (isHeard(page) ? messenger.attachment(id) : null));
    },
  });
  const inUse = new Map<BrowserWindow, Session>();
  const isHeard = (page: Session): boolean =>
    [...inUse].some(
      ([window, its]) => its === page && !window.isDestroyed() && isOurs(window.webContents.id),
    );
  const frame = new FrameOffset();
  return new Stage({
    clock: systemClock,
    pageUrl,
    open(old) {
      const page = sessions.take();
      const opened = openWindow(
        { BrowserWindow, screen, nativeTheme, clock: systemClock },
        {
          title: app.getName(),
          page: pageUrl,
          preferences: pagePreferences(preload, page, false),
          bounds: old === null ? settings.value.windowBounds : frame.asking(old.getNormalBounds()),
          frame,
          onBounds: (windowBounds) => void settings.update({ windowBounds }),
        },
      );
      inUse.set(opened, page);
      opened.on('close', (event) => {
        if (quitting || !closesToTray()) return;
        event.preventDefault();
        opened.hide();
      });
      surviveCrashes(opened, { clock: systemClock, log, ask: askAfterCrash(dialog, words.dialog) });
      const { webContents } = opened;
      webContents.once('dom-ready', () => webContents.setZoomFactor(settings.value.desktop.zoom / 100));
      offerContextMenu(webContents, {
        words: words.menu,
        build: (items) => Menu.buildFromTemplate(items),
        suggestions,
        after: (delayMs, task) => void systemClock.after(delayMs, task),
      });
      // The wheel with Ctrl.
      webContents.on('zoom-changed', (_event, direction) => zoom(direction));
      return opened;
    },
    onGone(window) {
      const page = inUse.get(window);
      inUse.delete(window);
      if (page !== undefined) void sessions.giveBack(page);
    },
  });
}

/** How this system starts the app with the desktop. A build for development is started by its folder. */
function loginItem(): LoginItem {
  if (process.platform !== 'linux') return new SystemLoginItem(app);
  const program = process.env['APPIMAGE'] ?? process.execPath;
  const command = app.isPackaged ? [program] : [program, app.getAppPath()];
  return new AutostartFile({ env: process.env, home: app.getPath('home'), command });
}

/** Windows, then the session, then the helper processes. */
function quitInOrder({ messenger, dispose }: Wired): void {
  let ended = false;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    void messenger
      .quit()
      .then(dispose)
      .finally(() => {
        ended = true;
        app.quit();
      });
  });
}

/** What the settings are written with ends the process at once on a signal; a signal means: quit as a person does. */
function endBySignalInOrder(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => app.quit());
  }
}

function stop(code: number, sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  app.exit(code);
}
