import type { DeviceProfile } from '../contract/device-profile.ts';
import { fail, ok, type Result } from '../contract/failure.ts';
import type { AccountId, ClientId, EpochMs } from '../contract/ids.ts';
import { type MachineChoices, type MachineRules, quieter } from '../contract/machine.ts';
import type { Handlers } from '../contract/requests.ts';
import type { Session } from '../contract/session.ts';
import type { DesktopChoice, Notice, ViewPatch } from '../contract/view.ts';
import { Archive } from './archive/archive.ts';
import { Accounts } from './identity/accounts.ts';
import { Attendance } from './identity/attendance.ts';
import { ChosenVault } from './identity/chosen-vault.ts';
import { Eraser } from './identity/erase.ts';
import { Lifecycle } from './identity/lifecycle.ts';
import { LinkSignIn } from './identity/link-sign-in.ts';
import { Notes } from './identity/notes.ts';
import { PassphraseVault } from './identity/passphrase-vault.ts';
import { RefreshingService } from './identity/refresh.ts';
import { Tickets } from './identity/tickets.ts';
import { Notifications } from './notifications/notifications.ts';
import { createHandlers } from './ipc/handlers.ts';
import { ViewKeeper } from './ipc/view-keeper.ts';
import { Media } from './media/media.ts';
import type { AttachmentSource } from './ports/attachment-source.ts';
import type { Clock } from './ports/clock.ts';
import type { Sha256 } from './ports/digest.ts';
import type { EraseSink } from './ports/erase-sink.ts';
import type { Histories } from './ports/history.ts';
import type { Log } from './ports/log.ts';
import type { Attention, NotificationWords, Notifier } from './ports/notifier.ts';
import type { Presence } from './ports/presence.ts';
import type { Random } from './ports/random.ts';
import type { SaveFile } from './ports/save-file.ts';
import type { Sealing } from './ports/sealing.ts';
import type { Service, ServiceConfig } from './ports/service.ts';
import type { SessionFollower } from './ports/session-scope.ts';
import type { SettingsFile } from './ports/settings.ts';
import type { Spelling } from './ports/spelling.ts';
import type { Vault } from './ports/vault.ts';
import { SettingsDeviceState } from './settings/device-state.ts';
import { SettingsNoteList } from './settings/note-list.ts';
import type { ServiceAddress, Settings } from './settings/settings.ts';
import { Sync } from './sync/sync.ts';

/** What the core needs of the world. The app hands in adapters (`wiring.ts`), tests hand in fakes. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly sha256: Sha256;
  readonly sealing: Sealing;
  readonly log: Log;
  /** The keychain of the operating system. */
  readonly vault: Vault;
  /** Where keys rest, sealed under a passphrase, on a machine without one. */
  readonly keysFile: SettingsFile;
  readonly histories: Histories;
  readonly service: Service;
  readonly settings: Settings;
  /** How this machine treats the people who use it: policy over choices over the mode's defaults. */
  readonly machine: {
    rules(): MachineRules;
    choose(choices: MachineChoices): Result<void>;
  };
  readonly presence: Presence;
  /** Every place where something of a person can rest, apart from the vault and the histories. */
  readonly sinks: readonly EraseSink[];
  /** The service this run talks to: from the environment, else from the settings. */
  readonly address: () => ServiceAddress | null;
  readonly publish: (patch: ViewPatch) => void;
  readonly openLink: (url: string) => Promise<Result<void>>;
  /** Show the business's own sign-in page in the browser. The address is the configuration's. */
  readonly openPage: (url: string) => Promise<Result<void>>;
  /** Whether a service answers at this address and knows the app. */
  readonly probe: (address: ServiceAddress) => Promise<Result<void>>;
  /** Start the app anew: it talks to one service from start to quit. */
  readonly relaunch: () => void;
  readonly notifier: Notifier;
  readonly attention: Attention;
  /** In the language of the person at this machine. */
  readonly words: NotificationWords;
  readonly onAppearance: (theme: 'system' | 'light' | 'dark') => void;
  /** Have the desktop do as chosen; what it does not do is not taken over either. */
  readonly onDesktop: (choice: DesktopChoice) => Result<void>;
  readonly saveFile: SaveFile;
  /** A moment as a person reads it, with its zone. */
  readonly writeTime: (at: EpochMs) => string;
  /** Put a text into the clipboard, and remember that it is ours. */
  readonly copyText: (text: string) => void;
  readonly spelling: Pick<Spelling, 'misspelled'>;
  /** What the service is told about this device. */
  readonly deviceProfile: (client: ClientId) => DeviceProfile;
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
  /** What the page of the session under way may draw. */
  readonly attachment: AttachmentSource;
  /** The machine woke up, or the network changed. */
  tryNow(): void;
  /** Somebody looks at the window. */
  watched(): void;
  /** Lock now, from wherever it was asked. */
  lock(): Promise<Result<Session>>;
  /** A link to the app, as it came from the operating system. It may be anything. */
  acceptLink(link: string): Promise<Result<Session>>;
  /** Close everything, keeping what the machine's rules keep. */
  quit(): Promise<void>;
}

