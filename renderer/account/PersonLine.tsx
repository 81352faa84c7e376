import type { AccountCard } from '../../contract/view.ts';
import { strings } from '../strings/strings.ts';
import { clockTime, dayLabel, dayOf } from '../timeline/dates.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { nameOf } from './who-am-i.ts';

/** A remembered person on one line: who, how sure that is, what waits, and when they were here. */
export function PersonLine({ card }: { readonly card: AccountCard }) {
  const name = nameOf(card);
  return (
    <>
      <Avatar name={name} tone={card.current ? 'self' : 'other'} />
      <span className="who">
        <bdi className="person-name">{name}</bdi>
        <span className="person-when">
          {card.verified && <Icon name="verified" />}
          {card.passcode && <Icon name="lock" />}
          <span>{whenSeen(card)}</span>
        </span>
      </span>
      {card.unread > 0 && <span className="unread-count">{card.unread > 99 ? '99+' : card.unread}</span>}
    </>
  );
}

/** All that the line shows, in words. */
export function personDetails(card: AccountCard): string {
  const { account, people } = strings;
  const details = [
    card.verified ? account.verified : account.notVerified,
    card.passcode ? people.passcode : '',
    card.unread > 0 ? people.unread(card.unread) : '',
    card.current ? people.here : people.lastUsed(whenSeen(card)),
  ];
  return details.filter((detail) => detail !== '').join(', ');
}

function whenSeen({ current, lastUsedAt }: AccountCard): string {
  if (current) return strings.people.here;
  const day = dayLabel(dayOf(lastUsedAt), dayOf(Date.now()));
  return `${day}, ${clockTime(lastUsedAt)}`;
}
