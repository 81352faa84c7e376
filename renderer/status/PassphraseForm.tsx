import { useState } from 'react';
import type { FormEvent } from 'react';
import type { Failure } from '../../contract/failure.ts';
import { TryProblem } from '../lock/TryProblem.tsx';
import { useTries } from '../lock/use-tries.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings } from '../view/surroundings.tsx';
import { sentenceFor } from './sentences.ts';

const empty = { first: '', again: '' };

/** Keys under a passphrase, where no keychain keeps them. A new one is typed twice: nobody could ever correct it. */
export function PassphraseForm({ isNew }: { readonly isNew: boolean }) {
  const { smooch } = useSurroundings();
  const { busy, problem, object, left, hadToWait, attempt } = useTries(0, passphraseSentence);
  const [draft, setDraft] = useState(empty);
  const say = strings.keychain;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (draft.first === '') return object(say.passphraseMissing);
    if (isNew && draft.first !== draft.again) return object(say.passphraseDifferent);
    const answer = await attempt(() =>
      answered('usePassphrase', smooch.usePassphrase({ passphrase: draft.first })),
    );
    if (answer?.ok === false) setDraft(empty);
  };
  return (
    <form noValidate className="fields passphrase" onSubmit={(event) => void submit(event)}>
      <p>{isNew ? say.passphraseChoose : say.passphraseEnter}</p>
      <Field
        label={say.passphrase}
        {...(isNew ? { hint: say.passphraseHint } : {})}
        type="password"
        autoComplete="off"
        value={draft.first}
        onText={(first) => setDraft({ ...draft, first })}
      />
      {isNew && (
        <Field
          label={say.passphraseAgain}
          type="password"
          autoComplete="off"
          value={draft.again}
          onText={(again) => setDraft({ ...draft, again })}
        />
      )}
      <TryProblem problem={problem} left={left} hadToWait={hadToWait} />
      <div className="screen-buttons">
        <Button {...(isNew ? {} : { look: 'main' as const })} submits busy={busy || left > 0}>
          {busy ? say.passphraseBusy : isNew ? say.passphraseUse : say.passphraseOpen}
        </Button>
      </div>
    </form>
  );
}

function passphraseSentence(failure: Failure): string {
  const say = strings.keychain;
  if (failure.kind === 'wrongPasscode') return say.passphraseWrong(Math.ceil(failure.retryAfterMs / 1000));
  if (failure.kind === 'passcodeTooShort') return say.passphraseTooShort(failure.atLeast);
  return sentenceFor(failure);
}
