import type { AccountCard } from '../../contract/view.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings } from '../view/surroundings.tsx';
import { useBusinessName } from '../view/use-business.ts';
import { nameOf } from './who-am-i.ts';

type Props = {
  readonly card: AccountCard;
  readonly onClose: () => void;
  /** With a sentence on how it went. */
  readonly onForgotten: (how: string) => void;
};

/** Erasing somebody who is not here needs no passcode: whoever sits at the computer may take a trace of it away. */
export function ForgetDialog({ card, onClose, onForgotten }: Props) {
  const { smooch } = useSurroundings();
  const business = useBusinessName();
  const { busy, problem, ask } = useAsking();
  const say = strings.people;
  const name = nameOf(card);
  const forget = async () => {
    const answer = await ask(() =>
      answered('forgetAccount', smooch.forgetAccount({ account: card.account })),
    );
    if (!answer?.ok) return;
    const { remaining, keyRemoved } = answer.value;
    onClose();
    onForgotten(remaining === 0 && keyRemoved ? say.forgotten(name) : say.forgottenPartly(name));
  };
  return (
    <Dialog role="alertdialog" title={say.forgetTitle(name)} onClose={onClose}>
      <p>{say.forgetWhat(name)}</p>
      <p>{say.forgetKept(business)}</p>
      <Problem text={problem} />
      <div className="dialog-buttons">
        <Button {...{ [firstFocus]: '' }} onClick={onClose}>
          {strings.common.cancel}
        </Button>
        <Button look="danger" busy={busy} onClick={() => void forget()}>
          {busy ? strings.signOut.busy : say.forgetConfirm}
        </Button>
      </div>
    </Dialog>
  );
}
