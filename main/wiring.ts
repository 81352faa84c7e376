import { release } from 'node:os';
import tls from 'node:tls';
import {
  app,
  type BrowserWindow,
  clipboard,
  dialog,
  type IpcMainInvokeEvent,
  Notification,
  powerMonitor,
  type Shell,
} from 'electron';
import { fail, ok } from '../contract/failure.ts';
import { AppId } from '../contract/ids.ts';
import type { Appearance, ViewPatch } from '../contract/view.ts';
import type { LaunchHelper } from './adapters/child-process.ts';
import { systemClock } from './adapters/clock-system.ts';
import { nodeSha256 } from './adapters/digest-node.ts';
import { HistoriesProcess } from './adapters/histories-process.ts';
import { createPresence } from './adapters/presence-desktop.ts';
import { nodeRandom } from './adapters/random-node.ts';
import type { RealtimeOptions } from './adapters/realtime-faye.ts';
import { nodeSealing } from './adapters/sealing-node.ts';
import { createKeysFile, createSettingsFile } from './adapters/settings-electron-store.ts';
import { readsMarkup } from './adapters/notification-server.ts';
import { RecentFiles, recentFilesList } from './adapters/sink-recent-files.ts';
import { eraseStoredPages, fileSinks } from './adapters/sinks-files.ts';
import { HunspellSpelling } from './adapters/spelling-hunspell.ts';
import { createNetwork, type Network } from './adapters/network-electron.ts';
import { sendPieceByPiece } from './adapters/upload-electron.ts';
import { KeytarVault } from './adapters/vault-keytar.ts';
import { writeTime } from './adapters/written-time.ts';
import { type RequestDoor, serveRequests } from './ipc/serve-requests.ts';
import { createOpenLink } from './desktop/open-link.ts';
import { createAttention } from './desktop/attention.ts';
import type { LoginItem } from './desktop/login-item.ts';
import { DesktopNotifier } from './desktop/notifier.ts';
import type { DesktopWords } from './desktop/words.ts';
import { OwnClipboard } from './desktop/own-clipboard.ts';
import { createSaveFile } from './desktop/save-file.ts';
import { zoomFrom } from './desktop/zoom.ts';
import { createMessenger, type Messenger } from './messenger.ts';
import type { EraseSink } from './ports/erase-sink.ts';
import type { Http } from './ports/http.ts';
import type { Log } from './ports/log.ts';
import type { PolicyReading } from './ports/policy-file.ts';
import type { Realtime, RealtimeSubscription } from './ports/realtime.ts';
import { ServiceClient } from './service/client.ts';
import { describeClient, type DeviceDescription } from './service/device-words.ts';
import { Machine } from './settings/machine.ts';
import { policyOf } from './settings/policy.ts';
import { ServiceAddress, Settings } from './settings/settings.ts';

/** The app, put together, before its first window. */
export interface Wired {
  readonly messenger: Messenger;
  readonly settings: Settings;
  /** What a word that is not spelled right may have been meant to be. */
  suggestions(word: string): Promise<readonly string[]>;
  /** Make everything in the window larger or smaller, and keep it so. */
  zoom(direction: 'in' | 'out' | 'reset'): void;
  /** End what was started here. The messenger is quit before. */
  dispose(): Promise<void>;
}

interface Desk {
  readonly log: Log;
  readonly launch: LaunchHelper;
  readonly userData: string;
  /** Where a built entry file lies, absolute. */
  readonly built: (file: string) => string;
  readonly publish: (patch: ViewPatch) => void;
  /** Put a new page in the place of the one on the screen. */
  readonly renewPage: () => void;
  /** Until the page before the newest is gone, process and all; how many had to go. */
  readonly pageSettled: () => Promise<number>;
  /** What stands on the screen, for dialogs to stand before. */
  readonly window: () => BrowserWindow | null;
  readonly policy: PolicyReading;
  readonly shell: Pick<Shell, 'openExternal'>;
  /** Asks the person about a link that travels in clear. */
  readonly confirmPlainLink: (host: string) => Promise<boolean>;
  /** Makes the window anew where it was closed. */
  readonly openWindow: () => void;
  /** Shows a number outside of the window. */
  readonly showCount: (unread: number) => void;
  readonly words: DesktopWords;
  readonly loginItem: LoginItem;
  /** Shows the window in this size, in percent of the usual one. */
  readonly onZoom: (percent: number) => void;
  readonly onAppearance: (theme: Appearance['theme']) => void;
  readonly relaunch: () => void;
  readonly door: RequestDoor<IpcMainInvokeEvent>;
  readonly isOurFrame: (event: IpcMainInvokeEvent) => boolean;
}

