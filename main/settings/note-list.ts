import type { AccountId } from '../../contract/ids.ts';
import type { NoteKind, NoteList } from '../ports/note-list.ts';
import { realmOf } from './device-state.ts';
import type { ServiceAddress, Settings } from './settings.ts';

/** `NoteList` kept in the settings file, seen through the service the app is pointed at now. */
export class SettingsNoteList implements NoteList {
  readonly #settings: Settings;
  readonly #address: () => ServiceAddress | null;

  constructor({ settings, address }: { settings: Settings; address: () => ServiceAddress | null }) {
    this.#settings = settings;
    this.#address = address;
  }

  ids(kind: NoteKind): readonly AccountId[] {
    const address = this.#address();
    const realm = address && realmOf(address);
    return this.#settings.value.notes
      .filter((note) => note.realm === realm && note.kind === kind)
      .map(({ id }) => id);
  }

  add(kind: NoteKind, note: AccountId): boolean {
    const address = this.#address();
    if (address === null) return false;
    const { notes } = this.#settings.value;
    return this.#settings.update({ notes: [...notes, { id: note, kind, realm: realmOf(address) }] });
  }

  remove(note: AccountId): boolean {
    const { notes } = this.#settings.value;
    return this.#settings.update({ notes: notes.filter(({ id }) => id !== note) });
  }
}
