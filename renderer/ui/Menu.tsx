import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';

export type MenuEntry =
  | {
      readonly kind: 'item';
      readonly label: string;
      readonly icon: IconName;
      readonly danger?: boolean;
      /** The letter that does the same with Ctrl, or with Cmd on macOS; a capital one with Shift too. */
      readonly chord?: string;
      readonly choose: () => void;
    }
  | {
      readonly kind: 'person';
      readonly id: string;
      /** All that `line` shows, in words. */
      readonly label: string;
      readonly line: ReactNode;
      readonly choose: () => void;
    }
  | { readonly kind: 'group'; readonly label: string; readonly entries: readonly MenuEntry[] }
  | { readonly kind: 'choice'; readonly label: string; readonly options: readonly MenuOption[] };
export type MenuOption = { readonly label: string; readonly checked: boolean; readonly choose: () => void };

type Props = {
  readonly label: string;
  /** What stands on the button, and its whole accessible name. */
  readonly button: ReactNode;
  readonly buttonLabel: string;
  readonly entries: readonly MenuEntry[];
};

/** A menu button after the WAI-ARIA pattern: arrows move, Esc and Tab leave, a click elsewhere closes. */
export function MenuButton({ label, button, buttonLabel, entries }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  return (
    <div className="menu-anchor">
      <button
        ref={opener}
        type="button"
        className="menu-opener"
        aria-label={buttonLabel}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || open) return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {button}
      </button>
      {open && (
        <Menu id={id} label={label} entries={entries} onClose={close} onLeave={() => setOpen(false)} />
      )}
    </div>
  );
}

type MenuProps = {
  readonly id: string;
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  /** Closed from the keyboard or by a choice: the focus goes back to the opener. */
  readonly onClose: () => void;
  /** Closed by going elsewhere: the focus is already there. */
  readonly onLeave: () => void;
};

export function Menu({ id, label, entries, onClose, onLeave }: MenuProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    items(element.current)[0]?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Tab') return onLeave();
    if (event.key === 'Escape') return onClose();
    const all = items(element.current);
    const next = nextItem(event.key, all.indexOf(document.activeElement as HTMLElement), all.length);
    if (next === null) return;
    event.preventDefault();
    all[next]?.focus();
  };
  const chosen = (choose: () => void) => () => {
    onClose();
    choose();
  };
  return (
    <>
      <div className="menu-backdrop" onPointerDown={onLeave} />
      <div ref={element} id={id} className="menu" role="menu" aria-label={label} onKeyDown={onKeyDown}>
        <Entries entries={entries} chosen={chosen} />
      </div>
    </>
  );
}

type EntriesProps = {
  readonly entries: readonly MenuEntry[];
  readonly chosen: (choose: () => void) => () => void;
};

function Entries({ entries, chosen }: EntriesProps): ReactNode {
  return entries.map((entry) => {
    switch (entry.kind) {
      case 'item':
        return <Item key={entry.label} entry={entry} onClick={chosen(entry.choose)} />;
      case 'person':
        return (
          <button
            key={entry.id}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className="menu-item person-button"
            aria-label={entry.label}
            onClick={chosen(entry.choose)}
          >
            {entry.line}
          </button>
        );
      case 'group':
        return (
          <div key={entry.label} role="group" aria-label={entry.label} className="menu-group">
            <span className="menu-heading" aria-hidden="true">
              {entry.label}
            </span>
            <Entries entries={entry.entries} chosen={chosen} />
          </div>
        );
      case 'choice':
        return <Choice key={entry.label} label={entry.label} options={entry.options} />;
    }
  });
}

type ItemProps = {
  readonly entry: Extract<MenuEntry, { kind: 'item' }>;
  readonly onClick: () => void;
};

function Item({ entry, onClick }: ItemProps) {
  const { label, icon, danger = false, chord } = entry;
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className={danger ? 'menu-item menu-item-danger' : 'menu-item'}
      aria-keyshortcuts={chord === undefined ? undefined : spelled(chord)}
      onClick={onClick}
    >
      <Icon name={icon} />
      <span className="menu-words">{label}</span>
      {chord !== undefined && (
        <kbd className="menu-chord" aria-hidden="true">
          {spelled(chord).replace('Control', 'Ctrl').replace('Meta', '⌘')}
        </kbd>
      )}
    </button>
  );
}

/** As `aria-keyshortcuts` spells it. */
function spelled(chord: string): string {
  const held = /mac/i.test(navigator.platform) ? 'Meta' : 'Control';
  const isCapital = chord !== chord.toLowerCase();
  return [held, ...(isCapital ? ['Shift'] : []), chord.toUpperCase()].join('+');
}

/** One of several: choosing leaves the menu open, so that the effect can be seen and changed again. */
function Choice({ label, options }: { readonly label: string; readonly options: readonly MenuOption[] }) {
  const id = useId();
  return (
    <div className="menu-choice" role="group" aria-labelledby={id}>
      <span id={id} className="menu-heading">
        {label}
      </span>
      <div className="menu-options">
        {options.map((option) => (
          <button
            key={option.label}
            type="button"
            role="menuitemradio"
            aria-checked={option.checked}
            tabIndex={-1}
            className="menu-option"
            onClick={option.choose}
          >
            {option.label}
          </button>
        ))}
      </div>
    </div>
  );
}

function items(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
}

function nextItem(key: string, current: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return (current + 1) % count;
    case 'ArrowUp':
    case 'ArrowLeft':
      return (current - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