/** Build every adapter once and hand it to the core. */
export function wire(desk: Desk): Wired {
  const { log, userData, launch, built } = desk;
  const histories = new HistoriesProcess({ folder: userData, entryPath: built('store.cjs'), launch, log });
  const vault = new KeytarVault({ launch, entryPath: built('vault.cjs'), clock: systemClock, log });
  const settings = new Settings({ file: createSettingsFile(userData), log });
  const address = addressOf(settings);
  const { loginItem } = desk;
  // Whoever switched it off elsewhere is right.
  const { desktop } = settings.value;
  if (desktop.startAtLogin !== loginItem.isSet())
    settings.update({ desktop: { ...desktop, startAtLogin: !desktop.startAtLogin } });
  const network = createNetwork(log);
  const clientOf = (at: ServiceAddress): ServiceClient => createClient(at, network, log);
  // Until the desktop has answered: a stray `&amp;` does less harm than a message that is read as markup.
  let markup = process.platform === 'linux';
  void readsMarkup(process.env['DBUS_SESSION_BUS_ADDRESS']).then((reads) => (markup = reads));
  const notifier = new DesktopNotifier({
    create: (options) => new Notification(options),
    isSupported: () => Notification.isSupported(),
    markup: () => markup,
  });
  const ownClipboard = new OwnClipboard({ clipboard, platform: process.platform });
  const recentFiles = new RecentFiles({
    list: recentFilesList(process.env),
    clear: () => app.clearRecentDocuments(),
  });
  const spelling = new HunspellSpelling({
    launch,
    clock: systemClock,
    log,
    entryPath: built('spelling.cjs'),
    folder: built('dictionaries'),
    languages: () => app.getPreferredSystemLanguages(),
  });
  const messenger = createMessenger({
    clock: systemClock,
    random: nodeRandom,
    log,
    vault,
    histories,
    // Without an address nothing is asked of it: every way to the service is shut by the session `unconfigured`.
    service: clientOf(address ?? nowhere),
    settings,
    address: () => address,
    publish: desk.publish,
    openLink: createOpenLink({ shell: desk.shell, confirm: desk.confirmPlainLink }),
    // Not a link that somebody sent: it stands in the configuration, and in clear only on this machine.
    openPage: createOpenLink({ shell: desk.shell, confirm: async () => true }),
    sha256: nodeSha256,
    keysFile: createKeysFile(userData),
    probe: async (at) => {
      const config = await clientOf(at).config();
      return config.ok ? ok() : fail(config.failure);
    },
    relaunch: desk.relaunch,
    onAppearance: desk.onAppearance,
    onDesktop({ startAtLogin, zoom }) {
      if (startAtLogin !== loginItem.isSet() && !loginItem.set(startAtLogin))
        return fail({ kind: 'storage', reason: 'failed' });
      desk.onZoom(zoom);
      return ok();
    },
    sealing: nodeSealing,
    machine: new Machine({ settings, policy: policyOf(desk.policy) }),
    presence: createPresence({ powerMonitor, platform: process.platform, env: process.env, log }),
    sinks: sinksOf(desk, ownClipboard, recentFiles, notifier),
    notifier,
    attention: createAttention({ window: desk.window, open: desk.openWindow, showCount: desk.showCount }),
    words: desk.words,
    writeTime,
    saveFile: createSaveFile({
      dialog,
      window: desk.window,
      folder: app.getPath('documents'),
      onSaved: (path) => recentFiles.note(path),
    }),
    copyText: (text) => ownClipboard.copy(text),
    spelling,
    deviceProfile: (client) => describeClient(client, describeDevice()),
    renewPage() {
      desk.renewPage();
      spelling.forget();
      // The next person's requests go through connections of their own.
      network.closeConnections();
    },
  });
  serveRequests({
    door: desk.door,
    isOurFrame: desk.isOurFrame,
    handlers: messenger.handlers,
    log,
  });
  return {
    messenger,
    settings,
    suggestions: (word) => spelling.suggestions(word),
    zoom(direction) {
      const { desktop } = settings.value;
      void messenger.handlers.setDesktop({ ...desktop, zoom: zoomFrom(desktop.zoom, direction) });
    },
    async dispose() {
      vault.dispose();
      spelling.dispose();
      await histories.dispose();
    },
  };
}

