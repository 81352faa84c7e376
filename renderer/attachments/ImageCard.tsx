import { useRef } from 'react';
import type { Content, Message } from '../../contract/model.ts';
import type { MediaShown } from '../../contract/media.ts';
import { strings } from '../strings/strings.ts';
import { shownHost } from '../timeline/link-finder.ts';
import { Icon } from '../ui/Icon.tsx';
import { pictureName } from './file-names.ts';
import { isOnItsWay, Sending } from './Sending.tsx';
import { Trouble } from './Trouble.tsx';
import { useLook, useMedia, useWhenNear } from './use-media.ts';

type ImageContent = Extract<Content, { kind: 'image' }>;

type Props = { readonly message: Message; readonly content: ImageContent; readonly reachable: boolean };

/**
 * A picture of the thread. Its box is as high before it is there as after, so that nothing around it moves; a service's own
 * picture is fetched when it comes near, a stranger's only when the person says so.
 */
export function ImageCard({ message, content, reachable }: Props) {
  const place = { key: message.key, item: null };
  const { state, load, broke } = useMedia(place);
  const look = useLook();
  const box = useRef<HTMLDivElement>(null);
  useWhenNear(box, state.kind === 'unasked', load);
  const name = pictureName(content);
  const host = content.mediaUrl === null ? null : shownHost(content.mediaUrl);
  return (
    <div ref={box} className="picture-box">
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
          <bdi className="picture-name">{name}</bdi>
          <Trouble
            place={place}
            failure={state.failure}
            host={host}
            consentLabel={strings.attachments.loadFrom(host ?? strings.attachments.elsewhere)}
            reachable={reachable}
            onLoad={load}
          />
        </div>
      )}
      {isOnItsWay(message) && <Sending message={message} name={name} reachable={reachable} />}
    </div>
  );
}

type DrawnProps = { readonly media: MediaShown; readonly name: string; readonly onError: () => void };

/** As wide as its shape asks for at the height of the box; cut where that is wider or narrower than can be. */
function Drawn({ media, name, onError }: DrawnProps) {
  const { url, size } = media;
  return (
    <img
      src={url}
      alt={name}
      draggable={false}
      decoding="async"
      {...(size === null ? {} : { width: size.width, height: size.height })}
      style={{ aspectRatio: size === null ? '4 / 3' : `${size.width} / ${size.height}` }}
      onError={onError}
    />
  );
}
