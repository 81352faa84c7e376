import { fail, ok, type Result } from '../../contract/failure.ts';
import type { MachineRules } from '../../contract/machine.ts';
import type { Input } from '../../contract/requests.ts';
import type { MatchCount, SearchPage } from '../../contract/search.ts';
import { EpochMs } from '../../contract/ids.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { HistorySize } from '../ports/history.ts';
import type { Archives } from '../ports/messenger.ts';
import type { Log } from '../ports/log.ts';
import type { SaveFile } from '../ports/save-file.ts';
import type { SessionScope } from '../ports/session-scope.ts';
import { transcript, type TranscriptWords } from './transcript.ts';

/** Matches of one page of a search. */
const searchPageSize = 50;
const dayMs = 86_400_000;
/** A session that has just begun is left in peace. */
const firstKeepMs = 30_000;
const keepEveryMs = 3_600_000;

/** What is stored of one session's conversation, as a whole: found, measured, written into a file, let go. */
export class Archive implements Archives {
  readonly #scope: SessionScope;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #rules: () => Pick<MachineRules, 'retention' | 'allowExport'>;
  readonly #saveFile: SaveFile;
  readonly #words: () => TranscriptWords;
  #cancelKeep: Undo = () => undefined;

  constructor(deps: {
    scope: SessionScope;
    clock: Clock;
    log: Log;
    rules: () => Pick<MachineRules, 'retention' | 'allowExport'>;
    saveFile: SaveFile;
    words: () => TranscriptWords;
  }) {
    this.#scope = deps.scope;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#rules = deps.rules;
    this.#saveFile = deps.saveFile;
    this.#words = deps.words;
    deps.scope.signal.onAbort(() => this.#cancelKeep());
    this.#keepIn(firstKeepMs);
  }

  search({ terms, before }: Omit<Input<'search'>, 'epoch'>): Promise<Result<SearchPage>> {
    return this.#scope.history.search({ terms, before, limit: searchPageSize });
  }

  countMatches(terms: Input<'countMatches'>['terms']): Promise<Result<MatchCount>> {
    return this.#scope.history.countMatches(terms);
  }

  size(): Promise<Result<HistorySize>> {
    return this.#scope.history.size();
  }

  async export({
    since,
    until,
    format,
  }: Omit<Input<'exportHistory'>, 'epoch'>): Promise<Result<{ readonly saved: boolean }>> {
    if (!this.#rules().allowExport) return fail({ kind: 'forbidden' });
    const pieces = transcript(this.#scope.history, { since, until }, format, this.#words());
    return this.#saveFile(`conversation.${format === 'text' ? 'txt' : format}`, pieces);
  }

  /** What this person wrote here and the service never accepted, oldest first, as plain text. */
  saveUnsent(): Promise<Result<{ readonly saved: boolean }>> {
    return this.#saveFile('unsent-messages.txt', this.#unsent());
  }

  /** Read once a place is chosen: by then the session may be over, and its words are nobody's to write. */
  async *#unsent(): AsyncGenerator<Result<string>> {
    const newest = await this.#scope.history.page(null, 1);
    if (!newest.ok) return yield newest;
    const unsent = newest.value.messages.filter(({ id }) => id === null);
    yield ok(unsent.map(({ content }) => `${content.text}\n`).join('\n'));
  }

  /** The rules are other ones now: what they do not keep goes at once. */
  keepNow(): void {
    this.#keepIn(0);
  }

  /** Days are counted back from the newest message, by the service's time: this device's clock may be wrong by years. */
  async #keep(): Promise<void> {
    const { days, megabytes } = this.#rules().retention;
    if (days === null && megabytes === null) return;
    const newest = await this.#scope.history.page(null, 1);
    if (!newest.ok) return;
    const last = newest.value.messages.find(({ received }) => received !== null)?.received ?? null;
    const kept = await this.#scope.history.keep({
      since: days === null || last === null ? null : EpochMs.parse(Math.max(0, last - days * dayMs)),
      bytes: megabytes === null ? null : megabytes * 1_000_000,
    });
    if (kept.ok) this.#log.info('archive.kept', { removed: kept.value.removed });
    else this.#log.warn('archive.notKept', { failure: kept.failure.kind });
  }

  #keepIn(delayMs: number): void {
    this.#cancelKeep();
    if (this.#scope.signal.aborted) return;
    this.#cancelKeep = this.#clock.after(delayMs, () => {
      void this.#keep().then(() => this.#keepIn(keepEveryMs));
    });
  }
}
