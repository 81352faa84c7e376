import { type Canary, type Encoding, formsOf } from './encodings.ts';
import { unpackedOf } from './compressed.ts';

/** A canary that can still be read. */
export interface Hit {
  readonly kind: Canary['kind'];
  readonly encoding: Encoding;
  /** A file, a name of one, or a region of a process's memory. */
  readonly where: string;
}

interface Sought {
  readonly kind: string;
  readonly encoding: Encoding;
  readonly bytes: Buffer;
}

/** How many bytes a form is first looked for by. */
const firstBytes = 8;
/** What is shorter may stand somewhere by chance. */
const shortestText = 12;

/** All forms of all canaries, grouped by how they begin: one pass over the bytes for each beginning. */
export class Search {
  /** How many bytes a piece must share with the one before it, so that nothing is missed between the two. */
  readonly overlap: number;
  readonly #beginnings: readonly { readonly first: Buffer; readonly sought: readonly Sought[] }[];
  readonly #hits = new Map<string, Hit>();

  constructor(canaries: readonly Canary[]) {
    // Z-2: who looks for nothing finds nothing.
    if (canaries.length === 0) throw new Error('no canary to look for');
    const sought = canaries.flatMap(({ kind, text }) => {
      if (text.length < shortestText) throw new Error(`the canary of "${kind}" is too short`);
      return formsOf(text).map((form) => ({ kind, ...form }));
    });
    const groups = new Map<string, Sought[]>();
    for (const one of sought) {
      const first = one.bytes.toString('latin1', 0, firstBytes);
      groups.set(first, [...(groups.get(first) ?? []), one]);
    }
    this.#beginnings = [...groups].map(([first, group]) => ({
      first: Buffer.from(first, 'latin1'),
      sought: group,
    }));
    this.overlap = Math.max(...sought.map(({ bytes }) => bytes.length)) - 1;
  }

  /** Each canary once per encoding and place. */
  get hits(): readonly Hit[] {
    return [...this.#hits.values()];
  }

  look(bytes: Buffer, where: string): void {
    for (const { first, sought } of this.#beginnings) {
      for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
        for (const { kind, encoding, bytes: form } of sought) {
          if (!bytes.subarray(at, at + form.length).equals(form)) continue;
          this.#hits.set(`${kind}|${encoding}|${where}`, { kind, encoding, where });
        }
      }
    }
  }

  /** Look into what is packed in `bytes`, and into what is packed in that. */
  unpack(bytes: Buffer, where: string, depth = 2): void {
    for (const { packing, bytes: inner } of unpackedOf(bytes)) {
      this.look(inner, `${where} (${packing})`);
      if (depth > 1) this.unpack(inner, `${where} (${packing})`, depth - 1);
    }
  }
}
