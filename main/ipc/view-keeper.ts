import type { EraseReport } from '../../contract/erase-report.ts';
import { fail, type Result } from '../../contract/failure.ts';
import { Epoch, type EpochMs, type MessageId } from '../../contract/ids.ts';
import type { Link } from '../../contract/link.ts';
import type { MachineRules } from '../../contract/machine.ts';
import type { Upload } from '../../contract/media.ts';
import type { Business } from '../../contract/model.ts';
import type { Session } from '../../contract/session.ts';
import {
  type AccountCard,
  applyPatch,
  type Appearance,
  type BringQuestion,
  type DesktopChoice,
  type Held,
  type Notice,
  type NotificationChoice,
  type StillThere,
  type Typing,
  type View,
  type ViewPatch,
  type Writing,
} from '../../contract/view.ts';
import type { Committed, Cursor } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { Opening } from '../ports/session-scope.ts';
import { emptyThread, type OlderSource, ThreadWindow } from './thread-window.ts';

/**
 * Holds what the window looks at and publishes each change of it as the next patch. Only what is durable gets here: the
 * thread changes by what the store has committed, and by nothing else.
 */
export class ViewKeeper {
  readonly #publish: (patch: ViewPatch) => void;
  readonly #log: Log;
  #view: View;
  /** Of the session under way. */
  #thread: ThreadWindow | null = null;
  #summoned = 0;
  /** The last erasure that the service has heard of: it may have heard before the report is here. */
  #toldAt: EpochMs | null = null;

