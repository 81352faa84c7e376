import type { Failure, Result } from '../../contract/failure.ts';
import { type AccountId, ClientMessageId, type UserId } from '../../contract/ids.ts';
import type { MachineChoices } from '../../contract/machine.ts';
import type { Input } from '../../contract/requests.ts';
import type { Session } from '../../contract/session.ts';
import { applyPatch, type View, type ViewPatch } from '../../contract/view.ts';
import { nodeSha256 } from '../../main/adapters/digest-node.ts';
import { createMessenger, type Messenger } from '../../main/messenger.ts';
import { Machine } from '../../main/settings/machine.ts';
import { noPolicy, type Policy } from '../../main/settings/policy.ts';
import { Settings } from '../../main/settings/settings.ts';
import { ManualClock, settle } from '../fakes/clock.ts';
import { MemoryHistories } from '../fakes/histories.ts';
import { RecordingLog } from '../fakes/log.ts';
import { englishWords, FakeAttention, FakeNotifier } from '../fakes/notifier.ts';
import { FakePresence } from '../fakes/presence.ts';
import { seededRandom } from '../fakes/random.ts';
import { FakeSealing } from '../fakes/sealing.ts';
import { FakeDevice, type ServiceWorld } from '../fakes/service.ts';
import { MemorySettingsFile } from '../fakes/settings.ts';
import { FakeSink } from '../fakes/sink.ts';
import { MemoryVault } from '../fakes/vault.ts';
import { Life } from './mortal.ts';

export const asUserId = (text: string): UserId => text as UserId;

let devices = 0;

/**
 * One device: the whole core on fakes, seen as its window sees it (a view built from patches alone). What a restart
 * keeps is what a machine keeps: the disk, the keychain and the settings file.
 */
export class Device {
  net: FakeDevice;
  readonly clock = new ManualClock();
  readonly vault = new MemoryVault();
  readonly histories = new MemoryHistories();
  readonly settingsFile = new MemorySettingsFile();
  readonly keysFile = new MemorySettingsFile();
  readonly log = new RecordingLog();
  readonly random = seededRandom(++devices * 7919);
  readonly sealing = new FakeSealing();
  readonly presence = new FakePresence(this.clock);
  readonly notifier = new FakeNotifier();
  readonly attention = new FakeAttention();
  readonly sinks = [new FakeSink('page'), new FakeSink('clipboard')];
  configured = true;
  /** What the organization has fixed; read at every start. */
  policy: Policy = noPolicy;
  /** What was put into a file of the person's choice. */
  readonly savedFiles: { readonly suggested: string; readonly text: string }[] = [];
  clipboard = '';
  /** What was shown in the browser. */
  readonly pages: string[] = [];
  /** What an address answers that the app is to be pointed at. */
  probeAnswer: Result<void> = { ok: true, value: undefined };
  relaunches = 0;
  /** Every view the window has had since the last start. */
  views: View[] = [];
  /** What the desktop was asked to do. */
  desktops: View['desktop'][] = [];
  /** Where in `views` the page was made anew: the index of the last view that the page before it has seen. */
  renewals: number[] = [];
  #messenger: Messenger;
  #life = new Life();

  constructor(world: ServiceWorld) {
    this.net = new FakeDevice(world);
    this.#messenger = this.#assemble();
  }

  /** @param machine what was chosen for the machine before its first start */
  static async started(world: ServiceWorld, machine: MachineChoices = {}): Promise<Device> {
    const device = new Device(world);
    device.choose(machine);
    await device.start();
    return device;
  }

  /** What somebody chose for the machine before the first start. */
  choose(machine: MachineChoices): void {
    this.settingsFile.save({ machine });
    this.#messenger = this.#assemble();
  }

  /** Histories of this run that are open. */
  get stillOpen(): number {
    return this.#life.stillOpen;
  }

  get view(): View {
    const view = this.views.at(-1);
    if (view === undefined) throw new Error('the window has drawn nothing yet');
    return view;
  }

  get texts(): readonly string[] {
    return this.view.thread.messages.map(({ content }) => content.text);
  }

  get messenger(): Messenger {
    return this.#messenger;
  }

  get handlers(): Messenger['handlers'] {
    return this.#messenger.handlers;
  }

  async start(): Promise<void> {
    await this.#messenger.boot();
    await this.settle();
  }

  /** SIGKILL and a new start: nothing is closed in an orderly way, and nothing that was begun goes on. */
  async killAndStart(): Promise<void> {
    this.#life.end();
    this.net.goOffline();
    this.net = new FakeDevice(this.net.world);
    this.#messenger = this.#assemble();
    await this.start();
  }

  async quit(): Promise<void> {
    await this.#messenger.quit();
  }

  async quitAndStart(): Promise<void> {
    await this.quit();
    this.#life.end();
    this.#messenger = this.#assemble();
    await this.start();
  }

