import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  powerMonitor,
  protocol,
  screen,
  session,
  shell,
} from 'electron';
import { requestChannel, requestNames, viewPatchChannel } from '../contract/channels.ts';
import { chooseLauncher, startAhead } from './adapters/child-process.ts';
import { systemClock } from './adapters/clock-system.ts';
import { createLog } from './adapters/log-stderr.ts';
import { vaultProgram } from './adapters/vault-program.ts';
import { askAfterCrash, surviveCrashes } from './desktop/after-crash.ts';
import { clearUntrustedVariables, forbiddenSwitch } from './desktop/command-line.ts';
import { claimDataFolder } from './desktop/data-folder.ts';
import { guardEverything } from './desktop/guards.ts';
import { menuTemplate } from './desktop/menu.ts';
import { confirmPlainLink } from './desktop/confirm-plain-link.ts';
import { isOurMainFrame } from './desktop/our-frame.ts';
import { pageScheme, pageUrl, servePage } from './desktop/protocol.ts';
import { becomeOnlyInstance, bringForward } from './desktop/single-instance.ts';
import { applyTheme } from './desktop/theme.ts';
import { openWindow, pagePreferences, pageSession, placeOnScreen } from './desktop/window.ts';
import type { RequestDoor } from './ipc/serve-requests.ts';
import type { JudgedSender, Wired } from './wiring.ts';

/** Ended because of how it was started; `sysexits.h`. */
const exitUsage = 64;
const exitSoftware = 70;
const exitNoFolder = 73;

const built = (file: string): string => join(import.meta.dirname, file);
const log = createLog();
let window: BrowserWindow | null = null;
const ours = new Set<number>();
const isOurs = (webContentsId: number): boolean => ours.has(webContentsId);

clearUntrustedVariables(process.env);
const refused = app.isPackaged ? forbiddenSwitch(process.argv) : null;
if (refused !== null) stop(exitUsage, `Onethread does not start with --${refused}.`);
else if (!claimDataFolder(app.getPath('userData'))) {
  stop(exitNoFolder, 'Onethread cannot use its data folder: it belongs to somebody else or cannot be made.');
} else if (!becomeOnlyInstance(app, () => window && bringForward(window))) {
  stop(0, 'Onethread is running already; its window has come forward.');
} else {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([pageScheme]);
  guardEverything(app, { page: pageUrl, isOurs, log });
  run().catch((bug: unknown) => {
    log.error('app.notStarted', { error: bug instanceof Error ? bug.name : 'unknown' });
    stop(exitSoftware, 'Onethread could not start. Start it again; if that does not help, install it anew.');
  });
}

/**
 * In the order in which a person waits for it: the helper processes and the window start first and go on by themselves;
 * meanwhile the messenger is loaded, asks the keychain and reads the last page. Nothing here waits for the network.
 */
async function run(): Promise<void> {
  const launcher = chooseLauncher(log).then((launch) =>
    startAhead(launch, [{ name: 'store', entryPath: built('store.cjs') }, vaultProgram(built('vault.cjs'))]),
  );
  await app.whenReady();
  const door = openDoor();
  const [{ wire }, launch] = await Promise.all([import('./wiring.ts'), launcher]);
  const place = showWindow();
  const wired = wire({
    log,
    launch,
    built,
    userData: app.getPath('userData'),
    publish: (patch) => {
      if (window !== null && !window.isDestroyed()) window.webContents.send(viewPatchChannel, patch);
    },
    shell,
    confirmPlainLink: confirmPlainLink(dialog),
    onAppearance: (theme) => applyTheme(nativeTheme, { theme }),
    relaunch: () => {
      app.relaunch();
      app.quit();
    },
    door,
  });
  quitInOrder(wired);
  endBySignalInOrder();
  const booted = wired.messenger.boot();
  applyTheme(nativeTheme, wired.settings.value.appearance);
  place(wired.settings);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate({ platform: process.platform, development: false })),
  );
  powerMonitor.on('resume', () => wired.messenger.tryNow());
  app.on('activate', () => {
    if (window === null) showWindow()(wired.settings);
  });
  await booted;
}

/**
 * Every request has a door from the first moment, and its sender is judged as it comes in; it is answered as soon as there is
 * somebody to answer.
 */
function openDoor(): RequestDoor<JudgedSender> {
  type Answer = (sender: JudgedSender, raw: unknown) => Promise<unknown>;
  const answers = new Map<string, (answer: Answer) => void>();
  for (const name of requestNames) {
    const channel = requestChannel(name);
    const answered = new Promise<Answer>((resolve) => answers.set(channel, resolve));
    ipcMain.handle(channel, (event, raw) => {
      const isOurFrame = isOurMainFrame(event, pageUrl, isOurs);
      return answered.then((answer) => answer({ isOurFrame }, raw));
    });
  }
  return { handle: (channel, answer) => answers.get(channel)?.(answer) };
}

/** @returns what puts the window where it was, once the settings are known */
function showWindow(): (settings: Wired['settings']) => void {
  const page = pageSession(session, randomUUID());
  servePage(page.protocol, join(import.meta.dirname, '../renderer'));
  let settings: Wired['settings'] | null = null;
  const opened = openWindow(
    { BrowserWindow, screen, nativeTheme, clock: systemClock },
    {
      title: app.getName(),
      page: pageUrl,
      preferences: pagePreferences(join(import.meta.dirname, '../preload/preload.cjs'), page, false),
      bounds: null,
      onBounds: (windowBounds) => void settings?.update({ windowBounds }),
    },
  );
  window = opened;
  const { id } = opened.webContents;
  ours.add(id);
  surviveCrashes(opened, { clock: systemClock, log, ask: askAfterCrash(dialog) });
  opened.on('closed', () => {
    ours.delete(id);
    window = null;
  });
  return (known) => {
    settings = known;
    const { windowBounds } = known.value;
    const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea);
    if (windowBounds !== null && !opened.isDestroyed())
      opened.setBounds(placeOnScreen(windowBounds, workAreas));
  };
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
