import type { z } from 'zod';
import { fail, ok, type Result } from '../../contract/failure.ts';
import { AccountId } from '../../contract/ids.ts';
import type { NoteKind, NoteList } from '../ports/note-list.ts';
import type { Random } from '../ports/random.ts';
import type { Vault } from '../ports/vault.ts';

export interface Note {
  readonly id: AccountId;
  readonly text: string;
}

interface Parts {
  readonly vault: Vault;
  readonly list: NoteList;
  readonly random: Random;
  /** Whether anything may outlast this run: not on a machine where nothing is written. */
  readonly mayKeep: () => boolean;
}

/**
 * Short secrets that outlast the person they are about, or come before one: sealed in the keychain, each under a random id
 * that is listed in the settings. The list comes first and goes last, so that a kill in between leaves nothing in the
 * keychain that nobody knows of.
 */
export class Notes {
  readonly #parts: Parts;
  /** Listed, and not in the keychain yet. */
  readonly #underWay = new Set<AccountId>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Its id once it is durable; null if it could not be kept. */
  async keep(kind: NoteKind, text: string): Promise<AccountId | null> {
    const { vault, list, random, mayKeep } = this.#parts;
    if (!mayKeep()) return null;
    const id = AccountId.parse(random.hex(16));
    if (!list.add(kind, id)) return null;
    this.#underWay.add(id);
    const written = await vault.write(id, text);
    this.#underWay.delete(id);
    if (written.kind === 'written') return id;
    await this.drop(id);
    return null;
  }

  /** Those listed, whether or not the keychain tells now. */
  ids(kind: NoteKind): readonly AccountId[] {
    return this.#parts.list.ids(kind);
  }

  /** Oldest first. Fails while the keychain does not tell. */
  async all(kind: NoteKind): Promise<Result<readonly Note[]>> {
    const { vault, list } = this.#parts;
    const notes: Note[] = [];
    for (const id of list.ids(kind)) {
      if (this.#underWay.has(id)) continue;
      const answer = await vault.read(id);
      if (answer.kind === 'found') notes.push({ id, text: answer.secret });
      else if (answer.kind === 'absent') list.remove(id);
      else return fail({ kind: 'keychain', trouble: answer.kind });
    }
    return ok(notes);
  }

  /** It stays listed as long as the keychain does not let go of it. */
  async drop(id: AccountId): Promise<void> {
    const erased = await this.#parts.vault.erase(id);
    if (erased.kind === 'erased') this.#parts.list.remove(id);
  }
}

/** Null for what this version did not write. */
export function readNote<T>(shape: z.ZodType<T>, text: string): T | null {
  try {
    const parsed = shape.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
