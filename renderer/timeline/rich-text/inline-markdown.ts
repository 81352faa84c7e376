import { deepest } from './tree.ts';
import type { Inline } from './tree.ts';

/**
 * The inline part of Markdown: one pass over the text, with a stack of what was opened. A mark that finds its opener closes
 * it, and whatever was opened in between stays as it was written; every node moves a bounded number of times, so that the
 * time grows with the length and with nothing else.
 */
export function parseInline(source: string): readonly Inline[] {
  return new Scanner(source).read();
}

type Mark = '*' | '**' | '_' | '__' | '~~' | '[';
type Frame = { readonly mark: Mark | null; readonly nodes: Inline[] };

const kinds = { '*': 'emphasis', _: 'emphasis', '**': 'strong', __: 'strong', '~~': 'strike' } as const;
const wordCharacter = /[\p{L}\p{N}]/u;
const punctuation = /[!-/:-@[-`{-~]/;

class Scanner {
  readonly #source: string;
  readonly #frames: Frame[] = [{ mark: null, nodes: [] }];
  /** Where runs of so many backticks begin, from the last to the first. */
  readonly #ticks = new Map<number, number[]>();
  #at = 0;
  #text = '';

  constructor(source: string) {
    this.#source = source;
    for (const { 0: run, index } of [...source.matchAll(/`+/g)].reverse()) {
      const known = this.#ticks.get(run.length);
      if (known === undefined) this.#ticks.set(run.length, [index]);
      else known.push(index);
    }
  }

  read(): readonly Inline[] {
    while (this.#at < this.#source.length) this.#step();
    this.#flush();
    return this.#flattened(0);
  }

  #step(): void {
    const character = this.#source[this.#at] ?? '';
    const next = this.#source[this.#at + 1] ?? '';
    if (character === '\\' && punctuation.test(next)) {
      this.#text += next;
      this.#at += 2;
    } else if (character === '\n') {
      this.#add({ kind: 'break' });
      this.#at += 1;
    } else if (character === '`') this.#code();
    else if (character === '[') this.#open('[', character);
    else if (character === ']') this.#bracket();
    else if (character === '*' || character === '_' || character === '~') this.#run(character);
    else {
      this.#text += character;
      this.#at += 1;
    }
  }

  #code(): void {
    const length = runLength(this.#source, this.#at, '`');
    const begin = this.#at + length;
    const ends = this.#ticks.get(length) ?? [];
    while (ends.length > 0 && (ends.at(-1) ?? 0) < begin) ends.pop();
    const end = ends.pop();
    if (end === undefined) {
      this.#text += this.#source.slice(this.#at, begin);
      this.#at = begin;
      return;
    }
    this.#add({ kind: 'code', text: this.#source.slice(begin, end).replaceAll('\n', ' ') });
    this.#at = end + length;
  }

  #run(character: '*' | '_' | '~'): void {
    const length = runLength(this.#source, this.#at, character);
    const before = this.#source[this.#at - 1] ?? ' ';
    const after = this.#source[this.#at + length] ?? ' ';
    this.#at += length;
    // Within a word an underscore is one of its letters, as in a file name.
    const isInWord = character === '_' && wordCharacter.test(before) && wordCharacter.test(after);
    let left = length;
    if (!isInWord && before.trim() !== '') left = this.#closeSome(character, left);
    const opens = !isInWord && after.trim() !== '';
    while (left > 0) {
      const mark = markOf(character, left);
      if (mark === null || !opens) break;
      left -= mark.length;
      this.#open(mark, mark, false);
    }
    this.#text += character.repeat(left);
  }

  /** @returns how many of the marks are left over */
  #closeSome(character: string, length: number): number {
    let left = length;
    for (;;) {
      const index = this.#frames.findLastIndex(({ mark }) => mark?.[0] === character && mark.length <= left);
      const mark = this.#frames[index]?.mark;
      if (mark === undefined || mark === null || mark === '[') return left;
      left -= mark.length;
      this.#close(index, (children) => ({ kind: kinds[mark], children }));
    }
  }

  /** `]`: the end of a link if an address follows, else what it looks like. */
  #bracket(): void {
    const index = this.#frames.findLastIndex(({ mark }) => mark === '[');
    this.#at += 1;
    if (index < 0) {
      this.#text += ']';
      return;
    }
    const found = addressAt(this.#source, this.#at);
    if (found === null) {
      this.#flush();
      const nodes = this.#flattened(index);
      this.#frames.splice(index);
      for (const node of nodes) this.#top.nodes.push(node);
      this.#text += ']';
      return;
    }
    const { address, end } = found;
    this.#at = end;
    this.#flush();
    const [, ...words] = this.#flattened(index);
    this.#frames.splice(index);
    this.#forgetImage();
    const children = words.length > 0 ? words : [{ kind: 'text' as const, text: address }];
    this.#top.nodes.push({ kind: 'link', address, children });
  }

  /** A picture is a link here: nothing is fetched by looking. */
  #forgetImage(): void {
    const last = this.#top.nodes.at(-1);
    if (last?.kind !== 'text' || !last.text.endsWith('!')) return;
    this.#top.nodes.splice(-1, 1, { kind: 'text', text: last.text.slice(0, -1) });
  }

  #open(mark: Mark, written: string, advances = true): void {
    if (advances) this.#at += written.length;
    if (this.#frames.length > deepest) {
      this.#text += written;
      return;
    }
    this.#flush();
    this.#frames.push({ mark, nodes: [] });
  }

  #close(index: number, make: (children: readonly Inline[]) => Inline): void {
    this.#flush();
    const [, ...children] = this.#flattened(index);
    this.#frames.splice(index);
    if (children.length > 0) this.#top.nodes.push(make(children));
  }

  /** The frames from `index` on as one list, each mark that found no partner as it was written. */
  #flattened(index: number): Inline[] {
    return this.#frames
      .slice(index)
      .flatMap(({ mark, nodes }) => [
        ...(mark === null ? [] : [{ kind: 'text' as const, text: mark }]),
        ...nodes,
      ]);
  }

  get #top(): Frame {
    const top = this.#frames.at(-1);
    if (top === undefined) throw new Error('the root is never closed');
    return top;
  }

  #add(node: Inline): void {
    this.#flush();
    this.#top.nodes.push(node);
  }

  #flush(): void {
    if (this.#text !== '') this.#top.nodes.push({ kind: 'text', text: this.#text });
    this.#text = '';
  }
}

function runLength(source: string, from: number, character: string): number {
  let end = from;
  while (source[end] === character) end += 1;
  return end - from;
}

function markOf(character: '*' | '_' | '~', left: number): Mark | null {
  if (character === '~') return left >= 2 ? '~~' : null;
  const double = character === '*' ? '**' : '__';
  return left >= 2 ? double : character;
}

/** `(https://example.com)` or `(<https://example.com> "title")`. It ends where another link may begin. */
function addressAt(source: string, at: number): { readonly address: string; readonly end: number } | null {
  if (source[at] !== '(') return null;
  let end = at + 1;
  let depth = 0;
  for (; end < source.length; end += 1) {
    const character = source[end] ?? '';
    if (character === '[' || character === ']' || character === '\n') return null;
    if (character === '(') depth += 1;
    if (character === ')' && depth === 0) break;
    if (character === ')') depth -= 1;
  }
  if (end >= source.length) return null;
  const [address = ''] = source
    .slice(at + 1, end)
    .trim()
    .split(/\s/, 1);
  return { address: address.replace(/^<|>$/g, ''), end: end + 1 };
}
