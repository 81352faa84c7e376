import type { Menu, MenuItemConstructorOptions, NativeImage, Tray } from 'electron';
import type { DesktopWords } from './words.ts';

/** What can be done from the tray. */
export interface TrayActs {
  readonly open: () => void;
  readonly lock: () => void;
  readonly switchAccount: () => void;
  readonly quit: () => void;
}

type TrayIcon = Pick<Tray, 'setImage' | 'setToolTip' | 'setContextMenu' | 'on' | 'destroy'>;

/** The app's place in the tray: who is not at the window sees whether something waits, and how much; never what or whose. */
export class TrayPlace {
  readonly #icon: TrayIcon;
  readonly #picture: (waiting: boolean) => NativeImage;
  readonly #words: DesktopWords;

  constructor(deps: {
    create: (picture: NativeImage) => TrayIcon;
    picture: (waiting: boolean) => NativeImage;
    menu: (items: MenuItemConstructorOptions[]) => Menu;
    words: DesktopWords;
    acts: TrayActs;
  }) {
    this.#picture = deps.picture;
    this.#words = deps.words;
    this.#icon = deps.create(deps.picture(false));
    const { open, lock, switchAccount, quit } = deps.acts;
    this.#icon.setContextMenu(
      deps.menu([
        { label: deps.words.open, click: open },
        { type: 'separator' },
        { label: deps.words.lock, click: lock },
        { label: deps.words.switchAccount, click: switchAccount },
        { type: 'separator' },
        { label: deps.words.quit, click: quit },
      ]),
    );
    this.#icon.on('click', open);
    this.count(0);
  }

  count(unread: number): void {
    this.#icon.setToolTip(this.#words.unread(unread));
    this.#icon.setImage(this.#picture(unread > 0));
  }

  dispose(): void {
    this.#icon.destroy();
  }
}
