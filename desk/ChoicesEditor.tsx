import { useRef, type KeyboardEvent } from 'react';
import { limits } from './draft.ts';
import { Icon } from './Icon.tsx';

/** Short answers people choose from; the one chosen is sent as theirs. */
export function ChoicesEditor({
  choices,
  onChange,
}: {
  readonly choices: readonly string[];
  readonly onChange: (choices: readonly string[]) => void;
}) {
  const box = useRef<HTMLFieldSetElement>(null);
  function focusLast(): void {
    requestAnimationFrame(() => box.current?.querySelectorAll('input').item(choices.length).focus());
  }
  const add = (): void => {
    if (choices.length >= limits.choices) return;
    onChange([...choices, '']);
    focusLast();
  };
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    add();
  }
  return (
    <fieldset className="extra" ref={box}>
      <legend>Choices</legend>
      <div className="choices">
        {choices.map((choice, index) => (
          <span className="choice" key={index}>
            <input
              className="input"
              aria-label={`Choice ${index + 1}`}
              placeholder={`Choice ${index + 1}`}
              maxLength={limits.label}
              value={choice}
              autoFocus={index === 0 && choice === ''}
              onKeyDown={onKeyDown}
              onChange={({ target }) =>
                onChange(choices.map((one, at) => (at === index ? target.value : one)))
              }
            />
            <button
              type="button"
              className="icon-button"
              aria-label={`Remove choice ${index + 1}`}
              onClick={() => onChange(choices.filter((_, at) => at !== index))}
            >
              <Icon name="close" />
            </button>
          </span>
        ))}
        {choices.length < limits.choices && (
          <button type="button" className="button" onClick={add}>
            <Icon name="add" /> Another choice
          </button>
        )}
      </div>
    </fieldset>
  );
}
