import type { Signal } from '../ports/signal.ts';

/** The end of a request before its answer: its deadline, or nobody wants it any more. */
export interface Ending {
  readonly signal: AbortSignal;
  cause(): { readonly kind: 'timeout' | 'aborted' } | null;
  /** Nobody wants it any more. */
  abort(): void;
  /** Something has moved: the deadline begins anew. */
  moved(): void;
  release(): void;
}

export function endOf({ timeoutMs, signal }: { timeoutMs: number; signal?: Signal }): Ending {
  const controller = new AbortController();
  let cause: ReturnType<Ending['cause']> = null;
  const end = (kind: 'timeout' | 'aborted'): void => {
    cause ??= { kind };
    controller.abort();
  };
  const start = () => setTimeout(() => end('timeout'), timeoutMs);
  let timer = start();
  const undo = signal?.onAbort(() => end('aborted'));
  return {
    signal: controller.signal,
    cause: () => cause,
    abort: () => end('aborted'),
    moved() {
      clearTimeout(timer);
      timer = start();
    },
    release() {
      clearTimeout(timer);
      undo?.();
    },
  };
}
