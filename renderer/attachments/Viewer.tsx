import { useEffect, useRef } from 'react';
import type { KeyboardEvent } from 'react';
import { sentenceFor } from '../status/sentences.ts';
import { direction, strings } from '../strings/strings.ts';
import { shownHost } from '../timeline/link-finder.ts';
import { IconButton } from '../ui/Button.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Problem } from '../ui/Problem.tsx';
import { useView } from '../view/surroundings.tsx';
import { placeName } from './media-keeper.ts';
import type { Place } from './media-keeper.ts';
import { picturesOf } from './pictures-of.ts';
import type { Seen } from './pictures-of.ts';
import { Trouble } from './Trouble.tsx';
import { useMedia } from './use-media.ts';
import { useSave } from './use-save.ts';
import { useZoom } from './use-zoom.ts';

type Props = {
  readonly place: Place;
  readonly onMove: (place: Place) => void;
  readonly onClose: () => void;
};

/** One picture of the thread, as large as the window, and the way to the one before and after it. */
export function Viewer({ place, onMove, onClose }: Props) {
  const messages = useView((view) => view.thread.messages);
  const pictures = picturesOf(messages);
  const index = pictures.findIndex((each) => each.place.key === place.key && each.place.item === place.item);
  const picture = pictures[index];
  const isGone = picture === undefined;
  useEffect(() => {
    // It was deleted, or the thread has gone on to another part.
    if (isGone) onClose();
  }, [isGone, onClose]);
  if (picture === undefined) return null;
  const close = () => {
    onClose();
    // The row may have been drawn anew, so that the focus has nowhere to go back to by itself.
    requestAnimationFrame(() => {
      if (document.activeElement !== document.body) return;
      document.querySelector<HTMLElement>(`article[data-key="${CSS.escape(place.key)}"]`)?.focus();
    });
  };
  const move = (by: -1 | 1) => {
    const next = pictures[index + by];
    if (next !== undefined) onMove(next.place);
  };
  return <Stage picture={picture} index={index} count={pictures.length} onMove={move} onClose={close} />;
}

type StageProps = {
  readonly picture: Seen;
  readonly index: number;
  readonly count: number;
  readonly onMove: (by: -1 | 1) => void;
  readonly onClose: () => void;
};

function Stage({ picture, index, count, onMove, onClose }: StageProps) {
  const { place, name, words } = picture;
  const stage = useRef<HTMLDivElement>(null);
  const zoom = useZoom(stage, placeName(place));
  const hand = useSave(place);
  // What is on the screen has been fetched already, from wherever it rests.
  const isShown = useMedia(place).state.kind === 'shown';
  const save = () => hand.save(isShown);
  const isSaved = hand.state.kind === 'saved';
  const say = strings.attachments.viewer;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = acts({ ...zoom, move: onMove, save })[event.key.toLowerCase()];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    <Dialog title={name} look="stage" onClose={onClose}>
      <div className="viewer" onKeyDown={onKeyDown}>
        <div className="viewer-tools">
          <span role="status" className="viewer-position">
            {say.position(index + 1, count)}
            <span className="visually-hidden">{name}</span>
          </span>
          <IconButton icon="minus" label={say.zoomOut} onClick={zoom.smaller} />
          <IconButton icon="plus" label={say.zoomIn} onClick={zoom.larger} />
          <IconButton icon="fit" label={say.fit} onClick={zoom.fit} />
          <IconButton
            icon={isSaved ? 'check' : 'save'}
            label={isSaved ? strings.attachments.saved : say.save}
            onClick={save}
          />
          <IconButton icon="close" label={strings.common.close} onClick={onClose} />
        </div>
        <div
          ref={stage}
          className="viewer-stage"
          // The keys are at hand, and no button is pressed by the Enter that opened it.
          tabIndex={-1}
          {...{ [firstFocus]: '' }}
          data-zoomed={zoom.zoom.scale > 1 || undefined}
          onPointerMove={zoom.onPointerMove}
        >
          <Shown picture={picture} name={name} zoom={zoom.zoom} />
        </div>
        <Problem text={hand.state.kind === 'failed' ? sentenceFor(hand.state.failure) : null} />
        <div className="viewer-ends">
          <IconButton
            icon="chevronLeft"
            label={say.previous}
            aria-disabled={index === 0}
            onClick={() => onMove(-1)}
          />
          <p className="viewer-caption">
            <bdi>{words}</bdi>
          </p>
          <IconButton
            icon="chevronRight"
            label={say.next}
            aria-disabled={index === count - 1}
            onClick={() => onMove(1)}
          />
        </div>
      </div>
    </Dialog>
  );
}

type Acts = {
  readonly move: (by: -1 | 1) => void;
  readonly larger: () => void;
  readonly smaller: () => void;
  readonly fit: () => void;
  readonly save: () => void;
};

function acts({ move, larger, smaller, fit, save }: Acts): Readonly<Record<string, () => void>> {
  return {
    arrowleft: () => move(direction === 'rtl' ? 1 : -1),
    arrowright: () => move(direction === 'rtl' ? -1 : 1),
    '+': larger,
    '=': larger,
    '-': smaller,
    '0': fit,
    s: save,
  };
}

type ShownProps = {
  readonly picture: Seen;
  readonly name: string;
  readonly zoom: { readonly scale: number; readonly x: number; readonly y: number };
};

function Shown({ picture, name, zoom }: ShownProps) {
  const { place, mediaUrl } = picture;
  const { state, load, broke } = useMedia(place);
  const host = mediaUrl === null ? null : shownHost(mediaUrl);
  const isDue = state.kind === 'unasked';
  useEffect(() => {
    if (isDue) load(false);
    // As soon as it is looked at, once.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isDue, place.key, place.item]);
  if (state.kind === 'failed')
    return (
      <div className="viewer-trouble">
        <Icon name="image" />
        <Trouble
          place={place}
          failure={state.failure}
          host={host}
          consentLabel={strings.attachments.loadFrom(host ?? strings.attachments.elsewhere)}
          reachable
          onLoad={load}
        />
      </div>
    );
  if (state.kind !== 'shown') return <p role="status">{strings.attachments.loading}</p>;
  return (
    <img
      src={state.media.url}
      alt={name}
      draggable={false}
      style={{ transform: `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})` }}
      onError={broke}
    />
  );
}
