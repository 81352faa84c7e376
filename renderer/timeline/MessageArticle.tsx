import { memo } from 'react';
import type { ReactNode } from 'react';
import { unreachable } from '../../contract/failure.ts';
import type { Link } from '../../contract/link.ts';
import type { Content, Message } from '../../contract/model.ts';
import { refusalReason } from '../status/sentences.ts';
import { strings } from '../strings/strings.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Actions } from './Actions.tsx';
import { FileCard, ImageCard, ItemCards, LocationCard } from './Cards.tsx';
import { LinkedText } from './LinkedText.tsx';
import { clockTime, fullTime, shownAt } from './dates.ts';
import { articleName, authorName, statusIcon, statusWord } from './labels.ts';
import { isOwn } from './rows.ts';

export type MessageProps = {
  readonly message: Message;
  readonly business: string;
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
  readonly showsStatus: boolean;
  readonly link: Link;
  /** The one message that Tab reaches. */
  readonly current: boolean;
  /** Enter was pressed on it: Tab now also reaches the links and buttons inside. */
  readonly entered: boolean;
  /** It was looked for, and has just been found. */
  readonly lit: boolean;
  readonly onRetry: (key: string) => void;
  readonly onDiscard: (key: string) => void;
};

export const articleId = (key: string): string => `message-${key}`;

export const MessageArticle = memo(function MessageArticle(props: MessageProps) {
  const { message, business, startsGroup, endsGroup, current, entered, lit, link } = props;
  const own = isOwn(message);
  const name = authorName(message.author, business);
  const shape = `${startsGroup ? ' starts-group' : ''}${endsGroup ? ' ends-group' : ''}${lit ? ' message-lit' : ''}`;
  return (
    <article
      id={articleId(message.key)}
      className={`message ${own ? 'message-own' : 'message-business'}${shape}`}
      aria-label={articleName(message, business, link)}
      data-key={message.key}
      tabIndex={current ? 0 : -1}
    >
      {!own && startsGroup && <bdi className="message-author">{name}</bdi>}
      <div className="message-line">
        {!own &&
          (endsGroup ? <Avatar name={name} tone="business" size="small" /> : <span className="avatar-gap" />)}
        <Bubble message={message} business={business} reachable={entered} />
      </div>
      <Foot {...props} />
    </article>
  );
});

function Bubble({
  message,
  business,
  reachable,
}: {
  readonly message: Message;
  readonly business: string;
  readonly reachable: boolean;
}) {
  const at = shownAt(message);
  const { content } = message;
  const text =
    content.kind === 'unsupported' && content.text.trim() === ''
      ? strings.timeline.unsupported(business)
      : content.text;
  return (
    <div className={`bubble bubble-${content.kind}`} title={at === null ? undefined : fullTime(at)}>
      {text.trim() !== '' && <LinkedText text={text} reachable={reachable} />}
      {card(content, reachable)}
      <Actions actions={message.actions} reachable={reachable} />
    </div>
  );
}

function card(content: Content, reachable: boolean): ReactNode {
  switch (content.kind) {
    case 'text':
    case 'unsupported':
      return null;
    case 'image':
      return <ImageCard content={content} reachable={reachable} />;
    case 'file':
      return <FileCard content={content} reachable={reachable} />;
    case 'location':
      return <LocationCard content={content} reachable={reachable} />;
    case 'items':
      return <ItemCards content={content} reachable={reachable} />;
    default:
      return unreachable(content);
  }
}

function Foot({ message, endsGroup, showsStatus, link, entered, onRetry, onDiscard }: MessageProps) {
  if (message.status === 'failed' && isOwn(message)) {
    const reason = refusalReason(message.refusal);
    const tabIndex = entered ? 0 : -1;
    return (
      <div className="message-foot message-failed">
        <Icon name="alert" />
        <span>{strings.timeline.notSent}</span>
        <button
          type="button"
          className="link-button"
          tabIndex={tabIndex}
          onClick={() => onRetry(message.key)}
        >
          {strings.timeline.retry}
        </button>
        <button
          type="button"
          className="link-button"
          tabIndex={tabIndex}
          onClick={() => onDiscard(message.key)}
        >
          {strings.timeline.discard}
        </button>
        {reason !== null && <bdi className="message-reason">{reason}</bdi>}
      </div>
    );
  }
  const at = shownAt(message);
  if (!endsGroup && !showsStatus) return null;
  return (
    <div className="message-foot">
      {at !== null && <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time>}
      {showsStatus && (
        <span className="message-status">
          <Icon name={statusIcon(message.status, link)} />
          {statusWord(message.status, link)}
        </span>
      )}
    </div>
  );
}
