import type { AccountId } from '../../contract/ids.ts';

/** `ticket`: a sign-out the service has yet to hear of. `signIn`: a sign-in begun in the browser. */
export type NoteKind = 'ticket' | 'signIn';

/**
 * Which notes this device has in the keychain, besides its accounts: random ids only, of the service the app is pointed at.
 * Every change is durable when it returns true, and left undone when it returns false.
 */
export interface NoteList {
  /** Oldest first. */
  ids(kind: NoteKind): readonly AccountId[];
  add(kind: NoteKind, note: AccountId): boolean;
  remove(note: AccountId): boolean;
}
