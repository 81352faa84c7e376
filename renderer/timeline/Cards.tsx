import { useRef } from 'react';
import type { KeyboardEvent } from 'react';
import type { Content, Item } from '../../contract/model.ts';
import type { Place } from '../attachments/media-keeper.ts';
import { Picture } from '../attachments/Picture.tsx';
import { itemName } from '../attachments/pictures-of.ts';
import { direction, strings } from '../strings/strings.ts';
import { IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/Icon.tsx';
import { shownName, shownText } from '../ui/names.ts';
import { Actions, Leading } from './Actions.tsx';

type ContentOf<K extends Content['kind']> = Extract<Content, { kind: K }>;
type Reachable = { readonly reachable: boolean };

export function LocationCard({
  content,
  reachable,
}: { readonly content: ContentOf<'location'> } & Reachable) {
  const { lat, long } = content;
  const map = `https://www.openstreetmap.org/?mlat=${lat}&mlon=${long}#map=16/${lat}/${long}`;
  return (
    <div className="card">
      <CardBody
        icon="pin"
        title={shownName(content.name, strings.cards.location)}
        detail={`${lat.toFixed(5)}, ${long.toFixed(5)}`}
      />
      <Leading label={strings.cards.openMap} uri={map} reachable={reachable} />
    </div>
  );
}

type ItemsProps = { readonly messageKey: string; readonly content: ContentOf<'items'> } & Reachable;

export function ItemCards({ messageKey, content, reachable }: ItemsProps) {
  const { items, layout } = content;
  return layout === 'carousel' ? (
    <Carousel messageKey={messageKey} items={items} reachable={reachable} />
  ) : (
    <ul className="card card-list" aria-label={strings.cards.list(items.length)}>
      {items.map((item, index) => (
        <li key={index}>
          <ItemCard place={{ key: messageKey, item: index }} item={item} reachable={reachable} />
        </li>
      ))}
    </ul>
  );
}

type CarouselProps = { readonly messageKey: string; readonly items: readonly Item[] } & Reachable;

function Carousel({ messageKey, items, reachable }: CarouselProps) {
  const track = useRef<HTMLUListElement>(null);
  const step = (towards: -1 | 1) => {
    const width = track.current?.firstElementChild?.clientWidth ?? 0;
    track.current?.scrollBy({ left: towards * width * (direction === 'rtl' ? -1 : 1) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    step((event.key === 'ArrowLeft') === (direction === 'ltr') ? -1 : 1);
  };
  const tabIndex = reachable ? 0 : -1;
  return (
    <div
      className="carousel"
      role="group"
      aria-label={strings.cards.carousel(items.length)}
      onKeyDown={onKeyDown}
    >
      {/* Not a scroller of its own, which would be one more tab stop: buttons, arrows and the wheel move it. */}
      <ul
        ref={track}
        className="carousel-track"
        onWheel={(event) => event.currentTarget.scrollBy({ left: event.deltaX, behavior: 'instant' })}
      >
        {items.map((item, index) => (
          <li key={index} className="card">
            <ItemCard place={{ key: messageKey, item: index }} item={item} reachable={reachable} />
          </li>
        ))}
      </ul>
      {items.length > 1 && (
        <div className="carousel-steps">
          <IconButton
            icon="chevronLeft"
            label={strings.cards.previous}
            tabIndex={tabIndex}
            onClick={() => step(-1)}
          />
          <IconButton
            icon="chevronRight"
            label={strings.cards.next}
            tabIndex={tabIndex}
            onClick={() => step(1)}
          />
        </div>
      )}
    </div>
  );
}

function ItemCard({ place, item, reachable }: { readonly place: Place; readonly item: Item } & Reachable) {
  return (
    <>
      {item.mediaUrl !== null && (
        <Picture
          place={place}
          name={itemName(item.title)}
          mediaUrl={item.mediaUrl}
          reachable={reachable}
          small
        />
      )}
      <CardBody title={shownText(item.title)} detail={item.description} />
      <Actions actions={item.actions} reachable={reachable} />
    </>
  );
}

function CardBody({
  icon,
  title,
  detail,
}: {
  readonly icon?: IconName;
  readonly title: string;
  readonly detail: string | null;
}) {
  return (
    <div className="card-body">
      {icon !== undefined && <Icon name={icon} />}
      <div className="card-words">
        <bdi className="card-title">{title}</bdi>
        {detail !== null && <bdi className="card-detail">{shownText(detail)}</bdi>}
      </div>
    </div>
  );
}
