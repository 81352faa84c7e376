import { useState } from 'react';
import type { FormEvent } from 'react';
import { EpochMs } from '../../contract/ids.ts';
import { sentenceFor } from '../status/sentences.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Problem } from '../ui/Problem.tsx';
import { dateField, midnightOf } from './dates.ts';
import { useReveal } from './reveal.ts';

/** To the first message of a day, or of the next day that has one. */
export function DateDialog({ onClose }: { readonly onClose: () => void }) {
  const reveal = useReveal();
  const [today] = useState(() => dateField(Date.now()));
  const [date, setDate] = useState(today);
  const [problem, setProblem] = useState<string | null>(null);
  const say = strings.dates;
  const jump = async (at: number | null) => {
    if (at === null) return setProblem(say.missing);
    const found = await reveal.find(EpochMs.parse(at));
    if (!found.ok) return setProblem(sentenceFor(found.failure));
    if (found.value === null) return setProblem(say.nothing);
    onClose();
    reveal.show(found.value);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void jump(midnightOf(date));
  };
  return (
    <Dialog title={say.title} onClose={onClose}>
      <form className="fields" onSubmit={submit}>
        <Field
          type="date"
          label={say.field}
          value={date}
          max={today}
          required
          onText={setDate}
          {...{ [firstFocus]: '' }}
        />
        <Problem text={problem} />
        <div className="dialog-buttons">
          <Button onClick={() => void jump(0)}>{say.oldest}</Button>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button look="main" submits>
            {say.go}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
