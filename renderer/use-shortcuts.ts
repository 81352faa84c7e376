import { useEffect, useEffectEvent } from 'react';

type Shortcuts = {
  /** Off while a dialog is open: it has the keyboard. */
  readonly enabled: boolean;
  readonly latest: () => void;
  readonly thread: () => void;
  readonly composer: () => void;
  readonly signIn: () => void;
  readonly signOut: () => void;
};

type Name = Exclude<keyof Shortcuts, 'enabled'>;

/** Ctrl, or Cmd on macOS, and the letter. */
const byChord: Readonly<Record<string, Name>> = { j: 'latest', m: 'composer' };
const byShiftChord: Readonly<Record<string, Name>> = { a: 'signIn', l: 'signOut', m: 'composer' };

export function useShortcuts(shortcuts: Shortcuts): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (!shortcuts.enabled || event.isComposing) return;
    if (event.key === 'F6') {
      event.preventDefault();
      return moveRegion(shortcuts, event.shiftKey ? -1 : 1);
    }
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const name = (event.shiftKey ? byShiftChord : byChord)[event.key.toLowerCase()];
    if (name === undefined) return;
    event.preventDefault();
    shortcuts[name]();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

/** F6 goes round: top bar, thread, composer. */
function moveRegion(shortcuts: Shortcuts, direction: 1 | -1): void {
  const regions = [
    { inside: 'header', enter: () => document.querySelector<HTMLElement>('header button')?.focus() },
    { inside: 'main', enter: shortcuts.thread },
    { inside: 'form', enter: shortcuts.composer },
  ];
  const here = regions.findIndex(({ inside }) => document.activeElement?.closest(inside));
  regions[(here + direction + regions.length) % regions.length]?.enter();
}