/** Every place where something of a person can rest on this device, beside the keychain and the histories. */
function sinksOf(
  desk: Desk,
  ownClipboard: OwnClipboard,
  recentFiles: RecentFiles,
  notifier: EraseSink,
): readonly EraseSink[] {
  const { userData, pageSettled } = desk;
  return [
    {
      place: 'page',
      async erase() {
        // Its process holds what it has drawn; the session it had is emptied when it goes.
        const pages = await pageSettled();
        const stored = await eraseStoredPages(userData);
        return { ...stored, files: stored.files + pages };
      },
    },
    ownClipboard,
    notifier,
    ...fileSinks({ userData, crashDumps: app.getPath('crashDumps') }),
    recentFiles,
  ];
}

const nowhere: ServiceAddress = { configUrl: 'https://localhost/', appId: AppId.parse('unconfigured') };

/** From the environment (the launcher's way), else from the settings. One service from start to quit. */
function addressOf(settings: Settings): ServiceAddress | null {
  const { ONETHREAD_CONFIG_URL: configUrl, ONETHREAD_APP_ID: appId } = process.env;
  const given = ServiceAddress.safeParse({ configUrl, appId });
  return given.success ? given.data : settings.value.service;
}

/** What every service is told about this device. */
function describeDevice(): DeviceDescription {
  return {
    vendor: 'onethread',
    sdkVersion: app.getVersion(),
    appName: app.getName(),
    appVersion: app.getVersion(),
    os: process.platform,
    osVersion: release(),
    locale: app.getLocale(),
  };
}

function createClient({ configUrl, appId }: ServiceAddress, network: Network, log: Log): ServiceClient {
  return new ServiceClient({
    http: httpWhenNeeded(network),
    realtime: realtimeWhenNeeded(network),
    clock: systemClock,
    log,
    configUrl,
    appId,
    device: describeDevice(),
  });
}

/** The network is needed only after the cached thread is on the screen, and so is what it takes to speak to it. */
function httpWhenNeeded(network: Network): Http {
  let http: Promise<Http> | null = null;
  const load = async (): Promise<Http> => {
    const { createHttp } = await import('./adapters/http-axios.ts');
    return createHttp({ fetch: fetchBy(network) });
  };
  return {
    request: async (request) => (await (http ??= load())).request(request),
    download: async (wanted) => (await (http ??= load())).download(wanted),
  };
}

function realtimeWhenNeeded(network: Network): Realtime {
  let realtime: Promise<Realtime> | null = null;
  const load = async (): Promise<Realtime> => {
    const { createRealtime } = await import('./adapters/realtime-faye.ts');
    return createRealtime(realtimeOptions(network));
  };
  return {
    open(target, listener) {
      let connection: RealtimeSubscription | null = null;
      let closed = false;
      realtime ??= load();
      realtime.then(
        (loaded) => {
          if (!closed) connection = loaded.open(target, listener);
        },
        () => closed || listener.down(),
      );
      return {
        close() {
          closed = true;
          connection?.close();
        },
        check: () => connection?.check(),
      };
    },
  };
}

/** The socket is Node's: it trusts what the system trusts, where this Node can read that. Read when first needed. */
function realtimeOptions(network: Network): RealtimeOptions {
  const proxyFor = (url: string): Promise<string | null> => proxyOf(network, url);
  if (typeof tls.getCACertificates !== 'function') return { proxyFor };
  return {
    proxyFor,
    get ca() {
      return [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
    },
  };
}

function fetchBy(network: Network): typeof fetch {
  return (input, init) => {
    const session = network.current();
    if (input instanceof Request && isForm(input)) return sendPieceByPiece(input, session);
    const url = input instanceof URL ? input.href : input;
    return session.fetch(url, init);
  };
}

function isForm({ headers }: Request): boolean {
  return headers.get('content-type')?.startsWith('multipart/') === true;
}

/** `PROXY host:port` as Chromium answers it; anything else is taken for a direct way. */
async function proxyOf(network: Network, url: string): Promise<string | null> {
  const answer = await network.current().resolveProxy(url);
  const found = /^(?:PROXY|HTTPS) ([^;\s]+)/.exec(answer)?.[1];
  return found === undefined ? null : `http://${found}`;
}
