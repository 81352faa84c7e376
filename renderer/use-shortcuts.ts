import { useEffect, useEffectEvent } from 'react';
import { useOthers } from './account/use-switch.ts';
import { hasThread } from './account/who-am-i.ts';
import { useLockNow } from './lock/use-lock-now.ts';
import { useHasSettings } from './settings/use-machine.ts';
import { useOpenSheet } from './sheet.ts';
import { useView } from './view/surroundings.tsx';

type Places = {
  readonly latest: () => void;
  readonly thread: () => void;
  readonly composer: () => void;
  readonly search: () => void;
};

type Name =
  | 'latest'
  | 'composer'
  | 'search'
  | 'lock'
  | 'settings'
  | 'switch'
  | 'signOut'
  | 'attach'
  | 'emoji'
  | 'shortcuts';

/** Ctrl, or Cmd on macOS, and the letter. */
const byChord: Readonly<Record<string, Name>> = {
  j: 'latest',
  m: 'composer',
  f: 'search',
  l: 'lock',
  o: 'attach',
  ',': 'settings',
  '/': 'shortcuts',
};
const byShiftChord: Readonly<Record<string, Name>> = {
  a: 'switch',
  e: 'emoji',
  l: 'signOut',
  m: 'composer',
  // Where the slash is a shifted key, as on a German keyboard.
  '/': 'shortcuts',
};

/** The keys of the window. While a dialog is open it has the keyboard, except for locking: that is never put off. */
export function useShortcuts(places: Places): void {
  const acts = useActs(places);
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.isComposing) return;
    const isModal = document.querySelector('dialog[open]') !== null;
    if (event.key === 'F6' && !isModal) {
      event.preventDefault();
      return moveRegion(places, event.shiftKey ? -1 : 1);
    }
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const name = (event.shiftKey ? byShiftChord : byChord)[event.key.toLowerCase()];
    const act = name === undefined || (isModal && name !== 'lock') ? null : acts[name];
    if (act === null) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

/** What each key does in this session; null where it means nothing. */
function useActs({ latest, composer, search }: Places): Readonly<Record<Name, (() => void) | null>> {
  const session = useView((view) => view.session);
  const hasOthers = useOthers().length > 0;
  const open = useOpenSheet();
  const lock = useLockNow();
  const isThere = hasThread(session);
  const hasSettings = useHasSettings() && session.kind !== 'locked';
  const isSomeones =
    isThere || session.kind === 'locked' || (session.kind === 'keychainTrouble' && session.remembered);
  return {
    latest: isThere ? latest : null,
    composer: isThere ? composer : null,
    search: isThere ? search : null,
    lock,
    settings: hasSettings ? () => open({ kind: 'settings' }) : null,
    switch: isSomeones ? () => open({ kind: hasOthers ? 'people' : 'signIn' }) : null,
    attach: isThere ? () => press('attach') : null,
    emoji: isThere ? () => press('emoji') : null,
    shortcuts: () => open({ kind: 'shortcuts' }),
    signOut: isSomeones ? () => open({ kind: 'signOut' }) : null,
  };
}

/** Some keys press a button of the composer, which says so itself. */
function press(shortcut: 'attach' | 'emoji'): void {
  document.querySelector<HTMLElement>(`[data-shortcut="${shortcut}"]`)?.click();
}

/** F6 goes round: top bar, search while it is open, thread, composer. */
function moveRegion({ thread, composer, search }: Places, direction: 1 | -1): void {
  const isSearching = document.querySelector('[role="search"]') !== null;
  const regions = [
    { inside: 'header', enter: () => document.querySelector<HTMLElement>('header button')?.focus() },
    ...(isSearching ? [{ inside: '[role="search"]', enter: search }] : []),
    { inside: 'main', enter: thread },
    { inside: 'form', enter: composer },
  ];
  const here = regions.findIndex(({ inside }) => document.activeElement?.closest(inside));
  regions[(here + direction + regions.length) % regions.length]?.enter();
}
