import type { Message } from '../../../contract/model.ts';
import type { View } from '../../../contract/view.ts';
import { Device as Laptop } from '../../e2e/harness/device.ts';
import { descendantsOf, readProc } from '../../e2e/harness/electron.ts';
import type { CoreService } from '../../journeys/core-device.ts';
import type { Device, Standing } from '../device.ts';
import type { Entry } from '../history.ts';
import { entryOf } from './entry.ts';
import { signalProcess } from './process-group.ts';

export interface AppDeviceOptions {
  readonly name: string;
  readonly service: CoreService;
  /** The page makes up its own client message ids: here a message is known by its text. Shared by all devices of a run. */
  readonly keys: Map<string, string>;
}

/** The real app in a real window, with a keyring and a data folder of its own. Only under Playwright. */
export class AppDevice implements Device {
  readonly kind = 'app';
  readonly name: string;
  readonly #options: AppDeviceOptions;
  #laptop: Laptop | null = null;
  #isUp = false;
  #log = '';
  readonly #onEnd: (() => void)[] = [];

  constructor(options: AppDeviceOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get traces(): readonly string[] {
    return this.#laptop === null ? [] : [this.#laptop.userDataDir];
  }

  get pid(): number | null {
    return this.#isUp ? (this.#laptop?.running.pid ?? null) : null;
  }

  get storePid(): number | null {
    return this.#processes().find((pid) => readProc(pid, 'cmdline').includes('store.cjs')) ?? null;
  }

  async start(): Promise<void> {
    const { name, service } = this.#options;
    if (this.#laptop === null) {
      const { configBaseUrl: configUrl, appId } = service;
      this.#laptop = await Laptop.start({ name, configUrl, appId });
    } else {
      await this.#laptop.open();
    }
    this.#isUp = true;
    this.#laptop.running.app.once('close', () => this.#onEnd.forEach((tell) => tell()));
  }

  /** Types and presses Enter, as a person does. The box is emptied when the app has taken it. */
  async send(key: string, text: string): Promise<'queued' | 'refused' | 'unknown'> {
    this.#options.keys.set(text, key);
    const written = await this.#whileUp((laptop) => laptop.write(text).then(() => true));
    if (written === null) return 'unknown';
    return 'queued';
  }

  async list(): Promise<readonly Entry[] | null> {
    const shown = await this.#whileUp(({ page }) => page.evaluate(wholeThread));
    return shown?.map((message) => this.#known(entryOf(message))) ?? null;
  }

  /** The newest stretch of the thread, as the window has it. */
  async newest(): Promise<readonly Entry[] | null> {
    const view = await this.#whileUp(({ page }) => page.evaluate(currentView));
    return view?.thread.messages.map((message) => this.#known(entryOf(message))) ?? null;
  }

  async look(): Promise<Standing | null> {
    const view = await this.#whileUp(({ page }) => page.evaluate(currentView));
    if (view === null) return null;
    return { session: view.session.kind, link: view.link.kind, waiting: view.waiting };
  }

  /** What stands in the box, to be sent by the next Enter. */
  async box(): Promise<string | null> {
    return this.#whileUp(({ composer }) => composer.inputValue());
  }

  async login(userId: string, jwt?: string): Promise<'ok' | 'refused' | 'unknown'> {
    const answer = await this.#whileUp((laptop) => laptop.login(userId, jwt));
    // Another person gets another page.
    await this.#whileUp((laptop) => laptop.running.oneWindow());
    if (answer === null) return 'unknown';
    return answer.ok ? 'ok' : 'refused';
  }

  async logout(): Promise<'ok' | 'refused' | 'unknown'> {
    const left = await this.#whileUp((laptop) => laptop.signOut().then(() => true));
    return left === null ? 'unknown' : 'ok';
  }

  async kill(): Promise<void> {
    if (!this.#isUp) return;
    this.#down();
    await this.#laptop?.kill();
  }

  freeze(): void {
    for (const pid of this.#processes()) signalProcess(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.#processes()) signalProcess(pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    if (!this.#isUp) return;
    this.#down();
    await this.#laptop?.quit();
  }

  onEnd(listener: () => void): void {
    this.#onEnd.push(listener);
  }

  log(): string {
    return this.#log + (this.#isUp ? (this.#laptop?.running.output() ?? '') : '');
  }

  async dispose(): Promise<void> {
    await this.#laptop?.dispose();
    this.#isUp = false;
  }

  #down(): void {
    this.#log = this.log();
    this.#isUp = false;
  }

  #processes(): readonly number[] {
    const { pid } = this;
    return pid === null ? [] : [pid, ...descendantsOf(pid)];
  }

  /** @returns null if the app is not there, or went meanwhile; rejects with what failed while it went on running */
  async #whileUp<T>(act: (laptop: Laptop) => Promise<T>): Promise<T | null> {
    if (this.#laptop === null || !this.#isUp) return null;
    try {
      return await act(this.#laptop);
    } catch (error) {
      if (!this.#isUp) return null;
      throw error;
    }
  }

  #known(entry: Entry): Entry {
    return { ...entry, key: this.#options.keys.get(entry.text) ?? entry.key };
  }
}

/** Runs in the page: scrolls up to the very first message, and down again if the window could not hold them all. */
async function wholeThread(): Promise<readonly Message[] | null> {
  const { smooch } = globalThis;
  const seen = new Map<string, Message>();
  let way: 'up' | 'down' = 'up';
  for (;;) {
    const view = await smooch.getView();
    if (!view.ok) return null;
    const { epoch } = view.value.session;
    const { older, newer, messages } = view.value.thread;
    if (older === 'beginning') way = 'down';
    if (way === 'down') for (const message of messages) seen.set(message.key, message);
    if (way === 'down' && !newer) return [...seen.values()];
    const moved = way === 'up' ? await smooch.showOlder({ epoch }) : await smooch.showNewer({ epoch });
    if (!moved.ok) return null;
  }
}

/** Runs in the page. */
async function currentView(): Promise<View | null> {
  const view = await globalThis.smooch.getView();
  return view.ok ? view.value : null;
}
