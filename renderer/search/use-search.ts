import { useEffect, useState, useSyncExternalStore } from 'react';
import { after } from '../view/now.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { Searching } from './searching.ts';
import type { Findings } from './searching.ts';
import { emptyForm, termsOf } from './terms.ts';
import type { SearchForm } from './terms.ts';

export type Search = {
  readonly form: SearchForm;
  readonly change: (part: Partial<SearchForm>) => void;
  readonly findings: Findings;
  readonly more: () => void;
};

/** A search that lives as long as its panel; nothing of it outlives that. */
export function useSearch(): Search {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [form, setForm] = useState(emptyForm);
  const [searching] = useState(
    () =>
      new Searching({
        ask: (terms, before) => answered('search', smooch.search({ epoch, terms, before })),
        count: (terms) => answered('countMatches', smooch.countMatches({ epoch, terms })),
        after,
      }),
  );
  useEffect(() => () => searching.stop(), [searching]);
  const findings = useSyncExternalStore(searching.subscribe, searching.current);
  const change = (part: Partial<SearchForm>) => {
    const next = { ...form, ...part };
    setForm(next);
    searching.look(termsOf(next));
  };
  return { form, change, findings, more: searching.more };
}
