import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { DeskApp } from '../contract/desk-api.ts';
import type { Board, BoardState } from './board.ts';
import { ConversationList } from './ConversationList.tsx';
import { Icon } from './Icon.tsx';
import { nameOf, previewOf } from './names.ts';
import { Thread } from './Thread.tsx';

const links: Readonly<Record<BoardState['link'], string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'No connection. Trying again…',
};

/** The list and, beside it or in its place on a narrow screen, one conversation. */
export function Room({
  app,
  board,
  onLeave,
}: {
  readonly app: DeskApp;
  readonly board: Board;
  readonly onLeave: () => void;
}) {
  const state = useSyncExternalStore(board.subscribe, board.getState);
  const { thread, conversations, link, said } = state;
  const open = conversations?.find(({ id }) => id === thread?.conversationId);
  const list = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // The form that had the focus is gone.
  useEffect(() => heading.current?.focus(), []);

  function back(): void {
    board.open(null);
    list.current?.querySelector<HTMLElement>('[aria-current]')?.focus();
  }
  useReadMarks(board, thread?.conversationId ?? null, open?.unreadCount ?? 0);

  return (
    <main className="room" data-open={open !== undefined}>
      <h1 className="visually-hidden" tabIndex={-1} ref={heading}>
        Desk of {app.name}
      </h1>
      <div className="side" ref={list}>
        <header className="side-head">
          <div>
            <p className="side-name">{app.name}</p>
            <p className={`link link-${link}`} role="status">
              {links[link]}
            </p>
          </div>
          <button
            type="button"
            className="icon-button"
            onClick={onLeave}
            aria-label="Sign out"
            title="Sign out"
          >
            <Icon name="leave" />
          </button>
        </header>
        <ConversationList
          state={state}
          onOpen={(id) => board.open(id)}
          onMore={() => void board.loadMore()}
        />
      </div>
      {open === undefined || thread === null ? (
        <p className="nothing-open">{hint(state)}</p>
      ) : (
        <Thread
          key={open.id}
          app={app}
          board={board}
          state={state}
          thread={thread}
          conversation={open}
          onBack={back}
        />
      )}
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <News state={state} />
    </main>
  );
}

function hint({ conversations }: BoardState): string {
  if (conversations === null) return 'Fetching conversations…';
  if (conversations.length === 0) return 'Nobody has written yet. As soon as somebody does, you see it here.';
  return 'Choose a conversation.';
}

/** Tells who cannot see the list what has arrived unread. */
function News({ state: { conversations } }: { readonly state: BoardState }) {
  const [latest] = conversations ?? [];
  const message = latest?.lastMessage;
  const isNews = latest !== undefined && latest.unreadCount > 0 && message?.author.type === 'user';
  return (
    <p className="visually-hidden" role="status">
      {isNews ? `${nameOf(latest)}: ${previewOf(message)}` : ''}
    </p>
  );
}

/** An open conversation is read while somebody looks at the page. */
function useReadMarks(board: Board, conversationId: string | null, unreadCount: number): void {
  useEffect(() => {
    if (conversationId === null || unreadCount === 0) return undefined;
    const look = (): void => {
      if (document.visibilityState === 'visible' && document.hasFocus()) board.markRead(conversationId);
    };
    look();
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [board, conversationId, unreadCount]);
}
