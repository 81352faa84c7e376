import { useId } from 'react';

type Option<V extends string> = { readonly value: V; readonly label: string; readonly hint?: string };

type ChoiceProps<V extends string> = {
  readonly label: string;
  readonly note?: string | undefined;
  readonly options: readonly Option<V>[];
  readonly value: V;
  readonly disabled?: boolean;
  readonly onChoose: (value: V) => void;
};

/** One of a few, each with a sentence on what it means. */
export function RadioChoice<V extends string>(props: ChoiceProps<V>) {
  const { label, note, options, value, disabled = false, onChoose } = props;
  const id = useId();
  return (
    <fieldset
      className="choice"
      disabled={disabled}
      aria-describedby={note === undefined ? undefined : `${id}-note`}
    >
      <legend>{label}</legend>
      {note !== undefined && (
        <p id={`${id}-note`} className="hint">
          {note}
        </p>
      )}
      {options.map((option) => (
        <div key={option.value} className="check">
          <input
            id={`${id}-${option.value}`}
            type="radio"
            name={id}
            checked={option.value === value}
            aria-describedby={option.hint ? `${id}-${option.value}-hint` : undefined}
            onChange={() => onChoose(option.value)}
          />
          <label htmlFor={`${id}-${option.value}`}>{option.label}</label>
          {option.hint && (
            <p id={`${id}-${option.value}-hint`} className="hint">
              {option.hint}
            </p>
          )}
        </div>
      ))}
    </fieldset>
  );
}

/** One of several, folded away. */
export function SelectChoice<V extends string>(props: ChoiceProps<V>) {
  const { label, note, options, value, disabled = false, onChoose } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onChoose(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {note !== undefined && (
        <p id={`${id}-note`} className="hint">
          {note}
        </p>
      )}
    </div>
  );
}
