import type { Attention, NotificationWords, Notifier, Toast } from '../../main/ports/notifier.ts';

/** A desktop that shows one notification at a time. */
export class FakeNotifier implements Notifier {
  /** What stands there now. */
  shown: Toast | null = null;
  /** Everything that was ever shown. */
  readonly history: Toast[] = [];
  #onClick: (() => void) | null = null;

  show(toast: Toast, onClick: () => void): void {
    this.shown = toast;
    this.history.push(toast);
    this.#onClick = onClick;
  }

  clear(): void {
    this.shown = null;
  }

  /** What a desktop may do: click on one that was taken away a moment ago. */
  click(): void {
    const onClick = this.#onClick;
    this.#onClick = null;
    this.shown = null;
    onClick?.();
  }
}

export class FakeAttention implements Attention {
  watching = false;
  unread = 0;
  cameForward = 0;

  isWatching(): boolean {
    return this.watching;
  }

  comeForward(): void {
    this.cameForward += 1;
  }

  count(unread: number): void {
    this.unread = unread;
  }
}

export const englishWords: NotificationWords = {
  app: 'Onethread',
  newMessage: 'New message',
  newMessages: (count) => `${count} new messages`,
};
