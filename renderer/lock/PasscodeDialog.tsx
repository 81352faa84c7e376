import { useState } from 'react';
import type { FormEvent } from 'react';
import { isSomebody } from '../account/who-am-i.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

export type PasscodePurpose = 'set' | 'change' | 'remove' | 'lock';
type Props = { readonly purpose: PasscodePurpose; readonly onClose: () => void };

/** Choosing, changing or removing what this conversation is opened with. Nothing is kept of what was typed. */
export function PasscodeDialog({ purpose, onClose }: Props) {
  const say = strings.passcode;
  const { draft, change, busy, problem, submit, lockWithout } = usePasscode(purpose, onClose);
  const asksCurrent = purpose === 'change' || purpose === 'remove';
  const choosesNew = purpose !== 'remove';
  return (
    <Dialog title={say.titles[purpose]} onClose={onClose}>
      <p>{purpose === 'remove' ? say.removeWhat : say.intro}</p>
      <form noValidate className="fields" onSubmit={submit}>
        {asksCurrent && (
          <Secret label={say.current} value={draft.current} onText={(current) => change({ current })} />
        )}
        {choosesNew && (
          <>
            <Secret
              label={say.first}
              hint={say.hint}
              value={draft.first}
              onText={(first) => change({ first })}
            />
            <Secret label={say.again} value={draft.again} onText={(again) => change({ again })} />
            <Forgotten />
          </>
        )}
        <Problem text={problem} />
        {purpose === 'lock' && <p className="hint">{say.lockWithoutHint}</p>}
        <div className="dialog-buttons">
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          {purpose === 'lock' && (
            <Button busy={busy} onClick={lockWithout}>
              {say.lockWithout}
            </Button>
          )}
          <Button look={purpose === 'remove' ? 'danger' : 'main'} submits busy={busy}>
            {busy ? say.busy : say.submits[purpose]}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type SecretProps = {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onText: (text: string) => void;
};

function Secret(props: SecretProps) {
  return <Field {...props} type="password" autoComplete="off" />;
}

function Forgotten() {
  const somebody = useView((view) => isSomebody(view.session));
  return <p className="hint">{somebody ? strings.passcode.forgotten : strings.passcode.forgottenNameless}</p>;
}

const empty = { current: '', first: '', again: '' };

function usePasscode(purpose: PasscodePurpose, onDone: () => void) {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const { busy, problem, ask, object } = useAsking();
  const [draft, setDraft] = useState(empty);
  const lock = async () => {
    const answer = await ask(() => answered('lock', smooch.lock()));
    if (answer?.ok) onDone();
  };
  const save = async () => {
    const objection = objectionTo(purpose, draft);
    if (objection !== null) return object(objection);
    const passcode = purpose === 'remove' ? null : draft.first;
    const current = draft.current === '' ? {} : { current: draft.current };
    const answer = await ask(() =>
      answered('setPasscode', smooch.setPasscode({ epoch, passcode, ...current })),
    );
    if (answer === null) return;
    if (!answer.ok)
      return setDraft(answer.failure.kind === 'wrongPasscode' ? { ...draft, current: '' } : empty);
    if (purpose === 'lock') return lock();
    onDone();
  };
  return {
    draft,
    busy,
    problem,
    change: (part: Partial<typeof empty>) => setDraft({ ...draft, ...part }),
    lockWithout: () => void lock(),
    submit: (event: FormEvent) => {
      event.preventDefault();
      void save();
    },
  };
}

/** What can be seen to be wrong without asking; how long it must be is main's to say. */
function objectionTo(purpose: PasscodePurpose, { current, first, again }: typeof empty): string | null {
  const say = strings.passcode;
  if ((purpose === 'change' || purpose === 'remove') && current === '') return say.missingCurrent;
  if (purpose === 'remove') return null;
  if (first === '') return say.missing;
  return first === again ? null : say.different;
}
