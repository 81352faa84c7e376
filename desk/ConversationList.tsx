import type { DeskConversation } from '../contract/desk-api.ts';
import type { BoardState } from './board.ts';
import { initials, nameOf, previewOf, whenOf } from './names.ts';

export function ConversationList({
  state: { conversations, hasMore, typing, thread, drafts },
  onOpen,
  onMore,
}: {
  readonly state: BoardState;
  readonly onOpen: (id: string) => void;
  readonly onMore: () => void;
}) {
  return (
    <nav aria-label="Conversations" className="list">
      <ul>
        {conversations?.map((conversation) => (
          <li key={conversation.id}>
            <Row
              conversation={conversation}
              isOpen={thread?.conversationId === conversation.id}
              isTyping={typing.has(conversation.id)}
              hasDraft={drafts.has(conversation.id)}
              onOpen={() => onOpen(conversation.id)}
            />
          </li>
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="button list-more" onClick={onMore}>
          Older conversations
        </button>
      )}
    </nav>
  );
}

function Row({
  conversation,
  isOpen,
  isTyping,
  hasDraft,
  onOpen,
}: {
  readonly conversation: DeskConversation;
  readonly isOpen: boolean;
  readonly isTyping: boolean;
  readonly hasDraft: boolean;
  readonly onOpen: () => void;
}) {
  const { unreadCount, lastMessage, lastActivityAt } = conversation;
  const name = nameOf(conversation);
  return (
    <button type="button" className="row" aria-current={isOpen ? 'true' : undefined} onClick={onOpen}>
      <span className="avatar" aria-hidden="true">
        {initials(name)}
      </span>
      <span className="row-name">{name}</span>
      <time className="row-time" dateTime={lastActivityAt}>
        {whenOf(lastActivityAt)}
      </time>
      <span className={isTyping ? 'row-preview row-typing' : 'row-preview'}>
        {isTyping
          ? 'Writing…'
          : hasDraft && !isOpen
            ? 'Draft'
            : lastMessage
              ? previewOf(lastMessage)
              : 'No message yet'}
      </span>
      {unreadCount > 0 && (
        <span className="badge">
          {unreadCount}
          <span className="visually-hidden"> unread</span>
        </span>
      )}
    </button>
  );
}
