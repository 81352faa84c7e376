import type { KeyboardEvent } from 'react';
import { strings } from '../../strings/strings.ts';
import type { Place } from './catalogue.ts';

/** One of each kind stands for all. */
const signs: Readonly<Record<Place, string>> = {
  recent: '🕘',
  smileys: '😀',
  people: '👋',
  animals: '🐻',
  food: '🍎',
  travel: '🚗',
  activities: '⚽',
  objects: '💡',
  symbols: '💬',
  flags: '🏁',
};

type Props = {
  readonly panel: string;
  readonly places: readonly Place[];
  readonly chosen: Place;
  readonly onChoose: (place: Place) => void;
};

/** One tab stop; the arrows choose. */
export function EmojiGroups({ panel, places, chosen, onChoose }: Props) {
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = places[(places.indexOf(chosen) + step + places.length) % places.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    onChoose(next);
    document.getElementById(`${panel}-${next}`)?.focus();
  };
  return (
    <div className="emoji-groups" role="radiogroup" aria-label={strings.emoji.kinds} onKeyDown={move}>
      {places.map((place) => (
        <button
          key={place}
          id={`${panel}-${place}`}
          type="button"
          role="radio"
          className="emoji-group"
          aria-label={strings.emoji.groups[place]}
          title={strings.emoji.groups[place]}
          aria-checked={place === chosen}
          tabIndex={place === chosen ? 0 : -1}
          onClick={() => onChoose(place)}
        >
          <span className="emoji" aria-hidden="true">
            {signs[place]}
          </span>
        </button>
      ))}
    </div>
  );
}
