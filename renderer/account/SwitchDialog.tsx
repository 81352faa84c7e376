import type { AccountCard } from '../../contract/view.ts';
import { PasscodeForm } from '../lock/PasscodeForm.tsx';
import { strings } from '../strings/strings.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { nameOf } from './who-am-i.ts';
import { useSwitch } from './use-switch.ts';

/** The passcode of the person to switch to. Whoever is here now stays until it is right. */
export function SwitchDialog({
  card,
  onClose,
}: {
  readonly card: AccountCard;
  readonly onClose: () => void;
}) {
  const switchTo = useSwitch();
  const say = strings.people;
  const become = async (passcode: string) => {
    const answer = await switchTo(card, passcode);
    if (answer.ok || answer.failure.kind === 'questionOpen') onClose();
    return answer;
  };
  return (
    <Dialog title={say.passcodeTitle(nameOf(card))} onClose={onClose}>
      <PasscodeForm
        submit={say.passcodeSubmit}
        busyLabel={say.passcodeBusy}
        onTry={become}
        onCancel={onClose}
      />
    </Dialog>
  );
}
