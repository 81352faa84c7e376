/** A notification of the operating system. */
export interface Toast {
  readonly title: string;
  readonly body: string;
  readonly silent: boolean;
}

/** Where notifications are shown. Nothing shown here survives `clear`, nor the app. */
export interface Notifier {
  /** In the place of the one before. `onClick` is called at most once, and never after the toast was taken away. */
  show(toast: Toast, onClick: () => void): void;
  /** Take away what is shown. */
  clear(): void;
}

/** The app's windows, as far as somebody looks at them. */
export interface Attention {
  /** Whether a window of ours is before the person just now. */
  isWatching(): boolean;
  /** Bring it there. */
  comeForward(): void;
  /** How many messages wait to be read, for the places outside the window that show a number. */
  count(unread: number): void;
}

/** What notifications say besides what the business wrote, in the person's language. */
export interface NotificationWords {
  readonly app: string;
  readonly newMessage: string;
  readonly newMessages: (count: number) => string;
}
