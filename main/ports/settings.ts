/**
 * One JSON object in a file, written atomically. What it means is its reader's business: the settings are that of
 * `main/settings`, the sealed keys of a machine without a keychain that of `main/identity`.
 */
export interface SettingsFile {
  /**
   * The object as it is on disk. `setAside`: it was unreadable and was kept under another name (or, for the keys,
   * is until the next save); `raw` is then the object of the last save if its copy is readable, else empty.
   */
  load(): { readonly raw: unknown; readonly setAside: boolean };
  /** Durable when it returns. Throws nothing: false if the disk refused. */
  save(raw: Readonly<Record<string, unknown>>): boolean;
}
