import { useRef, useState } from 'react';
import type { Failure, Result } from '../../contract/failure.ts';
import { sentenceFor } from './sentences.ts';

/** One request at a time, and what went wrong with the last one. */
export type Asking = {
  readonly busy: boolean;
  readonly problem: string | null;
  /** Null: the answer to the one before is still awaited, and nothing was asked. */
  readonly ask: <T>(request: () => Promise<Result<T>>) => Promise<Result<T> | null>;
  /** Say what is wrong without asking; null takes it back. */
  readonly object: (problem: string | null) => void;
};

export function useAsking(say: (failure: Failure) => string = sentenceFor): Asking {
  const [state, setState] = useState<{ busy: boolean; problem: string | null }>({
    busy: false,
    problem: null,
  });
  const asking = useRef(false);
  const ask = async <T>(request: () => Promise<Result<T>>): Promise<Result<T> | null> => {
    if (asking.current) return null;
    asking.current = true;
    setState({ busy: true, problem: null });
    const answer = await request();
    asking.current = false;
    setState({ busy: false, problem: answer.ok ? null : say(answer.failure) });
    return answer;
  };
  return { ...state, ask, object: (problem) => setState({ busy: asking.current, problem }) };
}
