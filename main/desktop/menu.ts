import type { MenuItemConstructorOptions } from 'electron';

/** A key that the page listens for itself; chosen with the mouse, it is pressed for the person. */
export interface PageKey {
  readonly keyCode: string;
  readonly modifiers: ('control' | 'meta' | 'shift')[];
}

/**
 * The application menu: what a keyboard needs, and nothing that reloads the page or looks into it.
 *
 * @param options.lock locks the session without the page, which may be stuck
 * @param options.press gives the page a key
 * @param options.development adds what reloads and looks into it, for those who build it
 */
export function menuTemplate(options: {
  readonly platform: NodeJS.Platform;
  readonly lock: () => Promise<boolean>;
  readonly press: (key: PageKey) => void;
  readonly development: boolean;
}): MenuItemConstructorOptions[] {
  const mac = options.platform === 'darwin';
  return [
    ...(mac ? [appMenu] : []),
    {
      label: '&File',
      submenu: [
        ...peopleItems(options),
        ...(mac ? [] : [{ type: 'separator' as const }, { role: 'quit' as const }]),
      ],
    },
    editMenu,
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        // The key without Shift, which most keyboards have plus on.
        {
          role: 'zoomIn',
          accelerator: 'CommandOrControl+=',
          visible: false,
          acceleratorWorksWhenHidden: true,
        },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(options.development ? developmentItems : []),
      ],
    },
    { label: '&Window', submenu: [{ role: 'minimize' }, { role: 'close' }] },
  ];
}

function peopleItems(options: Parameters<typeof menuTemplate>[0]): MenuItemConstructorOptions[] {
  const { lock, press } = options;
  const command = options.platform === 'darwin' ? 'meta' : 'control';
  // Shown, not registered: with its dialogs the page comes first, and a key that it does not take does nothing.
  const pressed = (label: string, letter: string): MenuItemConstructorOptions => ({
    label,
    accelerator: `CommandOrControl+Shift+${letter}`,
    registerAccelerator: false,
    click: () => press({ keyCode: letter, modifiers: [command, 'shift'] }),
  });
  return [
    {
      label: '&Lock Now',
      accelerator: 'CommandOrControl+L',
      click: async (_item, _window, { triggeredByAccelerator }) => {
        // Without a passcode there is something to ask first. As a key, it has been through the page already.
        if (!(await lock()) && triggeredByAccelerator !== true) press({ keyCode: 'L', modifiers: [command] });
      },
    },
    pressed('Switch &Account…', 'A'),
    pressed('&Sign Out and Erase…', 'L'),
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

const editMenu: MenuItemConstructorOptions = {
  label: '&Edit',
  submenu: [
    { role: 'undo' },
    { role: 'redo' },
    { type: 'separator' },
    { role: 'cut' },
    { role: 'copy' },
    // What is pasted into the composer is plain text.
    { role: 'paste' },
    { role: 'selectAll' },
  ],
};

const developmentItems: MenuItemConstructorOptions[] = [
  { type: 'separator' },
  { role: 'reload' },
  { role: 'toggleDevTools' },
];
