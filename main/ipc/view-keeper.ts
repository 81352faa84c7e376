import type { EraseReport } from '../../contract/erase-report.ts';
import { ok, type Result } from '../../contract/failure.ts';
import { Epoch, type EpochMs } from '../../contract/ids.ts';
import type { Link } from '../../contract/link.ts';
import type { MachineRules } from '../../contract/machine.ts';
import type { Business, Message } from '../../contract/model.ts';
import type { Session } from '../../contract/session.ts';
import { compareMessages } from '../../contract/thread-order.ts';
import {
  type AccountCard,
  applyPatch,
  type Appearance,
  type BringQuestion,
  type Notice,
  type StillThere,
  type Thread,
  type Typing,
  type View,
  type ViewPatch,
} from '../../contract/view.ts';
import type { Committed, Cursor } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { Opening, SessionScope } from '../ports/session-scope.ts';

/** Messages read at a time while scrolling up. */
const olderPageSize = 80;

/** How older messages come into the store when it holds no more of them. */
export interface OlderSource {
  readonly reachedBeginning: boolean;
  fetchOlder(before: EpochMs): Promise<Result<void>>;
}

const emptyThread: Thread = {
  conversationId: null,
  messages: [],
  older: 'beginning',
  newer: false,
  gaps: [],
};

/**
 * Holds what the window looks at and publishes each change of it as the next patch. Only what is durable gets here: the
 * thread changes by what the store has committed, and by nothing else.
 */
export class ViewKeeper {
  readonly #publish: (patch: ViewPatch) => void;
  readonly #log: Log;
  #view: View;
  #scope: SessionScope | null = null;
  #older: OlderSource | null = null;
  #loadingOlder = false;
  /** The last erasure that the service has heard of: it may have heard before the report is here. */
  #toldAt: EpochMs | null = null;

  constructor(deps: {
    publish: (patch: ViewPatch) => void;
    log: Log;
    appearance: Appearance;
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
      typing: null,
      waiting: 0,
      draft: '',
      appearance: deps.appearance,
      notices: [],
      accounts: [],
      machine: deps.machine,
      passcode: false,
      question: null,
      stillThere: null,
      erased: null,
    };
  }

  get view(): View {
    return this.#view;
  }

  enter({ session, scope, opened, passcode }: Opening, older: OlderSource): void {
    this.#scope = scope;
    this.#older = older;
    this.#loadingOlder = false;
    const { facts, page, waiting } = opened;
    this.#patch(
      {
        session,
        link: { kind: 'idle' },
        typing: null,
        unreadCount: facts.unreadCount,
        waiting,
        draft: facts.draft,
        passcode,
        // They are for whoever was here before, and for nobody who has signed in since.
        ...(session.kind === 'anonymous' ? {} : { erased: null, question: null }),
      },
      {
        kind: 'replace',
        thread: {
          conversationId: facts.conversationId,
          messages: page.messages,
          older: page.hasOlder || !older.reachedBeginning ? 'more' : 'beginning',
          newer: false,
          gaps: gapsOf(facts),
        },
      },
    );
    scope.history.onCommitted((committed) => this.#committed(scope, committed));
  }

