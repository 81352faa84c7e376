import type { RealtimeListener } from '../../main/ports/realtime.ts';

type Kind = 'subscribed' | 'refused' | 'down' | 'received';

/** A listener that writes down what it hears, and can be waited for. */
export function hearing() {
  const heard: unknown[] = [];
  const counts = new Map<Kind, number>();
  const waiting = new Set<() => void>();
  const note = (kind: Kind, what: unknown): void => {
    heard.push(what);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    for (const wake of [...waiting]) wake();
  };
  const listener: RealtimeListener = {
    subscribed: () => note('subscribed', 'subscribed'),
    refused: (code) => note('refused', `refused ${code}`),
    down: () => note('down', 'down'),
    received: (data) => note('received', data),
  };
  const until = (isThere: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!isThere()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  /** Resolves when `kind` was heard `count` times. */
  const heardOf = (kind: Kind, count = 1): Promise<void> => until(() => (counts.get(kind) ?? 0) >= count);
  return { heard, listener, heardOf };
}