  async login(
    userId: string,
    jwt?: string,
    how: Omit<Input<'login'>, 'userId' | 'jwt'> = {},
  ): Promise<Session | Failure> {
    const answer = await this.handlers.login({
      userId: asUserId(userId),
      ...(jwt === undefined ? {} : { jwt }),
      ...how,
    });
    return this.#come(answer);
  }

  /** To somebody this computer remembers, or does not. */
  async switchTo(
    account: AccountId,
    how: Omit<Input<'switchAccount'>, 'account'> = {},
  ): Promise<Session | Failure> {
    return this.#come(await this.handlers.switchAccount({ account, ...how }));
  }

  async lock(): Promise<Session | Failure> {
    return this.#come(await this.handlers.lock(undefined));
  }

  async unlock(passcode: string): Promise<Session | Failure> {
    return this.#come(await this.handlers.unlock({ passcode }));
  }

  /** @returns what went wrong, if anything did */
  async setPasscode(passcode: string | null, current?: string): Promise<Failure | null> {
    const { epoch } = this.view.session;
    const answer = await this.handlers.setPasscode({
      epoch,
      passcode,
      ...(current === undefined ? {} : { current }),
    });
    await this.settle();
    return answer.ok ? null : answer.failure;
  }

  async answer(answer: Input<'answerQuestion'>['answer']): Promise<Session | Failure> {
    return this.#come(await this.handlers.answerQuestion({ answer }));
  }

  /** The account on whose card this userId stands. */
  accountOf(userId: string): AccountId {
    const card = this.view.accounts.find((one) => one.userId === userId);
    if (card === undefined) throw new Error(`no card of ${userId}`);
    return card.account;
  }

  async logout() {
    const answer = await this.handlers.logout(undefined);
    await this.settle();
    if (!answer.ok) throw new Error(`logout failed: ${answer.failure.kind}`);
    return answer.value;
  }

  async write(text: string): Promise<Failure | null> {
    const clientMessageId = ClientMessageId.parse(this.random.uuid());
    const answer = await this.handlers.sendMessage({ epoch: this.view.session.epoch, clientMessageId, text });
    await this.settle();
    return answer.ok ? null : answer.failure;
  }

  /** Let everything that needs no timer happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await settle();
  }

  async #come(answer: Result<Session>): Promise<Session | Failure> {
    await this.settle();
    return answer.ok ? answer.value : answer.failure;
  }

  #assemble(): Messenger {
    const views: View[] = [];
    const renewals: number[] = [];
    this.views = views;
    this.renewals = renewals;
    const life = (this.#life = new Life());
    const settings = new Settings({ file: life.settingsFile(this.settingsFile), log: this.log });
    const messenger: Messenger = createMessenger({
      clock: life.clock(this.clock),
      random: this.random,
      log: this.log,
      vault: life.vault(this.vault),
      histories: life.histories(this.histories),
      service: this.net,
      settings,
      address: () =>
        this.configured ? { configUrl: 'https://service.example/sdk/', appId: 'app' as never } : null,
      publish: (patch) => draw(views, patch),
      openLink: async () => ({ ok: true, value: undefined }),
      openPage: async (url) => {
        this.pages.push(url);
        return { ok: true, value: undefined };
      },
      sha256: nodeSha256,
      keysFile: life.settingsFile(this.keysFile),
      probe: async () => this.probeAnswer,
      relaunch: () => void (this.relaunches += 1),
      onAppearance: () => undefined,
      onDesktop: (choice) => {
        this.desktops.push(choice);
        return { ok: true, value: undefined };
      },
      sealing: this.sealing,
      machine: new Machine({ settings, policy: this.policy }),
      presence: this.presence,
      sinks: this.sinks,
      saveFile: async (suggested, pieces) => {
        let text = '';
        for await (const piece of pieces) {
          if (!piece.ok) return piece;
          text += typeof piece.value === 'string' ? piece.value : Buffer.from(piece.value).toString('latin1');
        }
        this.savedFiles.push({ suggested, text });
        return { ok: true, value: { saved: true } };
      },
      notifier: this.notifier,
      attention: this.attention,
      words: englishWords,
      writeTime: (at) => new Date(at).toISOString(),
      copyText: (text) => void (this.clipboard = text),
      spelling: { misspelled: async (words) => words.filter((word) => word.includes('x')) },
      deviceProfile: (client) => [{ name: 'id', value: client }],
      renewPage: () => void renewals.push(views.length - 1),
    });
    this.views.push(messenger.view.view);
    return messenger;
  }
}

function draw(views: View[], patch: ViewPatch): void {
  const before = views.at(-1);
  if (before === undefined) return;
  const after = applyPatch(before, patch);
  if (after === null) throw new Error(`patch ${patch.revision} does not follow revision ${before.revision}`);
  views.push(after);
}