  /** Nothing of the session that ended stays in here. */
  leave(): void {
    this.#scope = null;
    this.#older = null;
    const starting: Session = { kind: 'starting', epoch: this.#view.session.epoch };
    const notices = this.#view.notices.filter((notice) => deviceNotices.has(notice));
    this.#patch(
      {
        session: starting,
        link: { kind: 'idle' },
        typing: null,
        unreadCount: 0,
        waiting: 0,
        draft: '',
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

  setErased(report: EraseReport | null): void {
    const isTold = report !== null && report.serviceTold === 'later' && report.at === this.#toldAt;
    const erased: EraseReport | null = isTold ? { ...report, serviceTold: 'told' } : report;
    if (erased !== this.#view.erased) this.#patch({ erased });
  }

  setAppearance(appearance: Appearance): void {
    this.#patch({ appearance });
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

  /** What was written here and never accepted, oldest first, as plain text. */
  unsentText(): string {
    const unsent = this.#view.thread.messages.filter(({ id }) => id === null);
    return unsent.map(({ content }) => `${content.text}\n`).join('\n');
  }

  /** Reach further up: from the store, and from the service where the store ends. */
  async showOlder(): Promise<Result<void>> {
    const { thread } = this.#view;
    if (this.#loadingOlder || thread.older === 'beginning' || this.#scope === null) return ok();
    this.#loadingOlder = true;
    this.#updateThread([], [], 'loading');
    const scope = this.#scope;
    const result = await this.#loadOlder(scope);
    if (this.#scope === scope) this.#loadingOlder = false;
    return result;
  }

  /** The window only grows upwards, so the latest is always in it: nothing to fetch. */
  async showLatest(): Promise<Result<void>> {
    return ok();
  }

  async #loadOlder(scope: SessionScope): Promise<Result<void>> {
    const first = this.#view.thread.messages.find((message) => message.received !== null);
    const before = first === undefined ? null : cursorOf(first);
    let page = await scope.history.page(before, olderPageSize);
    if (page.ok && !page.value.hasOlder && page.value.messages.length < olderPageSize) {
      const fetched = await this.#fetchOlder(before, page.value.messages[0]);
      if (scope !== this.#scope) return ok();
      if (!fetched.ok) {
        this.#updateThread(page.value.messages, [], 'unreachable');
        return fetched;
      }
      page = await scope.history.page(before, olderPageSize);
    }
    if (scope !== this.#scope) return ok();
    if (!page.ok) {
      this.#updateThread([], [], 'more');
      return page;
    }
    const more = page.value.hasOlder || this.#older?.reachedBeginning === false;
    this.#updateThread(page.value.messages, [], more ? 'more' : 'beginning');
    return ok();
  }

  async #fetchOlder(before: Cursor | null, oldest: Message | undefined): Promise<Result<void>> {
    const edge = oldest?.received ?? before?.received ?? null;
    if (this.#older === null || this.#older.reachedBeginning || edge === null) return ok();
    return this.#older.fetchOlder(edge);
  }

  #committed(scope: SessionScope, committed: Committed): void {
    if (scope !== this.#scope) return;
    if (committed.rewritten) {
      void this.#reread(scope);
      return;
    }
    const { facts, waiting } = committed;
    const shown = committed.upserted.filter((message) => this.#isInSight(message));
    this.#patch(
      { unreadCount: facts.unreadCount, waiting, draft: facts.draft },
      {
        kind: 'update',
        upsert: shown,
        remove: committed.removed,
        older: this.#view.thread.older,
        newer: false,
        gaps: gapsOf(facts),
        conversationId: facts.conversationId,
      },
    );
  }

  /** Whether a message belongs into the stretch shown: it is not above the first one, unless nothing is above. */
  #isInSight(message: Message): boolean {
    const { messages, older } = this.#view.thread;
    const first = messages[0];
    if (older === 'beginning' || first === undefined) return true;
    return messages.some(({ key }) => key === message.key) || compareMessages(message, first) > 0;
  }

  /** The thread became another one: draw its newest page. */
  async #reread(scope: SessionScope): Promise<void> {
    // The facts first, so that the page holds all that they count.
    const now = await scope.history.commit({});
    const page = await scope.history.page(null, olderPageSize);
    if (scope !== this.#scope || !page.ok || !now.ok) return;
    const { facts, waiting } = now.value;
    const more = page.value.hasOlder || this.#older?.reachedBeginning === false;
    this.#patch(
      { unreadCount: facts.unreadCount, waiting, draft: facts.draft },
      {
        kind: 'replace',
        thread: {
          conversationId: facts.conversationId,
          messages: page.value.messages,
          older: more ? 'more' : 'beginning',
          newer: false,
          gaps: gapsOf(facts),
        },
      },
    );
  }

  #updateThread(upsert: readonly Message[], remove: readonly string[], older: Thread['older']): void {
    const { conversationId, newer, gaps } = this.#view.thread;
    this.#patch({}, { kind: 'update', upsert, remove, older, newer, gaps, conversationId });
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

/** The upper edges of what is missing. */
function gapsOf({ gaps }: Committed['facts']): readonly EpochMs[] {
  return gaps.map(({ before }) => before);
}

function cursorOf({ received, id }: Message): Cursor | null {
  return received === null || id === null ? null : { received, id };
}
