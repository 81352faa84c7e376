import { useLayoutEffect, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import type { Result } from '../../contract/failure.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { firstFocus } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { TryProblem } from './TryProblem.tsx';
import { useTries } from './use-tries.ts';

type Props = {
  readonly submit: string;
  readonly busyLabel: string;
  /** Milliseconds since 1970: after wrong tries, no other before. */
  readonly notBefore?: number | null;
  /** Outside a dialog, which would see to it: the field takes the focus if nothing else has it. */
  readonly startsHere?: boolean;
  readonly onTry: (passcode: string) => Promise<Result<unknown>>;
  readonly onCancel?: () => void;
};

/** One field and one button. A wrong passcode is taken out of the field; after several, the next try has to wait. */
export function PasscodeForm(props: Props) {
  const { submit, busyLabel, notBefore = null, startsHere = false, onTry, onCancel } = props;
  const { busy, problem, object, left, hadToWait, attempt } = useTries(notBefore ?? 0);
  const [passcode, setPasscode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (startsHere && document.activeElement === document.body) field.current?.focus();
  }, [startsHere]);
  const tryIt = async () => {
    if (passcode === '') return object(strings.passcode.missing);
    const answer = await attempt(() => onTry(passcode));
    if (answer === null || answer.ok) return;
    setPasscode('');
    field.current?.focus();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void tryIt();
  };
  return (
    <form noValidate className="fields" onSubmit={onSubmit}>
      <Field
        ref={field}
        label={strings.lock.passcode}
        type="password"
        autoComplete="off"
        value={passcode}
        onText={setPasscode}
        {...{ [firstFocus]: '' }}
      />
      <TryProblem problem={problem} left={left} hadToWait={hadToWait} />
      <div className="dialog-buttons">
        {onCancel !== undefined && <Button onClick={onCancel}>{strings.common.cancel}</Button>}
        <Button look="main" submits busy={busy || left > 0}>
          {busy ? busyLabel : submit}
        </Button>
      </div>
    </form>
  );
}
