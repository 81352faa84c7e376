import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { strings } from '../../strings/strings.ts';
import { SelectChoice } from '../../ui/Choice.tsx';
import { groupNames, tones, withTone } from './catalogue.ts';
import type { Emoji, EmojiCatalogue, Place } from './catalogue.ts';
import { EmojiGrid } from './EmojiGrid.tsx';
import { EmojiGroups } from './EmojiGroups.tsx';
import type { EmojiHand } from './use-emoji.ts';

/** More than anybody looks through. */
const mostFound = 96;
const hand: Emoji = { char: '✋', name: '', codes: [], words: [], takesTone: true };

/** All emoji, beside the box. It closes by a choice (held open by Shift), by Esc, or by going elsewhere. */
export function EmojiPicker({ hand: emoji }: { readonly hand: EmojiHand }) {
  const { catalogue, recent, tone, setTone } = emoji;
  const [query, setQuery] = useState('');
  const [place, setPlace] = useState<Place>(recent.length > 0 ? 'recent' : 'smileys');
  const [named, setNamed] = useState<Emoji | null>(null);
  const opener = useRef(document.activeElement);
  const search = useRef<HTMLInputElement>(null);
  const element = useRef<HTMLDivElement>(null);
  /** For a moment the focus is in the box, and comes back. */
  const isInserting = useRef(false);
  const panel = useId();
  useEffect(() => search.current?.focus(), []);
  const say = strings.emoji;
  const shown = catalogue === null ? [] : shownIn(catalogue, query, place, recent);
  const choose = (chosen: Emoji, isMore: boolean) => {
    const before = document.activeElement;
    isInserting.current = true;
    emoji.insert(chosen);
    if (!isMore) return emoji.close();
    if (before instanceof HTMLElement) before.focus();
    isInserting.current = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    emoji.close();
    if (opener.current instanceof HTMLElement) opener.current.focus();
  };
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || (event.key !== 'Enter' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    const [first] = shown;
    if (event.key === 'ArrowDown')
      element.current?.querySelector<HTMLElement>('[tabindex="0"].emoji-cell')?.focus();
    else if (first !== undefined) choose(first, event.shiftKey);
  };
  return (
    <>
      <div className="menu-backdrop" onPointerDown={emoji.close} />
      <div
        ref={element}
        className="emoji-picker"
        role="dialog"
        aria-label={say.picker}
        onKeyDown={onKeyDown}
        onBlur={({ relatedTarget, currentTarget }) => {
          if (isInserting.current) return;
          if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) emoji.close();
        }}
      >
        <input
          ref={search}
          type="search"
          className="emoji-search"
          aria-label={say.search}
          placeholder={say.search}
          value={query}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onSearchKey}
        />
        {query.trim() === '' && (
          <EmojiGroups
            panel={panel}
            places={recent.length > 0 ? ['recent', ...groupNames] : groupNames}
            chosen={place}
            onChoose={setPlace}
          />
        )}
        <div id={panel} className="emoji-panel">
          {catalogue !== null && (
            <EmojiGrid
              key={query.trim() === '' ? place : `?${query}`}
              label={query.trim() === '' ? say.groups[place] : say.found}
              emojis={shown}
              tone={tone}
              onName={setNamed}
              onChoose={choose}
            />
          )}
        </div>
        <p className="visually-hidden" role="status">
          {catalogue === null ? say.loading : query.trim() === '' ? null : say.count(shown.length)}
        </p>
        <div className="emoji-foot">
          <span className="emoji-named" aria-hidden="true">
            {named === null ? (shown.length === 0 && catalogue !== null ? say.count(0) : '') : named.name}
          </span>
          <SelectChoice
            label={say.tone}
            options={tones.map((each) => ({
              value: String(each),
              label: `${withTone(hand, each)} ${say.tones[each]}`,
            }))}
            value={String(tone)}
            onChoose={(value) => setTone(tones.find((each) => String(each) === value) ?? 0)}
          />
        </div>
      </div>
    </>
  );
}

function shownIn(
  catalogue: EmojiCatalogue,
  query: string,
  place: Place,
  recent: readonly Emoji[],
): readonly Emoji[] {
  if (query.trim() !== '') return catalogue.find(query.replaceAll(':', ''), mostFound);
  return place === 'recent' ? recent : catalogue.group(place);
}
