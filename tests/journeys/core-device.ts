import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppId, ClientMessageId, type UserId } from '../../contract/ids.ts';
import { applyPatch, type View } from '../../contract/view.ts';
import { chooseLauncher } from '../../main/adapters/child-process.ts';
import { systemClock } from '../../main/adapters/clock-system.ts';
import { nodeSha256 } from '../../main/adapters/digest-node.ts';
import { HistoriesProcess } from '../../main/adapters/histories-process.ts';
import { createHttp } from '../../main/adapters/http-axios.ts';
import { nodeRandom } from '../../main/adapters/random-node.ts';
import { createRealtime } from '../../main/adapters/realtime-faye.ts';
import { nodeSealing } from '../../main/adapters/sealing-node.ts';
import { createMessenger, type Messenger, type World } from '../../main/messenger.ts';
import type { Clock } from '../../main/ports/clock.ts';
import type { Log } from '../../main/ports/log.ts';
import type { SettingsFile } from '../../main/ports/settings.ts';
import type { Vault } from '../../main/ports/vault.ts';
import { ServiceClient } from '../../main/service/client.ts';
import { Machine } from '../../main/settings/machine.ts';
import { noPolicy } from '../../main/settings/policy.ts';
import { Settings } from '../../main/settings/settings.ts';
import { RecordingLog } from '../fakes/log.ts';
import { englishWords, FakeAttention, FakeNotifier } from '../fakes/notifier.ts';
import { FakePresence } from '../fakes/presence.ts';
import { MemorySettingsFile } from '../fakes/settings.ts';
import { MemoryVault } from '../fakes/vault.ts';

export interface CoreService {
  readonly configBaseUrl: string;
  readonly appId: string;
}

/** What a device is made of, where a test brings its own. */
export interface CoreParts {
  /** The caller's to remove. */
  readonly folder: string;
  readonly vault: Vault;
  readonly settingsFile: SettingsFile;
  readonly log: Log;
  readonly clock: Clock;
  /** The last word about what the core is given. */
  readonly world: (world: World) => World;
  /** Called with every view, before anybody waits for it. */
  readonly onView: (view: View) => void;
}

/**
 * One device without a window: the real core, network, realtime and encrypted store on plain Node, so that a test can have
 * many. Only the keychain and the settings file are fakes of our own ports.
 */
export class CoreDevice {
  readonly folder: string;
  readonly vault = new MemoryVault();
  readonly settingsFile = new MemorySettingsFile();
  readonly keysFile = new MemorySettingsFile();
  readonly log = new RecordingLog();
  #messenger: Messenger | null = null;
  #view: View | null = null;
  #waiting = new Set<() => void>();
  readonly #service: CoreService;

  readonly #parts: Partial<CoreParts>;

  constructor(service: CoreService, parts: Partial<CoreParts> = {}) {
    this.#service = service;
    this.#parts = parts;
    this.folder = parts.folder ?? mkdtempSync(join(tmpdir(), 'onethread-core-'));
  }

  static async started(service: CoreService, parts: Partial<CoreParts> = {}): Promise<CoreDevice> {
    const device = new CoreDevice(service, parts);
    await device.start();
    return device;
  }

