import { memo } from 'react';
import type { ReactNode } from 'react';
import { unreachable } from '../../contract/failure.ts';
import type { Link } from '../../contract/link.ts';
import type { Message } from '../../contract/model.ts';
import { FileCard } from '../attachments/FileCard.tsx';
import { ImageCard } from '../attachments/ImageCard.tsx';
import { refusalReason } from '../status/sentences.ts';
import { direction, strings } from '../strings/strings.ts';
import { AuthorLine } from './AuthorLine.tsx';
import { Avatar } from '../ui/Avatar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Actions } from './Actions.tsx';
import { ItemCards, LocationCard } from './Cards.tsx';
import { AnswersCard } from './forms/AnswersCard.tsx';
import { FormCard } from './forms/FormCard.tsx';
import { FormattedText, LinkedText } from './LinkedText.tsx';
import { clockTime, fullTime, shownAt } from './dates.ts';
import { articleName, authorName, statusIcon, statusWord } from './labels.ts';
import type { MenuPlace } from './MessageMenu.tsx';
import { ownWords } from './own-words.ts';
import { QuoteBox } from './QuoteBox.tsx';
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
  /** It waits for the time in which it can be taken back. */
  readonly held: boolean;
  readonly onRetry: (key: string) => void;
  readonly onDiscard: (key: string) => void;
  readonly onEdit: (message: Message) => void;
  /** Its menu is wanted, at this place of the window. */
  readonly onMenu: (place: MenuPlace) => void;
};

export const articleId = (key: string): string => `message-${key}`;

export const MessageArticle = memo(function MessageArticle(props: MessageProps) {
  const { message, business, startsGroup, endsGroup, current, entered, lit, held, link } = props;
  const own = isOwn(message);
  const name = authorName(message.author, business);
  const shape = `${startsGroup ? ' starts-group' : ''}${endsGroup ? ' ends-group' : ''}${lit ? ' message-lit' : ''}`;
  return (
    <article
      id={articleId(message.key)}
      className={`message ${own ? 'message-own' : 'message-business'}${shape}`}
      aria-label={articleName(message, business, link, held)}
      data-key={message.key}
      tabIndex={current ? 0 : -1}
      onContextMenu={(event) => {
        // Whoever has selected words wants to do something with these.
        if (document.getSelection()?.isCollapsed === false || event.target instanceof HTMLAnchorElement)
          return;
        event.preventDefault();
        props.onMenu({ key: message.key, x: alongTheLine(event.clientX), y: event.clientY });
      }}
    >
      {message.author.kind === 'business' && startsGroup && (
        <AuthorLine given={message.author.name} name={name} />
      )}
      <div className="message-line">
        {!own &&
          (endsGroup ? <Avatar name={name} tone="business" size="small" /> : <span className="avatar-gap" />)}
        <Bubble message={message} business={business} reachable={entered} />
        <button
          type="button"
          className="message-more"
          aria-label={strings.outbox.menu}
          aria-haspopup="menu"
          title={strings.outbox.menu}
          tabIndex={entered ? 0 : -1}
          onClick={(event) => props.onMenu(below(message.key, event.currentTarget))}
        >
          <Icon name="more" />
        </button>
      </div>
      <Foot {...props} />
    </article>
  );
});

/** Where a menu opened by a key or a button belongs. */
export function below(key: string, element: Element): MenuPlace {
  const { left, right, bottom } = element.getBoundingClientRect();
  return { key, x: Math.min(alongTheLine(left), alongTheLine(right)), y: bottom + 4 };
}

/** A place in the window, counted from where its lines begin. */
function alongTheLine(x: number): number {
  return direction === 'rtl' ? window.innerWidth - x : x;
}

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
  const { content, quote } = message;
  const text = ownWords(message, business);
  return (
    <div className={`bubble bubble-${content.kind}`} title={at === null ? undefined : fullTime(at)}>
      {quote !== undefined && content.kind !== 'formResponse' && (
        <QuoteBox quote={quote} business={business} reachable={reachable} />
      )}
      {content.kind === 'text' && content.markup !== undefined ? (
        <FormattedText markup={content.markup} text={text} reachable={reachable} />
      ) : (
        text.trim() !== '' && <LinkedText text={text} reachable={reachable} />
      )}
      {card(message, reachable)}
      <Actions actions={message.actions} reachable={reachable} />
    </div>
  );
}

function card(message: Message, reachable: boolean): ReactNode {
  const { content } = message;
  switch (content.kind) {
    case 'text':
    case 'deleted':
    case 'unsupported':
      return null;
    case 'form':
      return <FormCard message={message} content={content} reachable={reachable} />;
    case 'formResponse':
      return <AnswersCard answers={content.answers} />;
    case 'image':
      return <ImageCard message={message} content={content} reachable={reachable} />;
    case 'file':
      return <FileCard message={message} content={content} reachable={reachable} />;
    case 'location':
      return <LocationCard content={content} reachable={reachable} />;
    case 'items':
      return <ItemCards messageKey={message.key} content={content} reachable={reachable} />;
    default:
      return unreachable(content);
  }
}

function Foot(props: MessageProps) {
  const { message, endsGroup, showsStatus, link, entered, held, onRetry, onDiscard, onEdit } = props;
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
        {message.content.kind === 'text' && (
          <button type="button" className="link-button" tabIndex={tabIndex} onClick={() => onEdit(message)}>
            {strings.outbox.edit}
          </button>
        )}
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
          <Icon name={statusIcon(message.status, link, held)} />
          {statusWord(message.status, link, held)}
        </span>
      )}
    </div>
  );
}
