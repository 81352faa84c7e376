import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { MediaKeeper } from './media-keeper.ts';
import type { Place } from './media-keeper.ts';
import { MediaContext } from './use-media.ts';
import { Viewer } from './Viewer.tsx';

/** The media of one session, and the place where one of its pictures is looked at. Ends with the session's epoch. */
export function MediaProvider({ children }: { readonly children: ReactNode }) {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [keeper] = useState(
    () =>
      new MediaKeeper({
        show: (place, consent) => answered('showMedia', smooch.showMedia({ epoch, ...place, consent })),
      }),
  );
  const [looked, setLooked] = useState<Place | null>(null);
  const isLive = useView((view) => view.link.kind === 'live');
  useEffect(() => {
    if (isLive) keeper.forgetMissed();
  }, [isLive, keeper]);
  const media = useMemo(() => ({ keeper, look: setLooked }), [keeper]);
  return (
    <MediaContext value={media}>
      {children}
      {looked !== null && <Viewer place={looked} onMove={setLooked} onClose={() => setLooked(null)} />}
    </MediaContext>
  );
}
