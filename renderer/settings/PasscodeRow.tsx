import { useEffect, useRef, useState } from 'react';
import { hasThread, isSomebody } from '../account/who-am-i.ts';
import { PasscodeDialog } from '../lock/PasscodeDialog.tsx';
import type { PasscodePurpose } from '../lock/PasscodeDialog.tsx';
import { useLockNow } from '../lock/use-lock-now.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { useView } from '../view/surroundings.tsx';

/** The passcode of whoever is here now. */
export function PasscodeRow() {
  const isOpen = useView((view) => hasThread(view.session));
  const isSet = useView((view) => view.passcode);
  const canLock = useView((view) => view.passcode || isSomebody(view.session));
  const [purpose, setPurpose] = useState<PasscodePurpose | null>(null);
  const lock = useLockNow();
  const first = useRef<HTMLButtonElement>(null);
  const say = strings.settings;
  useEffect(() => {
    // "Remove" goes with the passcode, and would take the focus with it.
    if (purpose === null && document.activeElement === document.body) first.current?.focus();
  }, [isSet, purpose]);
  if (!isOpen) return null;
  return (
    <section className="settings-group">
      <h3>{say.passcode}</h3>
      <p role="status">{isSet ? say.passcodeSet : say.passcodeNone}</p>
      <div className="settings-buttons">
        <Button ref={first} icon="key" onClick={() => setPurpose(isSet ? 'change' : 'set')}>
          {isSet ? say.changePasscode : say.setPasscode}
        </Button>
        {isSet && <Button onClick={() => setPurpose('remove')}>{say.removePasscode}</Button>}
        {lock !== null && canLock && (
          <Button icon="lock" onClick={lock}>
            {say.lockNow}
          </Button>
        )}
      </div>
      {purpose !== null && <PasscodeDialog purpose={purpose} onClose={() => setPurpose(null)} />}
    </section>
  );
}
