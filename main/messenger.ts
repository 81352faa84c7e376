import { fail, ok, type Result } from '../contract/failure.ts';
import type { MachineChoices, MachineRules } from '../contract/machine.ts';
import type { Handlers } from '../contract/requests.ts';
import type { AccountId } from '../contract/ids.ts';
import type { Session } from '../contract/session.ts';
import type { ViewPatch } from '../contract/view.ts';
import { Accounts } from './identity/accounts.ts';
import { Eraser } from './identity/erase.ts';
import { Lifecycle } from './identity/lifecycle.ts';
import { createHandlers } from './ipc/handlers.ts';
import { ViewKeeper } from './ipc/view-keeper.ts';
import type { Clock } from './ports/clock.ts';
import type { EraseSink } from './ports/erase-sink.ts';
import type { Histories } from './ports/history.ts';
import type { Log } from './ports/log.ts';
import type { Presence } from './ports/presence.ts';
import type { Random } from './ports/random.ts';
import type { SaveFile } from './ports/save-file.ts';
import type { Sealing } from './ports/sealing.ts';
import type { Service, ServiceConfig } from './ports/service.ts';
import type { SessionFollower } from './ports/session-scope.ts';
import type { Vault } from './ports/vault.ts';
import { SettingsDeviceState } from './settings/device-state.ts';
import type { ServiceAddress, Settings } from './settings/settings.ts';
import { Sync } from './sync/sync.ts';

/** What the core needs of the world. The app hands in adapters (`wiring.ts`), tests hand in fakes. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly vault: Vault;
  readonly sealing: Sealing;
  readonly histories: Histories;
  readonly service: Service;
  readonly settings: Settings;
  /** The service this run talks to: from the environment, else from the settings. */
  readonly address: () => ServiceAddress | null;
  readonly publish: (patch: ViewPatch) => void;
  readonly openLink: (url: string) => Promise<Result<void>>;
  /** Whether a service answers at this address and knows the app. */
  readonly probe: (address: ServiceAddress) => Promise<Result<void>>;
  /** Start the app anew: it talks to one service from start to quit. */
  readonly relaunch: () => void;
  readonly onAppearance: (theme: 'system' | 'light' | 'dark') => void;
  /** How this machine treats the people who use it: policy over choices over the mode's defaults. */
  readonly machine: {
    rules(): MachineRules;
    choose(choices: MachineChoices): Result<void>;
  };
  readonly presence: Presence;
  /** Every place where something of a person can rest, apart from the vault and the histories. */
  readonly sinks: readonly EraseSink[];
  readonly saveFile: SaveFile;
  /** Put a text into the clipboard, and remember that it is ours. */
  readonly copyText: (text: string) => void;
  /**
   * The person on the screen is another one, or nobody: whatever draws must forget all it has drawn. Called when the old
   * thread has left the view and nothing of the next one is in it.
   */
  readonly renewPage: () => void;
}

export interface Messenger {
  readonly handlers: Handlers;
  readonly view: ViewKeeper;
  /** Open the last session. */
  boot(): Promise<Result<Session>>;
  /** The machine woke up, or the network changed. */
  tryNow(): void;
  /** Close everything, keeping everything. */
  quit(): Promise<void>;
}

/** The core, assembled: identity, sync and the view meet here and know nothing of each other. */
export function createMessenger(world: World): Messenger {
  const { clock, random, log, vault, histories, service, settings } = world;
  const { appearance, business } = settings.value;
  const view = new ViewKeeper({
    publish: world.publish,
    log,
    appearance,
    machine: world.machine.rules(),
  });
  if (business !== null) view.setBusiness(business, { password: false, browser: false });
  if (settings.setAside) view.notify('settingsSetAside');
  if (world.machine.rules().policyUnreadable) view.notify('policyUnreadable');

  let sync: Sync | null = null;
  /** Whose thread the page has been given since it was made. */
  let shownTo: AccountId | null = null;
  const renewFor = (account: AccountId | null): void => {
    if (shownTo !== null && shownTo !== account) world.renewPage();
    shownTo = account;
  };
  const follower: SessionFollower = {
    enter(opening) {
      const { scope, session, opened } = opening;
      renewFor(scope.account);
      sync = new Sync({
        scope,
        service,
        clock,
        random,
        log,
        facts: opened.facts,
        refused: session.kind === 'signInNeeded',
        events: lifecycle,
        onConfig: present,
        onLink: (link) => view.setLink(link),
        onTyping: (typing) => view.setTyping(typing),
      });
      view.enter(opening, sync);
      sync.start();
    },
    leave() {
      sync = null;
      view.leave();
    },
    describe(session) {
      if (sync === null) renewFor(null);
      view.describe(session);
      // Nobody's thread is open and nothing is synced, but one may sign in: how, the service says.
      if (session.kind === 'keychainTrouble')
        void service.config().then((config) => config.ok && present(config.value));
    },
    gone: () => renewFor(null),
    passcode: (has) => view.setPasscode(has),
    remembered: (cards) => view.setAccounts(cards),
    ask: (question) => view.setQuestion(question),
    erased: (report) => view.setErased(report),
  };

  function present({ business: now, signInUrl, signInPageUrl }: ServiceConfig): void {
    view.setBusiness(now, { password: signInUrl !== null, browser: signInPageUrl !== null });
    if (JSON.stringify(settings.value.business) !== JSON.stringify(now)) settings.update({ business: now });
  }

  const device = new SettingsDeviceState({ settings, address: world.address });
  const accounts = new Accounts({ vault, device, random, sealing: world.sealing });
  const eraser = new Eraser({ vault, histories, device, sinks: world.sinks, clock, log });
  const lifecycle: Lifecycle = new Lifecycle({
    accounts,
    device,
    eraser,
    histories,
    service,
    clock,
    log,
    follower,
    notify: (notice) => view.notify(notice),
    sealing: world.sealing,
    rules: () => world.machine.rules(),
    tellGone: (known) => void service.logout(known),
  });

  const handlers = createHandlers({
    sessions: lifecycle,
    view,
    conversation: () => sync,
    stay: () => view.setStillThere(null),
    chooseMachine: (choices) => {
      const chosen = world.machine.choose(choices);
      if (chosen.ok) view.setMachine(world.machine.rules());
      return chosen;
    },
    saveFile: world.saveFile,
    copyText: world.copyText,
    configure: async (address) => {
      const answers = await world.probe(address);
      if (!answers.ok) return answers;
      if (!settings.update({ service: address })) return fail({ kind: 'storage', reason: 'failed' });
      world.relaunch();
      return ok();
    },
    setAppearance: (chosen) => {
      world.onAppearance(chosen.theme);
      view.setAppearance(chosen);
      return settings.update({ appearance: chosen }) ? ok() : fail({ kind: 'storage', reason: 'failed' });
    },
    openLink: world.openLink,
  });

  return {
    handlers,
    view,
    boot: () => lifecycle.boot(),
    tryNow: () => sync?.tryNow(),
    quit: () => lifecycle.quit(),
  };
}
