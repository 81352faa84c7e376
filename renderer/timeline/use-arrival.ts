import { useEffect, useEffectEvent, useState } from 'react';

/** A message that somebody wants to see. */
export type Target = {
  readonly key: string;
  /** It gets the focus where the thread stands, and does not light up. */
  readonly inPassing: boolean;
};

/** A message that has not come by then is not coming: it must not jump into sight later. */
const patienceMs = 3_000;
/** As long as a found message stays lit. */
export const litMs = 1_600;

/** A list that has just begun anew draws its first rows only after a frame or two. */
const mostFrames = 60;

type Acts = {
  /** False: it is not drawn yet. */
  readonly arrive: (target: Target) => boolean;
  readonly forget: () => void;
};

/** Waits for `target` to be among `keys`, and acts once it is. @returns the key of the message that is lit now */
export function useArrival(target: Target | null, keys: readonly string[], acts: Acts): string | null {
  const [lit, setLit] = useState<string | null>(null);
  const onArrival = useEffectEvent((there: Target, isLast: boolean): boolean => {
    const isThere = acts.arrive(there);
    if (!isThere && !isLast) return false;
    acts.forget();
    setLit(there.inPassing ? null : there.key);
    return true;
  });
  const forget = useEffectEvent(() => acts.forget());
  useEffect(() => {
    if (target === null) return;
    if (keys.includes(target.key)) {
      // Not within the effect: the focus can only go to what has been drawn.
      let frame = 0;
      const attempt = (left: number): void => {
        if (!onArrival(target, left === 0)) frame = requestAnimationFrame(() => attempt(left - 1));
      };
      frame = requestAnimationFrame(() => attempt(mostFrames));
      return () => cancelAnimationFrame(frame);
    }
    const timer = setTimeout(() => forget(), patienceMs);
    return () => clearTimeout(timer);
  }, [target, keys]);
  useEffect(() => {
    if (lit === null) return;
    const timer = setTimeout(() => setLit(null), litMs);
    return () => clearTimeout(timer);
  }, [lit]);
  return lit;
}
