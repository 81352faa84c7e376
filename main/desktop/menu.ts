import type { MenuItemConstructorOptions } from 'electron';
import type { MenuWords } from './words.ts';

/** A key that the page listens for itself; chosen with the mouse, it is pressed for the person. */
export interface PageKey {
  readonly keyCode: string;
  readonly modifiers: ('control' | 'meta' | 'shift')[];
}

interface MenuOptions {
  readonly platform: NodeJS.Platform;
  readonly words: MenuWords;
  /** Locks the session without the page, which may be stuck. */
  readonly lock: () => Promise<boolean>;
  /** Gives the page a key. */
  readonly press: (key: PageKey) => void;
  readonly zoom: (direction: 'in' | 'out' | 'reset') => void;
  /** Adds what reloads the page and looks into it, for those who build it. */
  readonly development: boolean;
}

/** The application menu: what a keyboard needs, and nothing that reloads the page or looks into it. */
export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const { platform, words, development } = options;
  const mac = platform === 'darwin';
  return [
    ...(mac ? [appMenu] : []),
    {
      label: words.file,
      submenu: [...peopleItems(options), ...(mac ? [] : [{ type: 'separator' as const }, quitItem(options)])],
    },
    { label: words.edit, submenu: editItems(words) },
    {
      label: words.view,
      submenu: [
        ...zoomItems(options),
        { type: 'separator' },
        { role: 'togglefullscreen', label: words.fullScreen },
        ...(development ? developmentItems : []),
      ],
    },
    {
      label: words.window,
      submenu: [
        // Not the role: its key, Ctrl+M, goes to the message box here.
        mac
          ? { role: 'minimize', label: words.minimize }
          : { label: words.minimize, click: (_item, window) => window?.minimize() },
        { role: 'close', label: words.close },
      ],
    },
    { label: words.help, role: 'help', submenu: [pageItem(options, words.shortcuts, '/')] },
  ];
}

function quitItem({ words }: MenuOptions): MenuItemConstructorOptions {
  // Windows has no key of its own for it.
  return { role: 'quit', label: words.quit, accelerator: 'CommandOrControl+Q' };
}

function zoomItems({ words, zoom }: MenuOptions): MenuItemConstructorOptions[] {
  return [
    { label: words.usualSize, accelerator: 'CommandOrControl+0', click: () => zoom('reset') },
    { label: words.larger, accelerator: 'CommandOrControl+Plus', click: () => zoom('in') },
    // The key without Shift, which most keyboards have plus on.
    {
      label: words.larger,
      accelerator: 'CommandOrControl+=',
      visible: false,
      acceleratorWorksWhenHidden: true,
      click: () => zoom('in'),
    },
    { label: words.smaller, accelerator: 'CommandOrControl+-', click: () => zoom('out') },
  ];
}

/** Shown, not registered: with its dialogs the page comes first, and a key that it does not take does nothing. */
function pageItem(
  { platform, press }: MenuOptions,
  label: string,
  letter: string,
  withShift = false,
): MenuItemConstructorOptions {
  const command = platform === 'darwin' ? 'meta' : 'control';
  return {
    label,
    accelerator: `CommandOrControl+${withShift ? 'Shift+' : ''}${letter}`,
    registerAccelerator: false,
    click: () => press({ keyCode: letter, modifiers: withShift ? [command, 'shift'] : [command] }),
  };
}

function peopleItems(options: MenuOptions): MenuItemConstructorOptions[] {
  const { lock, press, words } = options;
  const command = options.platform === 'darwin' ? 'meta' : 'control';
  return [
    {
      label: words.lock,
      accelerator: 'CommandOrControl+L',
      click: async (_item, _window, { triggeredByAccelerator }) => {
        // Without a passcode there is something to ask first. As a key, it has been through the page already.
        if (!(await lock()) && triggeredByAccelerator !== true) press({ keyCode: 'L', modifiers: [command] });
      },
    },
    pageItem(options, words.switchAccount, 'A', true),
    pageItem(options, words.signOut, 'L', true),
  ];
}

const appMenu: MenuItemConstructorOptions = {
  role: 'appMenu',
  submenu: [
    { role: 'about' },
    { type: 'separator' },
    { role: 'services' },
    { type: 'separator' },
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    { type: 'separator' },
    { role: 'quit' },
  ],
};

function editItems(words: MenuWords): MenuItemConstructorOptions[] {
  return [
    { role: 'undo', label: words.undo },
    { role: 'redo', label: words.redo },
    { type: 'separator' },
    { role: 'cut', label: words.cut },
    { role: 'copy', label: words.copy },
    // What is pasted into the composer is plain text.
    { role: 'paste', label: words.paste },
    { role: 'selectAll', label: words.selectAll },
  ];
}

const developmentItems: MenuItemConstructorOptions[] = [
  { type: 'separator' },
  { role: 'reload' },
  { role: 'toggleDevTools' },
];
