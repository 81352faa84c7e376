import { useEffect, useState } from 'react';
import type { HistorySize } from '../../contract/history.ts';
import { hasThread } from '../account/who-am-i.ts';
import { locale, strings } from '../strings/strings.ts';
import { SelectChoice } from '../ui/Choice.tsx';
import { shownSize } from '../ui/sizes.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { ExportForm } from './ExportForm.tsx';
import type { MachineSettings } from './use-machine.ts';

const dayBounds = [7, 30, 90, 180, 365, 730];
const megabyteBounds = [10, 50, 100, 250, 500, 1_000];
const none = 'none';

/** How much of a conversation this computer keeps, and a plain copy of it. */
export function HistorySection({ machine }: { readonly machine: MachineSettings }) {
  const { rules, choose, fixed } = machine;
  const { retention } = rules;
  const isOpen = useView((view) => hasThread(view.session));
  const say = strings.history;
  const bound = (value: string) => (value === none ? null : Number(value));
  return (
    <>
      <section className="settings-group">
        <h3>{say.title}</h3>
        {isOpen && <Size retention={retention} />}
        <SelectChoice
          label={say.days}
          options={choices(dayBounds, retention.days, say.daysOf, say.forever)}
          value={String(retention.days ?? none)}
          onChoose={(value) => choose({ retention: { ...retention, days: bound(value) } })}
          {...fixed('retention')}
        />
        <SelectChoice
          label={say.megabytes}
          options={choices(megabyteBounds, retention.megabytes, inMegabytes, say.unlimited)}
          value={String(retention.megabytes ?? none)}
          onChoose={(value) => choose({ retention: { ...retention, megabytes: bound(value) } })}
          {...fixed('retention')}
        />
        <p className="hint">{say.hint}</p>
      </section>
      {isOpen && <ExportForm fixed={fixed('allowExport')} isAllowed={rules.allowExport} />}
    </>
  );
}

/** Measured again whenever what is kept has changed. */
function Size({ retention }: { readonly retention: MachineSettings['rules']['retention'] }) {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [size, setSize] = useState<HistorySize | null>(null);
  useEffect(() => {
    let isWanted = true;
    void answered('historySize', smooch.historySize({ epoch })).then((answer) => {
      if (isWanted && answer.ok) setSize(answer.value);
    });
    return () => {
      isWanted = false;
    };
  }, [epoch, retention, smooch]);
  const say = strings.history;
  return (
    <p role="status">
      {size === null ? say.measuring : say.size(size.messages, shownSize(size.bytes, locale()))}
    </p>
  );
}

/** A bound of another size, set by a policy or by hand, is offered beside them. */
function choices(
  bounds: readonly number[],
  now: number | null,
  inWords: (bound: number) => string,
  unbounded: string,
): readonly { readonly value: string; readonly label: string }[] {
  const offered = [...new Set([...bounds, ...(now === null ? [] : [now])])].sort((one, other) => one - other);
  return [
    { value: none, label: unbounded },
    ...offered.map((bound) => ({ value: String(bound), label: inWords(bound) })),
  ];
}

function inMegabytes(count: number): string {
  return shownSize(count * 1_000_000, locale());
}
