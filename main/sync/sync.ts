import { fail, ok, type Result } from '../../contract/failure.ts';
import type { EpochMs } from '../../contract/ids.ts';
import type { Link } from '../../contract/link.ts';
import type { Upload } from '../../contract/media.ts';
import type { Held, Typing } from '../../contract/view.ts';
import type { Clock } from '../ports/clock.ts';
import type { HistoryFacts } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { ConversationRoom } from '../ports/messenger.ts';
import type { Random } from '../ports/random.ts';
import type { Service, ServiceConfig } from '../ports/service.ts';
import type { SessionEvents, SessionScope } from '../ports/session-scope.ts';
import { Backfill } from './backfill.ts';
import { Connection } from './connection.ts';
import { Inbox } from './inbox.ts';
import { Outbox } from './outbox.ts';
import { Reading } from './reading.ts';

interface Deps {
  readonly scope: SessionScope;
  readonly service: Service;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly events: SessionEvents;
  readonly onConfig: (config: ServiceConfig) => void;
  readonly onLink: (link: Link) => void;
  readonly onTyping: (typing: Typing | null) => void;
  /** For so long a message can be taken back before it is sent. */
  readonly undoMs: () => number;
  readonly onHeld: (held: readonly Held[]) => void;
  readonly onUploads: (uploads: readonly Upload[]) => void;
}

/**
 * Keeps one session's thread and the service's the same. One instance per session; it ends with the session's signal.
 */
export class Sync implements ConversationRoom {
  readonly #deps: Deps;
  readonly #outbox: Outbox;
  readonly #backfill: Backfill;
  readonly #reading: Reading;
  readonly #connection: Connection;
  #facts: HistoryFacts;

  constructor(deps: Deps & { readonly facts: HistoryFacts; readonly refused: boolean }) {
    this.#deps = deps;
    this.#facts = deps.facts;
    deps.scope.history.onCommitted(({ facts }) => {
      this.#facts = facts;
    });
    this.#reading = new Reading({ ...deps, isLive: () => this.#connection.isLive });
    const reading = this.#reading;
    const inbox = new Inbox({ ...deps, reading, onStrange: () => this.#connection.connect() });
    this.#backfill = new Backfill({ ...deps, reading });
    this.#outbox = new Outbox({
      ...deps,
      reach: async () => (this.#connection.isLive ? ok() : deps.service.config(deps.scope.signal)),
      onDoubt: () => this.#connection.check(),
      reached: () => this.#connection.reached(),
    });
    this.#connection = new Connection({
      ...deps,
      inbox,
      backfill: this.#backfill,
      facts: () => this.#facts,
      onLive: () => {
        this.#outbox.wake();
        void reading.tell();
      },
    });
  }

  start(): void {
    if (this.#connection.isRefused) return;
    this.#connection.connect();
    this.#outbox.wake();
  }

  send(message: Parameters<ConversationRoom['send']>[0]): Promise<Result<void>> {
    return this.#outbox.enqueue(message, this.#facts.draft);
  }

  sendForm({ form, answers }: Parameters<ConversationRoom['sendForm']>[0]): Promise<Result<void>> {
    return this.#outbox.answer(form, answers);
  }

  retry(key: string): Promise<Result<void>> {
    return this.#outbox.retry(key);
  }

  retryAll(): Promise<Result<void>> {
    return this.#outbox.retryAll();
  }

  edit(key: string, text: string): Promise<Result<void>> {
    return this.#outbox.edit(key, text);
  }

  discard(key: string): Promise<Result<void>> {
    return this.#outbox.discard(key);
  }

  async saveDraft(text: string): Promise<Result<void>> {
    const committed = await this.#deps.scope.history.commit({ facts: { draft: text } });
    return committed.ok ? ok() : committed;
  }

  markAllAsRead(): Promise<Result<void>> {
    return this.#reading.markAllAsRead();
  }

  /** Soft: not queued, not repeated, and nobody is told when it fails. */
  async typing(started: boolean): Promise<Result<void>> {
    const { scope, service } = this.#deps;
    const who = scope.knownSpeaker();
    if (who !== null && this.#connection.isLive) await service.typing(who, started, scope.signal);
    return ok();
  }

  sendFile(file: Parameters<ConversationRoom['sendFile']>[0]): Promise<Result<void>> {
    return this.#outbox.enqueueFile(file);
  }

  triggerPostback(action: Parameters<ConversationRoom['triggerPostback']>[0]): Promise<Result<void>> {
    const who = this.#deps.scope.knownSpeaker();
    if (who === null) return Promise.resolve(fail({ kind: 'offline' }));
    return this.#deps.service.triggerPostback(who, action, this.#deps.scope.signal);
  }

  tryNow(): void {
    this.#outbox.wake();
    this.#connection.tryNow();
  }

  /** Older messages than `before` from the service into the store. */
  async fetchOlder(before: EpochMs): Promise<Result<void>> {
    const who = this.#deps.scope.knownSpeaker();
    if (who === null || this.#facts.reachedBeginning) return ok();
    return this.#backfill.older(who, before);
  }

  get reachedBeginning(): boolean {
    // Nobody on the service: what is here is all there is.
    return this.#facts.reachedBeginning || this.#deps.scope.knownSpeaker() === null;
  }
}