/** The core, assembled: identity, sync and the view meet here and know nothing of each other. */
export function createMessenger(world: World): Messenger {
  const { clock, random, log, histories, settings, sealing, machine } = world;
  const { business } = settings.value;
  const rules = (): MachineRules => machine.rules();
  const view = new ViewKeeper({ ...settings.value, publish: world.publish, log, machine: rules() });
  if (business !== null) view.setBusiness(business, { password: false, browser: false });
  if (settings.setAside) view.notify('settingsSetAside');
  if (rules().policyUnreadable) view.notify('policyUnreadable');
  const notify = (notice: Notice): void => {
    // Of the two, it says more.
    if (notice === 'signedOutIdle') view.dismiss('signedOut');
    view.notify(notice);
  };

  const notifications = new Notifications({
    notifier: world.notifier,
    attention: world.attention,
    choice: () => {
      const { level, sound } = settings.value.notifications;
      return { level: quieter(level, rules().notifications), sound };
    },
    words: world.words,
    business: () => view.view.business.name,
    open: (at) => void view.summon(at),
  });

  let sync: Sync | null = null;
  let archive: Archive | null = null;
  let client: ClientId | null = null;
  let media: Media | null = null;
  /** Whose thread the page has been given since it was made. */
  let shownTo: AccountId | null = null;
  const showTo = (account: AccountId | null): void => {
    if (shownTo === account) return;
    if (shownTo !== null) world.renewPage();
    shownTo = account;
    attendance.begin();
  };
  const follower: SessionFollower = {
    enter(opening) {
      const { scope, session, opened } = opening;
      showTo(scope.account);
      client = scope.speaker().clientId;
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
        onLink(link) {
          view.setLink(link);
          notifications.follow(link);
          if (link.kind !== 'live') return;
          void tickets.deliver();
          void lifecycle.tellProfile();
        },
        onTyping: (typing) => view.setTyping(typing),
        undoMs: () => settings.value.writing.undoSeconds * 1000,
        onHeld: (held) => view.setHeld(held),
        onUploads: (uploads) => view.setUploads(uploads),
      });
      archive = new Archive({
        scope,
        clock,
        log,
        rules,
        saveFile: world.saveFile,
        words: () => ({
          self: nameOf(view.view.session),
          business: view.view.business.name,
          time: world.writeTime,
        }),
      });
      media = new Media({ scope, service, random, log, saveFile: world.saveFile });
      view.enter(opening, sync);
      notifications.enter(opening);
      sync.start();
    },
    leave() {
      sync = null;
      archive = null;
      client = null;
      media = null;
      notifications.leave();
      view.leave();
    },
    describe(session) {
      if (sync === null) showTo(null);
      view.describe(session);
      // Nobody's thread is open and nothing is synced, but one may sign in: how, the service says.
      if (session.kind === 'keychainTrouble' || session.kind === 'locked')
        void service.config().then((config) => config.ok && present(config.value));
    },
    gone() {
      // The page that comes now is not told who has just been here.
      view.setAccounts(view.view.accounts.filter(({ current }) => !current));
      showTo(null);
    },
    passcode: (has) => view.setPasscode(has),
    remembered: (cards) => view.setAccounts(cards),
    ask: (question) => view.setQuestion(question),
    erased: (report) => view.setErased(report),
    told: (at) => view.setTold(at),
  };

  function present({ business: now, signInUrl, signInPageUrl }: ServiceConfig): void {
    view.setBusiness(now, { password: signInUrl !== null, browser: signInPageUrl !== null });
    if (JSON.stringify(settings.value.business) !== JSON.stringify(now)) settings.update({ business: now });
  }

  const device = new SettingsDeviceState({ settings, address: world.address });
  const own = new PassphraseVault({ file: world.keysFile, sealing, clock, log });
  const vault = new ChosenVault({ os: world.vault, own });
  const accounts = new Accounts({ vault, device, random, sealing });
  const eraser = new Eraser({ vault, histories, device, sinks: world.sinks, clock, log });
  const service = new RefreshingService({
    service: world.service,
    keeper: {
      held: (who) => lifecycle.held(who),
      renewed: (who, signedIn) => lifecycle.renewed(who, signedIn),
    },
    clock,
    log,
  });
  const list = new SettingsNoteList({ settings, address: world.address });
  const notes = new Notes({ vault, list, random, mayKeep: () => rules().mode !== 'kiosk' });
  const tickets = new Tickets({ notes, service, clock, random, log });
  const { sha256, openPage } = world;
  const links = new LinkSignIn({ notes, service, clock, random, log, sha256, openPage });
  const lifecycle: Lifecycle = new Lifecycle({
    accounts,
    device,
    eraser,
    histories,
    sealing,
    service,
    clock,
    log,
    follower,
    notify,
    rules,
    tickets,
    links,
    passphrase: vault,
  });
  const attendance = new Attendance({
    presence: world.presence,
    clock,
    log,
    rules,
    isSomebodyHere: () => isSomebody(view.view),
    ask: (question) => view.setStillThere(question),
    lock: () => lifecycle.lock(),
    signOut: () => lifecycle.logout(),
    notify,
  });

  const stopWatching = world.presence.onSystemLock(() => view.desktopLocked());

  /** Take over what a person chose: on the disk first, then wherever it shows. */
  const chosen = (choice: Parameters<Settings['update']>[0], show: () => void): Result<void> => {
    if (!settings.update(choice)) return fail({ kind: 'storage', reason: 'failed' });
    show();
    return ok();
  };

  const handlers = createHandlers({
    sessions: lifecycle,
    view,
    conversation: () => sync,
    archive: () => archive,
    media: () => media,
    stay: () => attendance.stay(),
    chooseMachine: (choices) => {
      const chosen = machine.choose(choices);
      if (!chosen.ok) return chosen;
      view.setMachine(rules());
      archive?.keepNow();
      attendance.begin();
      return chosen;
    },
    saveFile: world.saveFile,
    copyText: world.copyText,
    misspelled: async (words) => (settings.value.writing.spelling ? world.spelling.misspelled(words) : []),
    deviceProfile: () => (client === null ? fail({ kind: 'sessionOver' }) : ok(world.deviceProfile(client))),
    configure: async (address) => {
      const answers = await world.probe(address);
      if (!answers.ok) return answers;
      if (!settings.update({ service: address })) return fail({ kind: 'storage', reason: 'failed' });
      world.relaunch();
      return ok();
    },
    setAppearance: (appearance) =>
      chosen({ appearance }, () => {
        world.onAppearance(appearance.theme);
        view.setAppearance(appearance);
      }),
    setWriting: (writing) => chosen({ writing }, () => view.setWriting(writing)),
    setNotifications: (how) => chosen({ notifications: how }, () => view.setNotifications(how)),
    setDesktop: (desktop) => {
      const before = settings.value.desktop;
      const done = world.onDesktop(desktop);
      if (!done.ok) return done;
      const kept = chosen({ desktop }, () => view.setDesktop(desktop));
      if (!kept.ok) world.onDesktop(before);
      return kept;
    },
    openLink: world.openLink,
  });

  return {
    handlers,
    view,
    async boot() {
      const booted = await lifecycle.boot();
      void tickets.deliver();
      void links.tidy();
      return booted;
    },
    attachment: (id) => media?.attachment(id) ?? null,
    tryNow: () => sync?.tryNow(),
    watched: () => notifications.watched(),
    lock: () => lifecycle.lock(),
    acceptLink: (link) => lifecycle.acceptLink(link),
    async quit() {
      attendance.dispose();
      stopWatching();
      await lifecycle.quit();
      tickets.dispose();
    },
  };
}

/** How a transcript calls the person; a stranger has no name of their own. */
function nameOf(session: Session): string {
  return session.kind === 'identified' ? (session.name ?? session.userId) : '–';
}

/**
 * Whether there is anybody to lock or sign out: with a name, or with something said. A visitor may have begun to fill in a
 * form, which only the page knows.
 */
function isSomebody({ session, thread, draft, machine }: ViewKeeper['view']): boolean {
  if (session.kind === 'anonymous')
    return thread.messages.length > 0 || draft !== '' || machine.mode === 'kiosk';
  return session.kind === 'identified' || session.kind === 'signInNeeded';
}
