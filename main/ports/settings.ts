/** The settings file: one JSON object, written atomically. What it means is `main/settings`' business. */
export interface SettingsFile {
  /**
   * The object as it is on disk. `setAside`: it was unreadable and was kept under another name; `raw` is then the object
   * of the last save if its copy is readable, else empty.
   */
  load(): { readonly raw: unknown; readonly setAside: boolean };
  /** Durable when it returns. Throws nothing: false if the disk refused. */
  save(raw: Readonly<Record<string, unknown>>): boolean;
}
