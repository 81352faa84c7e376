import { useMemo, useState } from 'react';
import type { AuthorFilter } from '../../contract/search.ts';
import { strings } from '../strings/strings.ts';
import { dateField } from '../timeline/dates.ts';
import { Button } from '../ui/Button.tsx';
import { SelectChoice } from '../ui/Choice.tsx';
import { Field } from '../ui/Field.tsx';
import { shownName } from '../ui/names.ts';
import { useView } from '../view/surroundings.tsx';
import { useBusinessName } from '../view/use-business.ts';
import { emptyForm, filtersInUse, namesIn } from './terms.ts';
import type { SearchForm } from './terms.ts';

type Props = { readonly form: SearchForm; readonly change: (part: Partial<SearchForm>) => void };

const kinds = ['all', 'text', 'image', 'file', 'location', 'items'] as const;

/** From whom, what, and when. */
export function SearchFilters({ form, change }: Props) {
  const say = strings.search;
  const senders = useSenders();
  const [today] = useState(() => dateField(Date.now()));
  const chosen = senders.find(({ author }) => JSON.stringify(author) === JSON.stringify(form.author));
  return (
    <div className="search-filters">
      <SelectChoice
        label={say.sender}
        options={senders}
        value={chosen?.value ?? 'anybody'}
        onChoose={(value) => change({ author: senders.find((each) => each.value === value)?.author ?? null })}
      />
      <SelectChoice
        label={say.kind}
        options={kinds.map((value) => ({ value, label: say.kinds[value] }))}
        value={kinds.find((kind) => kind === form.kind) ?? 'all'}
        onChoose={(kind) => change({ kind })}
      />
      <Field
        type="date"
        label={say.since}
        value={form.since}
        max={today}
        onText={(since) => change({ since })}
      />
      <Field
        type="date"
        label={say.until}
        value={form.until}
        max={today}
        onText={(until) => change({ until })}
      />
      {filtersInUse(form) > 0 && (
        <Button onClick={() => change({ ...emptyForm, text: form.text })}>{say.reset}</Button>
      )}
    </div>
  );
}

type Sender = { readonly value: string; readonly label: string; readonly author: AuthorFilter | null };

function useSenders(): readonly Sender[] {
  const messages = useView((view) => view.thread.messages);
  const business = useBusinessName();
  return useMemo(() => {
    const say = strings.search;
    const people = namesIn(messages).map((name) => ({
      value: `name ${name}`,
      label: shownName(name, business),
      author: { kind: 'business' as const, name },
    }));
    return [
      { value: 'anybody', label: say.anybody, author: null },
      { value: 'self', label: strings.timeline.you, author: { kind: 'self' } },
      { value: 'business', label: say.anybodyAt(business), author: { kind: 'business', name: null } },
      ...people,
    ];
  }, [business, messages]);
}
