import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EraseSink } from '../ports/erase-sink.ts';

/** The desktop's list of recently used files (freedesktop.org Desktop Bookmark Specification). */
export function recentFilesList(env: Readonly<Record<string, string | undefined>>): string {
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'recently-used.xbel');
}

/** The files that this app has saved, and what the desktop remembers of them. */
export class RecentFiles implements EraseSink {
  readonly place = 'recentDocuments';
  readonly #list: string;
  readonly #clear: () => void;
  readonly #saved = new Set<string>();

  /**
   * @param deps.list absolute path of the desktop's list; there need not be one
   * @param deps.clear empties the list that the operating system itself keeps for this app
   */
  constructor(deps: { readonly list: string; readonly clear: () => void }) {
    this.#list = deps.list;
    this.#clear = deps.clear;
  }

  /** The file at `path` was saved by this app: the system's dialog may have put it on the list. */
  note(path: string): void {
    this.#saved.add(pathToFileURL(path).href);
  }

  async erase() {
    this.#clear();
    const before = await this.#ours();
    if (before.length > 0) await this.#cut(before);
    const after = await this.#ours();
    if (after.length === 0) this.#saved.clear();
    const bytes = before.reduce((sum, entry) => sum + Buffer.byteLength(entry), 0);
    return { files: before.length, bytes, remaining: after.length };
  }

  /** Entries of the list that are about our files. */
  async #ours(): Promise<readonly string[]> {
    if (this.#saved.size === 0) return [];
    const text = await readFile(this.#list, 'utf8').catch(() => '');
    return [...text.matchAll(/[ \t]*<bookmark\s+href="([^"]*)"[^]*?<\/bookmark>[ \t]*\n?/g)]
      .filter(([, href = '']) => this.#saved.has(unescaped(href)))
      .map(([entry]) => entry);
  }

  /** The list belongs to every program: the rest of it stays as it is, and is whole at every moment. */
  async #cut(entries: readonly string[]): Promise<void> {
    const next = `${this.#list}.onethread`;
    try {
      let text = await readFile(this.#list, 'utf8');
      for (const entry of entries) text = text.replace(entry, () => '');
      await writeFile(next, text, { mode: 0o600, flag: 'wx' });
      await rename(next, this.#list);
    } catch {
      // What is left is counted by whoever looks again.
      await rm(next, { force: true }).catch(() => undefined);
    }
  }
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

function unescaped(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|apos);/g, (entity) => entities[entity] ?? entity);
}
