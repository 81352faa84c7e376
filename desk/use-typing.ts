import { useEffect, useMemo } from 'react';
import type { Board } from './board.ts';

/** People hear at most this often that somebody writes. */
const sayAgainMs = 4_000;
/** Without another key the writing counts as over. */
const pauseMs = 6_000;

/** Tells people that somebody at the desk writes, and when not any more. */
class Typing {
  readonly #tell: (isTyping: boolean) => void;
  #saidAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (isTyping: boolean) => void) {
    this.#tell = tell;
  }

  readonly note = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.stop, pauseMs);
    const now = performance.now();
    if (this.#saidAt !== null && now - this.#saidAt < sayAgainMs) return;
    this.#saidAt = now;
    this.#tell(true);
  };

  readonly stop = (): void => {
    clearTimeout(this.#timer);
    if (this.#saidAt !== null) this.#tell(false);
    this.#saidAt = null;
  };
}

export function useTyping(board: Board, conversationId: string): Typing {
  const typing = useMemo(
    () => new Typing((isTyping) => board.tellTyping(conversationId, isTyping)),
    [board, conversationId],
  );
  useEffect(() => typing.stop, [typing]);
  return typing;
}
