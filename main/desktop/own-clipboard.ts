import { createHash, randomBytes } from 'node:crypto';
import type { EraseSink } from '../ports/erase-sink.ts';

/**
 * Electron's clipboard. From 45 on its calls are promises and the primary selection is a clipboard of its own; before, they
 * answer at once and take its name.
 */
export interface AnyClipboard {
  readText(name?: 'selection'): string | Promise<string>;
  writeText(text: string): unknown;
  clear(name?: 'selection'): void;
  readonly selection?: AnyClipboard;
}

/**
 * The clipboard, as far as this app has put something there. What somebody copied elsewhere since is theirs and stays. On
 * Linux there is a second one, the primary selection: it holds whatever was selected last, without anybody having asked, so
 * whose it is cannot be told, and it is emptied always.
 */
export class OwnClipboard implements EraseSink {
  readonly place = 'clipboard';
  readonly #clipboard: AnyClipboard;
  readonly #primary: Pick<AnyClipboard, 'readText' | 'clear'> | null;
  /** Nothing is kept of a copied text but what tells it again when it is seen. */
  readonly #marks = new Set<string>();
  readonly #salt = randomBytes(16);

  constructor(deps: { readonly clipboard: AnyClipboard; readonly platform: NodeJS.Platform }) {
    this.#clipboard = deps.clipboard;
    this.#primary = deps.platform === 'linux' ? primaryOf(deps.clipboard) : null;
  }

  copy(text: string): void {
    this.#clipboard.writeText(text);
    this.#marks.add(this.#markOf(text));
  }

  async erase() {
    const copied = await this.#copied();
    if (copied !== '') this.#clipboard.clear();
    const selected = await this.#selected();
    if (selected !== '') this.#primary?.clear();
    const before = [copied, selected].filter((text) => text !== '');
    const left = [await this.#copied(), await this.#selected()].filter((text) => text !== '');
    if (left.length === 0) this.#marks.clear();
    const bytes = before.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return { files: before.length, bytes, remaining: left.length };
  }

  /** What is on the clipboard, if it is ours. */
  async #copied(): Promise<string> {
    const text = await this.#clipboard.readText();
    return this.#marks.has(this.#markOf(text)) ? text : '';
  }

  async #selected(): Promise<string> {
    return (await this.#primary?.readText()) ?? '';
  }

  #markOf(text: string): string {
    return createHash('sha256').update(this.#salt).update(text).digest('hex');
  }
}

function primaryOf(clipboard: AnyClipboard): Pick<AnyClipboard, 'readText' | 'clear'> {
  return (
    clipboard.selection ?? {
      readText: () => clipboard.readText('selection'),
      clear: () => clipboard.clear('selection'),
    }
  );
}
