import type { Notification as ElectronNotification, NotificationConstructorOptions } from 'electron';
import type { EraseSink } from '../ports/erase-sink.ts';
import type { Notifier, Toast } from '../ports/notifier.ts';

type Shown = Pick<ElectronNotification, 'show' | 'close' | 'once' | 'removeAllListeners'>;

/**
 * The system's own notifications, one at a time.
 *
 * @param deps.markup whether the desktop reads the body as markup (`body-markup`): then what a message says is written so that
 *   it stays text
 */
export class DesktopNotifier implements Notifier, EraseSink {
  readonly place = 'notifications';
  readonly #create: (options: NotificationConstructorOptions) => Shown;
  readonly #isSupported: () => boolean;
  readonly #markup: () => boolean;
  #shown: Shown | null = null;

  constructor(deps: {
    create: (options: NotificationConstructorOptions) => Shown;
    isSupported: () => boolean;
    markup: () => boolean;
  }) {
    this.#create = deps.create;
    this.#isSupported = deps.isSupported;
    this.#markup = deps.markup;
  }

  show({ title, body, silent }: Toast, onClick: () => void): void {
    this.clear();
    if (!this.#isSupported()) return;
    const shown = this.#create({ title, body: this.#markup() ? asMarkup(body) : body, silent });
    this.#shown = shown;
    shown.once('click', () => {
      if (this.#shown !== shown) return;
      this.clear();
      onClick();
    });
    shown.once('close', () => {
      if (this.#shown === shown) this.#shown = null;
    });
    shown.show();
  }

  clear(): void {
    const shown = this.#shown;
    this.#shown = null;
    shown?.removeAllListeners();
    shown?.close();
  }

  async erase(): ReturnType<EraseSink['erase']> {
    this.clear();
    return { files: 0, bytes: 0, remaining: 0 };
  }
}

/** Desktop Notifications Specification 1.2, "Markup". */
function asMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
