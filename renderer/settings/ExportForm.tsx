import { useState } from 'react';
import type { FormEvent } from 'react';
import { EpochMs } from '../../contract/ids.ts';
import type { Input } from '../../contract/requests.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { midnightOf } from '../timeline/dates.ts';
import { Button } from '../ui/Button.tsx';
import { SelectChoice } from '../ui/Choice.tsx';
import { Field } from '../ui/Field.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import type { Fixed } from './use-machine.ts';

type Format = Input<'exportHistory'>['format'];
const formats = ['text', 'html', 'json'] as const satisfies readonly Format[];

type Props = { readonly fixed: Fixed; readonly isAllowed: boolean };

/** A plain copy of a stretch of days, in a file of the person's choice. */
export function ExportForm({ fixed, isAllowed }: Props) {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [range, setRange] = useState({ since: '', until: '' });
  const [format, setFormat] = useState<Format>('text');
  const [saved, setSaved] = useState(false);
  const { busy, problem, ask, object } = useAsking();
  const say = strings.history;
  const disabled = !isAllowed;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSaved(false);
    const since = midnightOf(range.since);
    const until = midnightOf(range.until, 1);
    if (since !== null && until !== null && since >= until) return object(say.backwards);
    const answer = await ask(() =>
      answered(
        'exportHistory',
        smooch.exportHistory({ epoch, since: moment(since), until: moment(until), format }),
      ),
    );
    setSaved(answer?.ok === true && answer.value.saved);
  };
  return (
    <form className="settings-group" onSubmit={(event) => void submit(event)}>
      <h3>{say.exportTitle}</h3>
      {disabled && <p className="hint">{fixed.note ?? strings.failures.forbidden}</p>}
      <div className="settings-pair">
        <Field
          type="date"
          label={say.since}
          value={range.since}
          disabled={disabled}
          onText={(since) => setRange({ ...range, since })}
        />
        <Field
          type="date"
          label={say.until}
          value={range.until}
          disabled={disabled}
          onText={(until) => setRange({ ...range, until })}
        />
      </div>
      <p className="hint">{say.anyDay}</p>
      <SelectChoice
        label={say.format}
        options={formats.map((value) => ({ value, label: say.formats[value] }))}
        value={format}
        disabled={disabled}
        onChoose={setFormat}
      />
      <p className="warning">{say.warning}</p>
      <Problem text={problem} />
      <p role="status">{saved ? say.exported : null}</p>
      <div className="settings-buttons">
        <Button icon="save" submits busy={busy} disabled={disabled}>
          {busy ? say.exporting : say.exportNow}
        </Button>
      </div>
    </form>
  );
}

function moment(at: number | null): EpochMs | null {
  return at === null ? null : EpochMs.parse(at);
}
