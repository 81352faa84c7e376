import type { Result } from '../../contract/failure.ts';
import { ClientMessageId } from '../../contract/ids.ts';
import { sentenceFor } from '../status/sentences.ts';
import { makeThumbnail } from './drawing.ts';
import type { Offer, Refusal } from './offer.ts';
import { bytesOf, outgoingOf } from './outgoing.ts';
import type { Outgoing, Wish } from './outgoing.ts';
import { headBytes, isDecodable, readPicture } from './pictures.ts';

/** One file that was chosen; it becomes one message. `picture` is null until its first bytes are read. */
export type Chosen = Wish & {
  readonly row: number;
  /** The same wish keeps its id, so that a try that did arrive after all is not doubled. */
  readonly clientMessageId: ClientMessageId;
  /** An object URL. */
  readonly thumbnail: string | null;
  /** Why it was not accepted when it was last tried. */
  readonly problem: string | null;
};

export type SelectionState = {
  readonly chosen: readonly Chosen[];
  /** Of what was offered last. */
  readonly refused: readonly Refusal[];
  readonly isSending: boolean;
};

type Deps = {
  readonly mint: () => string;
  readonly send: (clientMessageId: ClientMessageId, file: Outgoing) => Promise<Result<void>>;
};

const nothing: SelectionState = { chosen: [], refused: [], isSending: false };

/**
 * The files somebody has chosen and not sent yet. Nothing leaves this page before `send`, and a file leaves the selection only
 * when main has accepted it, or when it is taken away.
 */
export class Selection {
  readonly #deps: Deps;
  readonly #listeners = new Set<() => void>();
  #state = nothing;
  #rows = 0;
  /** One picture is decoded at a time, however many there are. */
  #looking: Promise<void> = Promise.resolve();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly current = (): SelectionState => this.#state;

  add({ files, refused }: Offer): void {
    const added = files.map((file): Chosen => ({
      row: (this.#rows += 1),
      clientMessageId: this.#mint(),
      file,
      picture: null,
      thumbnail: null,
      altText: '',
      strip: true,
      smaller: false,
      problem: null,
    }));
    this.#become({ chosen: [...this.#state.chosen, ...added], refused });
    for (const { row, file } of added) this.#looking = this.#looking.then(() => this.#look(row, file));
  }

  change(row: number, wish: Partial<Pick<Wish, 'altText' | 'strip' | 'smaller'>>): void {
    this.#update(row, { ...wish, clientMessageId: this.#mint(), problem: null });
  }

  remove(row: number): void {
    const thumbnail = this.#find(row)?.thumbnail ?? null;
    if (thumbnail !== null) URL.revokeObjectURL(thumbnail);
    this.#become({ chosen: this.#state.chosen.filter((each) => each.row !== row) });
  }

  readonly clear = (): void => {
    for (const { row } of this.#state.chosen) this.remove(row);
    this.#become(nothing);
  };

  /** Send them, in order. @returns how many were accepted; the others stay, each with its reason */
  async send(): Promise<number> {
    if (this.#state.isSending) return 0;
    // A type that was not looked at yet may be a picture that tells where it was taken.
    this.#become({ isSending: true, refused: [] });
    await this.#looking;
    const rows = this.#state.chosen.map(({ row }) => row);
    let accepted = 0;
    for (const row of rows) accepted += (await this.#sendOne(row)) ? 1 : 0;
    this.#become({ isSending: false });
    return accepted;
  }

  async #sendOne(row: number): Promise<boolean> {
    const chosen = this.#find(row);
    if (chosen === undefined) return false;
    const outgoing = await outgoingOf(chosen);
    // Meanwhile it may have been taken away, or the sheet closed.
    if (this.#find(row) !== chosen) return false;
    const problem = typeof outgoing === 'string' ? outgoing : await this.#handOver(chosen, outgoing);
    if (problem === null) this.remove(row);
    else this.#update(row, { problem });
    return problem === null;
  }

  async #handOver({ clientMessageId }: Chosen, outgoing: Outgoing): Promise<string | null> {
    const answer = await this.#deps.send(clientMessageId, outgoing);
    return answer.ok ? null : sentenceFor(answer.failure);
  }

  async #look(row: number, file: File): Promise<void> {
    if (this.#find(row) === undefined) return;
    const head = await bytesOf(file.slice(0, headBytes));
    if (head === null) {
      this.remove(row);
      return this.#become({ refused: [...this.#state.refused, { reason: 'unreadable', name: file.name }] });
    }
    const picture = readPicture(head);
    if (picture === null) return;
    this.#update(row, { picture });
    const small = isDecodable(picture) ? await makeThumbnail(file) : null;
    if (small !== null && this.#find(row) !== undefined)
      this.#update(row, { thumbnail: URL.createObjectURL(small) });
  }

  #find(row: number): Chosen | undefined {
    return this.#state.chosen.find((each) => each.row === row);
  }

  #update(row: number, part: Partial<Chosen>): void {
    this.#become({
      chosen: this.#state.chosen.map((each) => (each.row === row ? { ...each, ...part } : each)),
    });
  }

  #mint(): ClientMessageId {
    return ClientMessageId.parse(this.#deps.mint());
  }

  #become(part: Partial<SelectionState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}
