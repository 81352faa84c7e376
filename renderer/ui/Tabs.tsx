import type { KeyboardEvent, ReactNode } from 'react';

type Tab<N extends string> = { readonly name: N; readonly label: string };

type Props<N extends string> = {
  /** Its panel has this id, and is labelled by the tab chosen. */
  readonly panel: string;
  readonly label: string;
  readonly tabs: readonly Tab<N>[];
  readonly chosen: N;
  readonly onChoose: (name: N) => void;
};

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** Tabs after the WAI-ARIA pattern: one tab stop, and the arrows choose. */
export function Tabs<N extends string>({ panel, label, tabs, chosen, onChoose }: Props<N>) {
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (step === undefined) return;
    const here = tabs.findIndex(({ name }) => name === chosen);
    const next = tabs[(here + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    onChoose(next.name);
    document.getElementById(`${panel}-${next.name}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map(({ name, label: text }) => (
        <button
          key={name}
          id={`${panel}-${name}`}
          type="button"
          role="tab"
          className="tab"
          aria-selected={name === chosen}
          aria-controls={panel}
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => onChoose(name)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

export function TabPanel({
  panel,
  chosen,
  children,
}: {
  readonly panel: string;
  readonly chosen: string;
  readonly children: ReactNode;
}) {
  return (
    <div id={panel} className="tab-panel" role="tabpanel" aria-labelledby={`${panel}-${chosen}`}>
      {children}
    </div>
  );
}
