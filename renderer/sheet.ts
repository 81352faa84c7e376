import { createContext, use } from 'react';
import type { UserId } from '../contract/ids.ts';
import type { AccountCard } from '../contract/view.ts';

/** What stands before the conversation because the person asked for it. One at a time, and none outlives its session. */
export type Sheet =
  | { readonly kind: 'signIn'; readonly userId?: UserId | undefined }
  | { readonly kind: 'signOut' }
  | { readonly kind: 'people' }
  /** Asks for the passcode of the person to switch to. */
  | { readonly kind: 'switch'; readonly card: AccountCard }
  /** Lock, after a passcode has been chosen to open it again. */
  | { readonly kind: 'lock' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'date' };

/** The sheets before which somebody else may stand: the thread behind them is hidden. */
const covering: readonly Sheet['kind'][] = ['signIn', 'people', 'switch', 'lock'];

export function covers(sheet: Sheet | null): boolean {
  return sheet !== null && covering.includes(sheet.kind);
}

const Opener = createContext<(sheet: Sheet) => void>(() => undefined);
export const SheetOpener = Opener.Provider;

export function useOpenSheet(): (sheet: Sheet) => void {
  return use(Opener);
}
