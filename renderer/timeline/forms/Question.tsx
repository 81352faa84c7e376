import { useId } from 'react';
import { maxEmailLength } from '../../../contract/forms.ts';
import type { FormField } from '../../../contract/forms.ts';
import { strings } from '../../strings/strings.ts';
import { shownText } from '../../ui/names.ts';
import type { FieldProblem } from './form-rules.ts';

type Props = {
  readonly field: FormField;
  readonly value: string;
  readonly problem: FieldProblem | null;
  readonly reachable: boolean;
  readonly onValue: (value: string) => void;
};

/** One question, and what is wrong with its answer. The browser’s own checks are off: they speak in another voice. */
export function Question({ field, value, problem, reachable, onValue }: Props) {
  const id = useId();
  const shared = {
    id,
    value,
    dir: 'auto' as const,
    tabIndex: reachable ? 0 : -1,
    'aria-required': true,
    'aria-invalid': problem !== null || undefined,
    'aria-describedby': problem === null ? undefined : `${id}-problem`,
  };
  const placeholder = field.placeholder === null ? undefined : shownText(field.placeholder);
  return (
    <div className="field">
      <label htmlFor={id} dir="auto">
        {shownText(field.label)}
      </label>
      {field.type === 'select' ? (
        <select {...shared} onChange={(event) => onValue(event.target.value)}>
          <option value="" disabled>
            {placeholder ?? strings.forms.choose}
          </option>
          {field.options.map(({ name, label }, index) => (
            <option key={index} value={name}>
              {shownText(label)}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          type={field.type}
          placeholder={placeholder}
          // A little more than is allowed can be typed, so that what was pasted is not cut off unseen.
          maxLength={(field.type === 'email' ? maxEmailLength : field.maxLength) + 100}
          autoComplete="off"
          autoCapitalize={field.type === 'email' ? 'none' : 'sentences'}
          spellCheck={field.type === 'text'}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
      {problem !== null && (
        <p id={`${id}-problem`} className="field-problem">
          {sentenceOf(problem)}
        </p>
      )}
    </div>
  );
}

function sentenceOf(problem: FieldProblem): string {
  const say = strings.forms.problems;
  return 'limit' in problem ? say[problem.kind](problem.limit) : say[problem.kind];
}
