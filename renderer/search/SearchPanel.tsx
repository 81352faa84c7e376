import {
  useEffect,
  useEffectEvent,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { KeyboardEvent, Ref } from 'react';
import { sentenceFor } from '../status/sentences.ts';
import { strings } from '../strings/strings.ts';
import { useOpenSheet } from '../sheet.ts';
import { dayOf } from '../timeline/dates.ts';
import { useReveal } from '../timeline/reveal.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { useNow } from '../view/now.ts';
import { useSurroundings } from '../view/surroundings.tsx';
import { useBusinessName } from '../view/use-business.ts';
import { SearchFilters } from './SearchFilters.tsx';
import { SearchResult } from './SearchResult.tsx';
import type { Findings } from './searching.ts';
import { filtersInUse } from './terms.ts';
import { useSearch } from './use-search.ts';

export type SearchHandle = { readonly focus: () => void };

type Props = { readonly ref: Ref<SearchHandle>; readonly onClose: () => void };

/** Beside the thread, or over it where there is no room; once a message was chosen there, only its bar stays. */
export function SearchPanel({ ref, onClose }: Props) {
  const { form, change, findings, more } = useSearch();
  const [isFiltering, setFiltering] = useState(false);
  const [isFolded, setFolded] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const open = useOpenSheet();
  const { matches } = findings;
  const hits = useHits(findings, more, () => setFolded(true));
  const say = strings.search;
  const focus = () => {
    setFolded(false);
    field.current?.focus();
    field.current?.select();
  };
  useImperativeHandle(ref, () => ({ focus }));
  useLayoutEffect(() => field.current?.focus(), []);
  const ask = (part: Parameters<typeof change>[0]) => {
    hits.forget();
    change(part);
  };
  const onFieldKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) hits.move(step);
    else if (event.key === 'Enter') hits.go(Math.max(0, hits.active));
    else return;
    event.preventDefault();
  };
  return (
    <div
      role="search"
      aria-label={say.open}
      className="search"
      data-folded={isFolded || undefined}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
        event.preventDefault();
        onClose();
      }}
    >
      <div className="search-bar">
        <input
          ref={field}
          type="text"
          role="combobox"
          className="search-field"
          aria-label={say.field}
          aria-autocomplete="list"
          aria-expanded={matches.length > 0}
          aria-controls={matches.length > 0 ? id : undefined}
          aria-activedescendant={hits.active >= 0 && matches.length > 0 ? `${id}-${hits.active}` : undefined}
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          dir="auto"
          placeholder={say.field}
          maxLength={1_000}
          value={form.text}
          onChange={(event) => ask({ text: event.target.value })}
          onKeyDown={onFieldKey}
          onFocus={() => setFolded(false)}
        />
        <IconButton icon="close" label={say.close} onClick={onClose} />
      </div>
      <div className="search-tools">
        <span className="search-count" role="status">
          {countOf(findings, hits.active)}
        </span>
        <IconButton
          icon="chevronUp"
          label={say.previous}
          aria-disabled={hits.active <= 0}
          onClick={() => hits.step(-1)}
        />
        <IconButton
          icon="chevronDown"
          label={say.next}
          aria-disabled={matches.length === 0}
          onClick={() => hits.step(1)}
        />
        <IconButton
          icon="filter"
          label={say.filters(filtersInUse(form))}
          aria-expanded={isFiltering}
          data-on={filtersInUse(form) > 0 || undefined}
          onClick={() => {
            setFolded(false);
            setFiltering(!isFiltering);
          }}
        />
        <IconButton icon="calendar" label={strings.dates.open} onClick={() => open({ kind: 'date' })} />
      </div>
      {isFiltering && <SearchFilters form={form} change={ask} />}
      <Results findings={findings} id={id} active={hits.active} onChoose={hits.go} onMore={more} />
    </div>
  );
}

type ResultsProps = {
  readonly findings: Findings;
  readonly id: string;
  readonly active: number;
  readonly onChoose: (index: number) => void;
  readonly onMore: () => void;
};

function Results({ findings, id, active, onChoose, onMore }: ResultsProps) {
  const { terms, matches, complete, hasMore, busy, failure } = findings;
  const business = useBusinessName();
  const today = dayOf(useNow(60_000));
  const say = strings.search;
  const isEmpty = matches.length === 0;
  useLayoutEffect(() => {
    if (active >= 0) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active, id]);
  return (
    <div className="search-results">
      {!complete && <p className="hint">{say.incomplete}</p>}
      {terms === null && !busy && <p className="hint">{say.start}</p>}
      {terms !== null && isEmpty && !busy && failure === null && (
        <div className="search-nothing">
          <p>{say.nothing}</p>
          <p className="hint">{say.nothingHint}</p>
        </div>
      )}
      {failure !== null && <p className="problem">{sentenceFor(failure)}</p>}
      {!isEmpty && (
        <ul id={id} role="listbox" aria-label={say.results}>
          {matches.map((match, index) => (
            <SearchResult
              key={match.message.key}
              id={`${id}-${index}`}
              match={match}
              business={business}
              today={today}
              active={index === active}
              onChoose={() => onChoose(index)}
            />
          ))}
        </ul>
      )}
      {hasMore && !isEmpty && (
        <Button busy={busy} onClick={onMore}>
          {say.more}
        </Button>
      )}
    </div>
  );
}

/** The result that the arrows stand on, and going to one. */
function useHits({ matches, hasMore }: Findings, more: () => void, onGone: () => void) {
  const { complaints } = useSurroundings();
  const reveal = useReveal();
  const [active, setActive] = useState(-1);
  const move = (step: number) => {
    const next = Math.max(0, Math.min(matches.length - 1, active + step));
    if (matches.length > 0) setActive(next);
    if (hasMore && next >= matches.length - 3) more();
  };
  const go = async (index: number) => {
    const match = matches[index];
    if (match === undefined) return;
    setActive(index);
    if (hasMore && index >= matches.length - 3) more();
    const shown = await reveal.message(match.message);
    if (!shown.ok) complaints.complain(shown.failure);
    else if (shown.value) onGone();
    else complaints.say(strings.search.gone);
  };
  const step = (by: number) => void go(Math.max(0, Math.min(matches.length - 1, active + by)));
  const onKey = useEffectEvent((event: globalThis.KeyboardEvent) => {
    if (event.key !== 'F3' || document.querySelector('dialog[open]') !== null) return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  });
  useEffect(() => {
    const listener = (event: globalThis.KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
  return {
    active: Math.min(active, matches.length - 1),
    move,
    go: (index: number) => void go(index),
    step,
    forget: () => setActive(-1),
  };
}

function countOf({ terms, total, matches, busy }: Findings, active: number): string {
  const say = strings.search;
  if (terms === null) return busy ? say.searching : '';
  if (total === null) return '';
  const all = total.more ? say.foundMore(total.count) : say.found(Math.max(total.count, matches.length));
  return total.count === 0 ? '' : active < 0 ? all : say.position(active + 1, all);
}
