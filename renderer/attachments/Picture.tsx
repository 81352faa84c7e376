import { useRef } from 'react';
import type { ReactNode } from 'react';
import type { MediaShown } from '../../contract/media.ts';
import { strings } from '../strings/strings.ts';
import { shownHost } from '../timeline/link-finder.ts';
import { Icon } from '../ui/Icon.tsx';
import type { Place } from './media-keeper.ts';
import { Trouble } from './Trouble.tsx';
import { useLook, useMedia, useWhenNear } from './use-media.ts';

type Props = {
  readonly place: Place;
  /** What it is called where it cannot be seen. */
  readonly name: string;
  readonly mediaUrl: string | null;
  readonly reachable: boolean;
  /** One of several on a card, which has words of its own. */
  readonly small?: boolean;
  /** What lies over it. */
  readonly children?: ReactNode;
};

/**
 * A picture of the thread. Its box is as high before it is there as after, so that nothing around it moves; a service's own
 * picture is fetched when it comes near, a stranger's only when the person says so.
 */
export function Picture({ place, name, mediaUrl, reachable, small = false, children }: Props) {
  const { state, load, broke } = useMedia(place);
  const look = useLook();
  const box = useRef<HTMLDivElement>(null);
  useWhenNear(box, state.kind === 'unasked', load);
  const host = mediaUrl === null ? null : shownHost(mediaUrl);
  return (
    <div ref={box} className={small ? 'picture-box picture-box-small' : 'picture-box'}>
      {state.kind === 'shown' && (
        <button
          type="button"
          className="picture"
          aria-label={strings.attachments.openPicture(name)}
          tabIndex={reachable ? 0 : -1}
          onClick={() => look(place)}
        >
          <Drawn media={state.media} name={name} onError={broke} />
        </button>
      )}
      {(state.kind === 'unasked' || state.kind === 'loading') && (
        <div className="picture-place" role="img" aria-label={name} data-loading={state.kind === 'loading'}>
          <Icon name="image" />
        </div>
      )}
      {state.kind === 'failed' && (
        <div className="picture-place">
          <Icon name="image" />
          {!small && <bdi className="picture-name">{name}</bdi>}
          <Trouble
            place={place}
            failure={state.failure}
            host={host}
            consentLabel={strings.attachments.loadFrom(host ?? strings.attachments.elsewhere)}
            reachable={reachable}
            brief={small}
            onLoad={load}
          />
        </div>
      )}
      {children}
    </div>
  );
}

/** Shorter and narrower than this (in pixels) it is shown as it is, not blown up. */
const smallSide = 192;

type DrawnProps = { readonly media: MediaShown; readonly name: string; readonly onError: () => void };

/** As wide as its shape asks for at the height of the box; cut where that is wider or narrower than can be. */
function Drawn({ media, name, onError }: DrawnProps) {
  const { url, size } = media;
  const isSmall = size !== null && size.width < smallSide && size.height < smallSide;
  return (
    <img
      src={url}
      alt={name}
      className={isSmall ? 'picture-small' : undefined}
      draggable={false}
      decoding="async"
      {...(size === null ? {} : { width: size.width, height: size.height })}
      style={{ aspectRatio: size === null ? '4 / 3' : `${size.width} / ${size.height}` }}
      onError={onError}
    />
  );
}
