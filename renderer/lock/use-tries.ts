import { useState } from 'react';
import type { Failure, Result } from '../../contract/failure.ts';
import { useAsking } from '../status/use-asking.ts';
import type { Asking } from '../status/use-asking.ts';
import { useSecondsLeft } from '../view/now.ts';

export type Tries = Pick<Asking, 'busy' | 'problem' | 'object'> & {
  readonly left: number;
  readonly hadToWait: boolean;
  /** Null if nothing was asked: another try is under way. */
  readonly attempt: <T>(request: () => Promise<Result<T>>) => Promise<Result<T> | null>;
};

/**
 * Tries at a secret: after wrong ones the next has to wait.
 *
 * @param notBefore milliseconds since 1970: what is known of the wait from elsewhere.
 */
export function useTries(notBefore: number, say?: (failure: Failure) => string): Tries {
  const { busy, problem, ask, object } = useAsking(say);
  const [refusedUntil, setRefusedUntil] = useState(0);
  const left = useSecondsLeft(Math.max(notBefore, refusedUntil));
  const attempt = async <T>(request: () => Promise<Result<T>>): Promise<Result<T> | null> => {
    const answer = await ask(request);
    const waitMs =
      answer?.ok === false && answer.failure.kind === 'wrongPasscode' ? answer.failure.retryAfterMs : 0;
    setRefusedUntil(waitMs > 0 ? Date.now() + waitMs : 0);
    return answer;
  };
  return { busy, problem, object, left, hadToWait: refusedUntil > 0, attempt };
}
