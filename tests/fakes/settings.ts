import type { SettingsFile } from '../../main/ports/settings.ts';

/** A settings file in memory. Like a file, it keeps JSON and nothing else. */
export class MemorySettingsFile implements SettingsFile {
  #text: string;
  /** Set to make the next `load` say that an unreadable file was put aside; the copy of the last save is in its place. */
  setAside = false;
  /** Set while the disk takes nothing. */
  refusesToSave = false;
  /** Saves that succeeded. */
  saves = 0;

  constructor(raw: unknown = {}) {
    this.#text = JSON.stringify(raw);
  }

  /** What is on the disk. */
  get raw(): unknown {
    return JSON.parse(this.#text);
  }

  load(): { readonly raw: unknown; readonly setAside: boolean } {
    return { raw: this.raw, setAside: this.setAside };
  }

  save(raw: Readonly<Record<string, unknown>>): boolean {
    if (this.refusesToSave) return false;
    this.#text = JSON.stringify(raw);
    this.setAside = false;
    this.saves++;
    return true;
  }
}
