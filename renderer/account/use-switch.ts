import type { Failure, Result } from '../../contract/failure.ts';
import type { Session } from '../../contract/session.ts';
import type { AccountCard } from '../../contract/view.ts';
import { useOpenSheet } from '../sheet.ts';
import type { Sheet } from '../sheet.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

/** The remembered people who are not here now. */
export function useOthers(): readonly AccountCard[] {
  return useView((view) => view.accounts).filter((card) => !card.current);
}

/** Become a remembered person; whoever is here now stays if that fails. */
export function useSwitch(): (card: AccountCard, passcode?: string) => Promise<Result<Session>> {
  const { smooch } = useSurroundings();
  return ({ account }, passcode) => {
    const how = { account, anonymous: 'ask' as const };
    return answered(
      'switchAccount',
      smooch.switchAccount(passcode === undefined ? how : { ...how, passcode }),
    );
  };
}

/**
 * What a refused switch leads to: the passcode, or signing in where nothing else opens an account (on a machine that
 * several people use, nobody comes back to one with a mere click). Null where there is only a sentence to say.
 */
export function nextDoor(failure: Failure, card: AccountCard): Sheet | null {
  if (failure.kind === 'passcodeNeeded') return { kind: 'switch', card };
  if (failure.kind === 'signedOut') return { kind: 'signIn', userId: card.userId };
  return null;
}

/** Where nothing else is on the screen to say what went wrong: the passcode gets its own sheet. */
export function useSwitchFromMenu(): (card: AccountCard) => void {
  const { complaints } = useSurroundings();
  const open = useOpenSheet();
  const switchTo = useSwitch();
  const become = async (card: AccountCard) => {
    if (card.passcode) return open({ kind: 'switch', card });
    const answer = await switchTo(card);
    if (answer.ok) return;
    const door = nextDoor(answer.failure, card);
    if (door !== null) open(door);
    else complaints.complain(answer.failure);
  };
  return (card) => void become(card);
}
