/** The desk's files as the build made them, read once; nothing else can be asked for. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';

/** Where `scripts/build.ts` puts the desk. */
export const builtDesk = resolve(import.meta.dirname, '..', 'out', 'desk');

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const unbuilt: PageFile = {
  type: 'text/plain; charset=utf-8',
  bytes: Buffer.from('The desk has not been built: run `npm run build`, then start the service again.\n'),
};

export class DeskPage {
  readonly #files = new Map<string, PageFile>();

  constructor(folder: string) {
    const assets = join(folder, 'assets');
    const page = join(folder, 'index.html');
    if (!existsSync(page)) return;
    this.#take('', page);
    for (const name of existsSync(assets) ? readdirSync(assets) : []) this.#take(name, join(assets, name));
  }

  /** @param name of an asset; empty for the page itself */
  file(name: string): PageFile | null {
    return this.#files.get(name) ?? (name === '' ? unbuilt : null);
  }

  #take(name: string, path: string): void {
    const type = types[extname(path)];
    if (type !== undefined) this.#files.set(name, { type, bytes: readFileSync(path) });
  }
}
