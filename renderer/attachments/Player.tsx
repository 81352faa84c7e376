import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../contract/failure.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import type { Place } from './media-keeper.ts';
import { Trouble } from './Trouble.tsx';
import { useMedia } from './use-media.ts';

type Props = {
  readonly place: Place;
  readonly kind: 'sound' | 'video';
  readonly name: string;
  readonly host: string | null;
  readonly reachable: boolean;
  readonly onConsent: () => void;
};

/** Nothing of a sound or a film is fetched, and nothing plays, before somebody presses Play. */
export function Player({ place, kind, name, host, reachable, onConsent }: Props) {
  const { state, load, broke } = useMedia(place);
  const [isWanted, setWanted] = useState(false);
  const say = strings.attachments;
  const tabIndex = reachable ? 0 : -1;
  const play = (consent: boolean) => {
    setWanted(true);
    if (consent) onConsent();
    load(consent);
  };
  const shown = state.kind === 'shown' && isPlayable(state.media.mediaType) ? state.media : null;
  return (
    <div className={`player player-${kind}`}>
      {shown !== null && (
        <Playing
          url={shown.url}
          isVideo={shown.mediaType.startsWith('video/')}
          name={name}
          starts={isWanted}
          tabIndex={tabIndex}
          onError={broke}
        />
      )}
      {(state.kind === 'unasked' || state.kind === 'loading') && (
        <Button icon="play" tabIndex={tabIndex} busy={state.kind === 'loading'} onClick={() => play(false)}>
          {state.kind === 'loading' ? say.loading : say.play}
        </Button>
      )}
      {(state.kind === 'failed' || (state.kind === 'shown' && shown === null)) && (
        <Trouble
          place={place}
          failure={state.kind === 'failed' ? state.failure : unsafe}
          host={host}
          consentLabel={say.playFrom(host ?? say.elsewhere)}
          saves={false}
          reachable={reachable}
          onLoad={play}
        />
      )}
    </div>
  );
}

const unsafe: Failure = { kind: 'media', trouble: 'unsafe' };

function isPlayable(mediaType: string): boolean {
  return /^(audio|video)\//.test(mediaType);
}

type PlayingProps = {
  readonly url: string;
  readonly isVideo: boolean;
  readonly name: string;
  /** Somebody has just pressed Play for it. */
  readonly starts: boolean;
  readonly tabIndex: number;
  readonly onError: () => void;
};

function Playing({ url, isVideo, name, starts, tabIndex, onError }: PlayingProps) {
  const element = useRef<HTMLVideoElement & HTMLAudioElement>(null);
  useEffect(() => {
    // A source that cannot be played says so by an event of its own.
    if (starts) element.current?.play().catch(() => undefined);
  }, [starts]);
  const Element = isVideo ? 'video' : 'audio';
  return (
    <Element
      ref={element}
      src={url}
      controls
      controlsList="nodownload noremoteplayback"
      disablePictureInPicture={isVideo || undefined}
      preload="none"
      aria-label={name}
      tabIndex={tabIndex}
      onError={onError}
    />
  );
}
