import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react';
import type { RefObject } from 'react';
import type { MediaKeeper, MediaState, Place } from './media-keeper.ts';

type Media = { readonly keeper: MediaKeeper; readonly look: (place: Place) => void };

export const MediaContext = createContext<Media | null>(null);

function useMediaContext(): Media {
  const media = use(MediaContext);
  if (media === null) throw new Error('rendered outside MediaProvider');
  return media;
}

/** Look at the picture of a message closely. */
export function useLook(): (place: Place) => void {
  return useMediaContext().look;
}

export type MediaHand = {
  readonly state: MediaState;
  readonly load: (consent: boolean) => void;
  /** What main has sent cannot be drawn. */
  readonly broke: () => void;
};

export function useMedia(place: Place): MediaHand {
  const { keeper } = useMediaContext();
  const state = useSyncExternalStore(keeper.subscribe, () => keeper.current(place));
  return { state, load: (consent) => void keeper.load(place, consent), broke: () => keeper.broke(place) };
}

/** Call `load` once the element is at most a screen away, and again whenever `isWanted` becomes true there. */
export function useWhenNear(
  element: RefObject<Element | null>,
  isWanted: boolean,
  load: (consent: boolean) => void,
): void {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const watch = new IntersectionObserver(
      (entries) => setNear(entries.some(({ isIntersecting }) => isIntersecting)),
      { root: current.closest('.thread'), rootMargin: '100% 0px' },
    );
    watch.observe(current);
    return () => watch.disconnect();
  }, [element]);
  const isDue = isNear && isWanted;
  useEffect(() => {
    if (isDue) load(false);
    // Only what is due counts: another hand is the same asking.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isDue]);
}
