import { useId } from 'react';
import { FilePick } from './FilePick.tsx';
import { limits, newCard, type CardDraft } from './draft.ts';
import { Icon } from './Icon.tsx';

/** Cards beside each other, each with a title and, if wanted, a picture and a link. */
export function CardsEditor({
  cards,
  onChange,
}: {
  readonly cards: readonly CardDraft[];
  readonly onChange: (cards: readonly CardDraft[]) => void;
}) {
  return (
    <div className="card-editors">
      {cards.map((card, index) => (
        <CardEditor
          key={card.id}
          number={index + 1}
          card={card}
          onChange={(next) => onChange(cards.map((one) => (one.id === card.id ? next : one)))}
          onRemove={() => onChange(cards.filter(({ id }) => id !== card.id))}
        />
      ))}
      {cards.length < limits.cards && (
        <button type="button" className="button" onClick={() => onChange([...cards, newCard()])}>
          <Icon name="add" /> Another card
        </button>
      )}
    </div>
  );
}

function CardEditor({
  number,
  card,
  onChange,
  onRemove,
}: {
  readonly number: number;
  readonly card: CardDraft;
  readonly onChange: (card: CardDraft) => void;
  readonly onRemove: () => void;
}) {
  const set = (part: Partial<CardDraft>): void => onChange({ ...card, ...part });
  return (
    <fieldset className="extra card-editor">
      <legend>Card {number}</legend>
      <Line label="Title" value={card.title} isFirst onChange={(title) => set({ title })} />
      <Line label="Description" value={card.description} onChange={(description) => set({ description })} />
      <Line label="Button" value={card.buttonText} onChange={(buttonText) => set({ buttonText })} />
      <Line label="Link" value={card.buttonLink} onChange={(buttonLink) => set({ buttonLink })} />
      <div className="extra-head">
        <FilePick
          label={`Picture of card ${number}`}
          accept="image/*"
          onPick={(picture) => set({ picture })}
        />
        <span className="file-name quiet">{card.picture?.name ?? 'No picture'}</span>
        <button type="button" className="icon-button" aria-label={`Remove card ${number}`} onClick={onRemove}>
          <Icon name="close" />
        </button>
      </div>
    </fieldset>
  );
}

function Line({
  label,
  value,
  isFirst = false,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly isFirst?: boolean;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <p className="line">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        maxLength={label === 'Link' ? 2048 : limits.label}
        {...(label === 'Link' && { inputMode: 'url', placeholder: 'https://' })}
        value={value}
        autoFocus={isFirst}
        onChange={({ target }) => onChange(target.value)}
      />
    </p>
  );
}
