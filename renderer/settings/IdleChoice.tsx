import type { Absence, IdleRule } from '../../contract/machine.ts';
import { strings } from '../strings/strings.ts';
import { SelectChoice } from '../ui/Choice.tsx';
import type { MachineSettings } from './use-machine.ts';

/** Seconds. A rule of another length, set by a policy or by hand, is offered beside them. */
const lengths = [60, 120, 300, 600, 900, 1_800, 3_600];
const never = 'never';
const fresh: Omit<IdleRule, 'afterSeconds'> = { graceSeconds: 30, then: 'signOut' };
const absences = ['lock', 'signOut'] as const satisfies readonly Absence[];

export function IdleChoice({ machine }: { readonly machine: MachineSettings }) {
  const { rules, choose, fixed } = machine;
  const { idle } = rules;
  const say = strings.settings;
  const offered = [...new Set([...lengths, ...(idle === null ? [] : [idle.afterSeconds])])].sort(
    (one, other) => one - other,
  );
  const options = [
    ...offered.map((seconds) => ({ value: String(seconds), label: lengthInWords(seconds) })),
    { value: never, label: say.never },
  ];
  const chooseLength = (value: string) =>
    choose({ idle: value === never ? null : { ...fresh, ...idle, afterSeconds: Number(value) } });
  return (
    <>
      <SelectChoice
        label={say.idle}
        options={options}
        value={idle === null ? never : String(idle.afterSeconds)}
        onChoose={chooseLength}
        {...fixed('idle')}
      />
      {idle !== null && (
        <SelectChoice
          label={say.idleThen}
          options={absences.map((value) => ({ value, label: say.absence[value] }))}
          value={idle.then}
          onChoose={(then) => choose({ idle: { ...idle, then } })}
          {...fixed('idle')}
        />
      )}
    </>
  );
}

function lengthInWords(seconds: number): string {
  const say = strings.settings;
  return seconds % 60 === 0 ? say.minutes(seconds / 60) : say.seconds(seconds);
}
