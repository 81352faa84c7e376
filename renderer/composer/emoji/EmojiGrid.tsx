import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { withTone } from './catalogue.ts';
import type { Emoji, Tone } from './catalogue.ts';

/** As many as fit beside each other in the smallest window. */
export const columns = 8;

type Props = {
  readonly label: string;
  readonly emojis: readonly Emoji[];
  readonly tone: Tone;
  /** The one under the pointer or the focus. */
  readonly onName: (emoji: Emoji | null) => void;
  /** @param isMore Shift was held: others follow */
  readonly onChoose: (emoji: Emoji, isMore: boolean) => void;
};

/** A grid after the WAI-ARIA pattern: one tab stop, and the arrows move within it. */
export function EmojiGrid({ label, emojis, tone, onName, onChoose }: Props) {
  const [at, setAt] = useState(0);
  const element = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = cellFrom(at, event.key, emojis.length);
    if (next === null) return;
    event.preventDefault();
    setAt(next);
    element.current?.querySelectorAll<HTMLElement>('.emoji-cell')[next]?.focus();
  };
  if (emojis.length === 0) return null;
  return (
    <div ref={element} className="emoji-grid" role="grid" aria-label={label} onKeyDown={onKeyDown}>
      {rowsOf(emojis).map((row, y) => (
        <div key={row[0]?.char} className="emoji-row" role="row">
          {row.map((emoji, x) => (
            <div key={emoji.char} role="gridcell">
              <button
                type="button"
                className="emoji-cell emoji"
                aria-label={emoji.name}
                title={emoji.codes[0] === undefined ? emoji.name : `${emoji.name} :${emoji.codes[0]}:`}
                tabIndex={y * columns + x === at ? 0 : -1}
                onFocus={() => {
                  setAt(y * columns + x);
                  onName(emoji);
                }}
                onPointerEnter={() => onName(emoji)}
                onClick={(event) => onChoose(emoji, event.shiftKey)}
              >
                {withTone(emoji, tone)}
              </button>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

/** Where a key leads from the cell `at`; null where it means nothing, and at the edges the cell itself. */
export function cellFrom(at: number, key: string, count: number): number | null {
  const last = count - 1;
  const rowStart = at - (at % columns);
  switch (key) {
    case 'ArrowRight':
      return Math.min(at + 1, last);
    case 'ArrowLeft':
      return Math.max(at - 1, 0);
    case 'ArrowDown':
      return at + columns <= last ? at + columns : at;
    case 'ArrowUp':
      return at - columns >= 0 ? at - columns : at;
    case 'Home':
      return rowStart;
    case 'End':
      return Math.min(rowStart + columns - 1, last);
    default:
      return null;
  }
}

function rowsOf(emojis: readonly Emoji[]): readonly (readonly Emoji[])[] {
  return Array.from({ length: Math.ceil(emojis.length / columns) }, (_, y) =>
    emojis.slice(y * columns, (y + 1) * columns),
  );
}