  constructor(deps: {
    publish: (patch: ViewPatch) => void;
    log: Log;
    appearance: Appearance;
    writing: Writing;
    notifications: NotificationChoice;
    desktop: DesktopChoice;
    machine: MachineRules;
  }) {
    this.#publish = deps.publish;
    this.#log = deps.log;
    this.#view = {
      revision: 0,
      session: { kind: 'starting', epoch: Epoch.parse(0) },
      link: { kind: 'idle' },
      business: { name: '', iconUrl: null, brandColor: null },
      passwordSignIn: false,
      browserSignIn: false,
      thread: emptyThread,
      unreadCount: 0,
      unreadFrom: null,
      typing: null,
      waiting: 0,
      draft: '',
      appearance: deps.appearance,
      writing: deps.writing,
      notifications: deps.notifications,
      desktop: deps.desktop,
      tray: false,
      summons: null,
      held: [],
      uploads: [],
      notices: [],
      accounts: [],
      machine: deps.machine,
      passcode: false,
      question: null,
      stillThere: null,
      desktopLocks: 0,
      erased: null,
    };
  }

  get view(): View {
    return this.#view;
  }

  enter({ session, scope, opened, passcode }: Opening, older: OlderSource): void {
    const { history } = scope;
    const thread = new ThreadWindow({
      history,
      older,
      thread: () => this.#view.thread,
      show: (change, came) => {
        if (this.#thread === thread) this.#patch(came === undefined ? {} : saidBy(came), change);
      },
    });
    this.#thread = thread;
    const { facts, page, waiting } = opened;
    this.#patch(
      {
        session,
        link: { kind: 'idle' },
        typing: null,
        unreadCount: facts.unreadCount,
        unreadFrom: null,
        waiting,
        draft: facts.draft,
        held: [],
        uploads: [],
        summons: null,
        passcode,
        // They are for whoever was here before, and for nobody who has signed in since.
        ...(session.kind === 'anonymous' ? {} : { erased: null, question: null }),
      },
      { kind: 'replace', thread: thread.opened(facts, page) },
    );
    history.onCommitted((committed) => {
      if (this.#thread !== thread) return;
      if (committed.rewritten) this.#patch(saidBy(committed));
      thread.follow(committed);
    });
    void thread.openAtUnread(facts, page).then((unreadFrom) => {
      if (this.#thread === thread && unreadFrom !== null) this.#patch({ unreadFrom });
    });
  }

  /** Nothing of the session that ended stays in here. */
  leave(): void {
    this.#thread = null;
    const starting: Session = { kind: 'starting', epoch: this.#view.session.epoch };
    const notices = this.#view.notices.filter((notice) => deviceNotices.has(notice));
    this.#patch(
      {
        session: starting,
        link: { kind: 'idle' },
        typing: null,
        unreadCount: 0,
        unreadFrom: null,
        waiting: 0,
        draft: '',
        held: [],
        uploads: [],
        summons: null,
        notices,
        passcode: false,
      },
      { kind: 'replace', thread: emptyThread },
    );
  }

  describe(session: Session): void {
    this.#patch({ session });
  }

  setLink(link: Link): void {
    this.#patch({ link });
  }

  setTyping(typing: Typing | null): void {
    this.#patch({ typing });
  }

  setBusiness(business: Business, signIn: { readonly password: boolean; readonly browser: boolean }): void {
    this.#patch({ business, passwordSignIn: signIn.password, browserSignIn: signIn.browser });
  }

  setAccounts(accounts: readonly AccountCard[]): void {
    if (JSON.stringify(accounts) !== JSON.stringify(this.#view.accounts)) this.#patch({ accounts });
  }

  setMachine(machine: MachineRules): void {
    this.#patch({ machine });
  }

  setPasscode(passcode: boolean): void {
    this.#patch({ passcode });
  }

  setQuestion(question: BringQuestion | null): void {
    if (question !== this.#view.question) this.#patch({ question });
  }

  setStillThere(stillThere: StillThere | null): void {
    if (stillThere !== this.#view.stillThere) this.#patch({ stillThere });
  }

  desktopLocked(): void {
    this.#patch({ desktopLocks: this.#view.desktopLocks + 1 });
  }

  setErased(report: EraseReport | null): void {
    const isTold = report !== null && report.serviceTold === 'later' && report.at === this.#toldAt;
    const erased: EraseReport | null = isTold ? { ...report, serviceTold: 'told' } : report;
    if (erased !== this.#view.erased) this.#patch({ erased });
  }

  setAppearance(appearance: Appearance): void {
    this.#patch({ appearance });
  }

  setWriting(writing: Writing): void {
    this.#patch({ writing });
  }

  setNotifications(notifications: NotificationChoice): void {
    this.#patch({ notifications });
  }

  setDesktop(desktop: DesktopChoice): void {
    this.#patch({ desktop });
  }

  /** Whether there is a tray. */
  setTray(tray: boolean): void {
    if (tray !== this.#view.tray) this.#patch({ tray });
  }

  /** A message is asked for from outside the window. */
  async summon(at: Cursor): Promise<void> {
    const thread = this.#thread;
    const shown = await this.showMessage(at);
    if (!shown.ok || shown.value.key === null || this.#thread !== thread) return;
    this.#summoned += 1;
    this.#patch({ summons: { key: shown.value.key, nth: this.#summoned } });
  }

  setUploads(uploads: readonly Upload[]): void {
    this.#patch({ uploads });
  }

  setHeld(held: readonly Held[]): void {
    this.#patch({ held });
  }

  notify(notice: Notice): void {
    if (!this.#view.notices.includes(notice)) this.#patch({ notices: [...this.#view.notices, notice] });
  }

  dismiss(notice: Notice): void {
    if (!this.#view.notices.includes(notice)) return;
    this.#patch({ notices: this.#view.notices.filter((other) => other !== notice) });
  }

  /** The service has heard of the erasure of this moment. */
  setTold(at: EpochMs): void {
    this.#toldAt = at;
    this.setErased(this.#view.erased);
  }

  showOlder(): Promise<Result<void>> {
    return this.#looking((thread) => thread.growOlder());
  }

  showNewer(): Promise<Result<void>> {
    return this.#looking((thread) => thread.growNewer());
  }

  showLatest(): Promise<Result<void>> {
    return this.#looking((thread) => thread.latest());
  }

  showMessage(at: Cursor | EpochMs | MessageId): Promise<Result<{ readonly key: string | null }>> {
    return this.#looking((thread) => thread.look(at));
  }

  async #looking<T>(look: (thread: ThreadWindow) => Promise<Result<T>>): Promise<Result<T>> {
    return this.#thread === null ? fail({ kind: 'sessionOver' }) : look(this.#thread);
  }

  #patch(set: ViewPatch['set'], thread?: ViewPatch['thread']): void {
    const revision = this.#view.revision + 1;
    const patch: ViewPatch = thread === undefined ? { revision, set } : { revision, set, thread };
    const next = applyPatch(this.#view, patch);
    if (next === null) {
      this.#log.error('view.gap');
      return;
    }
    this.#view = next;
    this.#publish(patch);
  }
}

/** These are about the device; every other notice is about a person and leaves with them. */
const deviceNotices: ReadonlySet<Notice> = new Set(['settingsSetAside', 'policyUnreadable']);

function saidBy({ facts, waiting }: Committed): ViewPatch['set'] {
  return { unreadCount: facts.unreadCount, waiting, draft: facts.draft };
}
