/** A key by its name, or the sign on it. `mod` is Ctrl, or Cmd on macOS. */
export type Key = string;
/** Held together. */
export type Combination = readonly Key[];

export type Does =
  | 'search'
  | 'latest'
  | 'composer'
  | 'attach'
  | 'emoji'
  | 'code'
  | 'lineBreak'
  | 'lock'
  | 'switch'
  | 'signOut'
  | 'settings'
  | 'zoom'
  | 'region'
  | 'messages'
  | 'ends'
  | 'enter'
  | 'leave'
  | 'retry'
  | 'menu'
  | 'scroll'
  | 'close'
  | 'quit'
  | 'list';

export type Shortcut = { readonly does: Does; readonly keys: readonly Combination[] };
export type GroupName = 'conversation' | 'writing' | 'reading' | 'people' | 'window';

/** Every key of the app, in the order of the list. */
export function shortcutGroups(
  isMac: boolean,
): readonly { readonly name: GroupName; readonly shortcuts: readonly Shortcut[] }[] {
  return [
    {
      name: 'conversation',
      shortcuts: [
        { does: 'search', keys: [['mod', 'F']] },
        { does: 'latest', keys: [['mod', 'J'], ['End']] },
        { does: 'composer', keys: isMac ? [['mod', 'Shift', 'M']] : [['mod', 'M']] },
        { does: 'region', keys: [['F6'], ['Shift', 'F6']] },
      ],
    },
    {
      name: 'writing',
      shortcuts: [
        { does: 'attach', keys: [['mod', 'O']] },
        { does: 'emoji', keys: [['mod', 'Shift', 'E']] },
        { does: 'code', keys: [[':']] },
        { does: 'lineBreak', keys: [['Shift', 'Enter']] },
        { does: 'scroll', keys: [['PageUp'], ['PageDown']] },
      ],
    },
    {
      name: 'reading',
      shortcuts: [
        { does: 'messages', keys: [['↑'], ['↓']] },
        { does: 'ends', keys: [['Home'], ['End']] },
        { does: 'enter', keys: [['Enter']] },
        { does: 'leave', keys: [['Esc']] },
        { does: 'retry', keys: [['R']] },
        { does: 'menu', keys: [['Shift', 'F10']] },
      ],
    },
    {
      name: 'people',
      shortcuts: [
        { does: 'lock', keys: [['mod', 'L']] },
        { does: 'switch', keys: [['mod', 'Shift', 'A']] },
        { does: 'signOut', keys: [['mod', 'Shift', 'L']] },
      ],
    },
    {
      name: 'window',
      shortcuts: [
        { does: 'settings', keys: [['mod', ',']] },
        {
          does: 'zoom',
          keys: [
            ['mod', '+'],
            ['mod', '-'],
            ['mod', '0'],
          ],
        },
        { does: 'close', keys: [['mod', 'W']] },
        { does: 'quit', keys: [['mod', 'Q']] },
        { does: 'list', keys: [['mod', '/']] },
      ],
    },
  ];
}

export const macSigns: ReadonlyMap<Key, string> = new Map([
  ['mod', '⌘'],
  ['Shift', '⇧'],
]);
