import { useEffect, useState } from 'react';
import { useView } from '../view/surroundings.tsx';
import { bannerMs, isTroubled, nextBanner } from './banner.ts';
import type { BannerState } from './banner.ts';

export function useBanner(): BannerState {
  const troubled = useView((view) => isTroubled(view.link));
  const [last, setLast] = useState<{ state: BannerState; troubled: boolean }>({
    state: 'quiet',
    troubled: false,
  });
  const { state } = last;
  if (last.troubled !== troubled)
    setLast({ state: nextBanner(state, troubled ? 'troubled' : 'well'), troubled });
  useEffect(() => {
    const lasts = bannerMs[state];
    if (lasts === undefined) return;
    const timer = setTimeout(
      () => setLast((now) => ({ ...now, state: nextBanner(now.state, 'elapsed') })),
      lasts,
    );
    return () => clearTimeout(timer);
  }, [state]);
  return state;
}
