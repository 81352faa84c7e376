import { hasThread, isSomebody } from '../account/who-am-i.ts';
import { useOpenSheet } from '../sheet.ts';
import { strings } from '../strings/strings.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

/**
 * Lock, and make sure that it can be opened again: a person without a passcode is asked for one first; whoever is not
 * signed in either is told why it cannot be done. Null where nothing is open.
 */
export function useLockNow(): (() => void) | null {
  const { smooch, complaints } = useSurroundings();
  const open = useOpenSheet();
  const session = useView((view) => view.session);
  const passcode = useView((view) => view.passcode);
  if (!hasThread(session)) return null;
  if (!passcode && !isSomebody(session)) return () => complaints.say(strings.lock.strangers);
  if (!passcode) return () => open({ kind: 'lock' });
  return () =>
    void answered('lock', smooch.lock()).then((answer) => {
      if (!answer.ok) complaints.complain(answer.failure);
    });
}