  get messenger(): Messenger {
    if (this.#messenger === null) throw new Error('this device is off');
    return this.#messenger;
  }

  get view(): View {
    if (this.#view === null) throw new Error('this device is off');
    return this.#view;
  }

  get texts(): readonly string[] {
    return this.view.thread.messages.map(({ content }) => content.text);
  }

  async start(): Promise<void> {
    const log = this.#parts.log ?? this.log;
    const clock = this.#parts.clock ?? systemClock;
    const launch = await chooseLauncher(log);
    const histories = new HistoriesProcess({
      folder: this.folder,
      entryPath: resolve(import.meta.dirname, '../../store/entry.ts'),
      launch,
      log,
    });
    const address = { configUrl: this.#service.configBaseUrl, appId: AppId.parse(this.#service.appId) };
    const service = new ServiceClient({
      http: createHttp({ fetch: globalThis.fetch }),
      realtime: createRealtime(),
      clock,
      log,
      ...address,
      device: {
        vendor: 'onethread',
        sdkVersion: '0',
        appName: 'Onethread',
        appVersion: '0',
        os: 'test',
        osVersion: '0',
      },
    });
    const settings = new Settings({ file: this.#parts.settingsFile ?? this.settingsFile, log });
    const world: World = {
      clock,
      random: nodeRandom,
      log,
      vault: this.#parts.vault ?? this.vault,
      histories,
      service,
      settings,
      address: () => address,
      publish: (patch) => {
        if (this.#view === null) return;
        this.#view = applyPatch(this.#view, patch) ?? this.#view;
        this.#parts.onView?.(this.#view);
        for (const look of [...this.#waiting]) look();
      },
      openLink: async () => ({ ok: true, value: undefined }),
      openPage: async () => ({ ok: true, value: undefined }),
      sha256: nodeSha256,
      keysFile: this.keysFile,
      probe: async () => ({ ok: true, value: undefined }),
      relaunch: () => undefined,
      onAppearance: () => undefined,
      onDesktop: () => ({ ok: true, value: undefined }),
      sealing: nodeSealing,
      machine: new Machine({ settings, policy: noPolicy }),
      presence: new FakePresence(clock),
      sinks: [],
      notifier: new FakeNotifier(),
      attention: new FakeAttention(),
      words: englishWords,
      writeTime: (at) => new Date(at).toISOString(),
      saveFile: async () => ({ ok: true, value: { saved: false } }),
      copyText: () => undefined,
      spelling: { misspelled: async (words) => words.filter((word) => word.includes('x')) },
      deviceProfile: (client) => [{ name: 'id', value: client }],
      renewPage: () => undefined,
    };
    this.#messenger = createMessenger(this.#parts.world?.(world) ?? world);
    this.#view = this.#messenger.view.view;
    const booted = await this.#messenger.boot();
    if (!booted.ok) throw new Error(`boot failed: ${booted.failure.kind}`);
  }

  async login(userId: string, jwt?: string): Promise<void> {
    const answer = await this.messenger.handlers.login({
      userId: userId as UserId,
      ...(jwt === undefined ? {} : { jwt }),
    });
    if (!answer.ok) throw new Error(`login failed: ${answer.failure.kind}`);
  }

  async signIn(userId: string, password: string): Promise<void> {
    const answer = await this.messenger.handlers.signIn({ userId: userId as UserId, password });
    if (!answer.ok) throw new Error(`sign-in failed: ${answer.failure.kind}`);
  }

  async write(text: string): Promise<void> {
    const clientMessageId = ClientMessageId.parse(nodeRandom.uuid());
    const { epoch } = this.view.session;
    const answer = await this.messenger.handlers.sendMessage({ epoch, clientMessageId, text });
    if (!answer.ok) throw new Error(`not accepted: ${answer.failure.kind}`);
  }

  /** Resolves with the first view that fits. The test's own deadline is the only one. */
  until(fits: (view: View) => boolean): Promise<View> {
    return new Promise((done) => {
      const look = (): void => {
        if (!fits(this.view)) return;
        this.#waiting.delete(look);
        done(this.view);
      };
      this.#waiting.add(look);
      look();
    });
  }

  untilText(text: string): Promise<View> {
    return this.until(({ thread }) => thread.messages.some(({ content }) => content.text === text));
  }

  async quit(): Promise<void> {
    await this.#messenger?.quit();
    this.#messenger = null;
    this.#view = null;
  }

  async dispose(): Promise<void> {
    await this.quit();
    if (this.#parts.folder === undefined) rmSync(this.folder, { recursive: true, force: true });
  }
}
