import { Fragment, useEffect, useLayoutEffect, useRef } from 'react';
import type { DeskApp, DeskConversation, DeskMessage } from '../contract/desk-api.ts';
import type { Board, BoardState, Thread as OpenThread } from './board.ts';
import { Bubble } from './Bubble.tsx';
import { Composer } from './Composer.tsx';
import { Icon } from './Icon.tsx';
import { dayOf, initials, nameOf, timeOf } from './names.ts';

export function Thread({
  app,
  board,
  state,
  thread,
  conversation,
  onBack,
}: {
  readonly app: DeskApp;
  readonly board: Board;
  readonly state: BoardState;
  readonly thread: OpenThread;
  readonly conversation: DeskConversation;
  readonly onBack: () => void;
}) {
  const name = nameOf(conversation);
  const isTyping = state.typing.has(conversation.id);
  const known = conversation.externalIds.filter((id) => id !== name).join(', ');
  return (
    <section className="thread" aria-label={`Conversation with ${name}`}>
      <header className="thread-head">
        <button type="button" className="icon-button back" onClick={onBack} aria-label="All conversations">
          <Icon name="back" />
        </button>
        <span className="avatar" aria-hidden="true">
          {initials(name)}
        </span>
        <div className="thread-who">
          <h2>{name}</h2>
          <p className="quiet" role="status">
            {isTyping ? <span className="typing">Writing…</span> : known}
          </p>
        </div>
      </header>
      <Messages board={board} thread={thread} seenUntil={conversation.seenUntil} />
      <Composer app={app} board={board} state={state} conversationId={conversation.id} name={name} />
    </section>
  );
}

/** Nearer to the end than this, in px, a reader wants to see what is new. */
const nearEnd = 120;

function Messages({
  board,
  thread: { messages, hasEarlier, pressed },
  seenUntil,
}: {
  readonly board: Board;
  readonly thread: OpenThread;
  readonly seenUntil: string | null;
}) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef({ height: 0, first: '', wasNearEnd: true });
  const first = messages?.[0]?.id ?? '';

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const { height, first: firstBefore, wasNearEnd } = before.current;
    const grewAbove = firstBefore !== '' && first !== firstBefore;
    if (grewAbove && !wasNearEnd) element.scrollTop += element.scrollHeight - height;
    else if (wasNearEnd) element.scrollTop = element.scrollHeight;
    before.current = { ...before.current, height: element.scrollHeight, first };
  }, [messages, pressed, seenUntil, first]);

  // A composer that grows takes its room from here.
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      if (before.current.wasNearEnd) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  function noteScroll(): void {
    const element = box.current;
    if (element === null) return;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    before.current = { ...before.current, wasNearEnd: left < nearEnd };
  }

  const lastSeen = messages?.findLast(
    ({ author, received }) => author.type === 'business' && isSeen(received, seenUntil),
  );
  const isLast =
    lastSeen !== undefined &&
    lastSeen.id === messages?.findLast(({ author }) => author.type === 'business')?.id;
  return (
    <div
      className="messages"
      ref={box}
      onScroll={noteScroll}
      tabIndex={0}
      role="region"
      aria-label="Messages"
    >
      {hasEarlier && (
        <button type="button" className="button earlier" onClick={() => void board.loadEarlier()}>
          Earlier messages
        </button>
      )}
      <ol>
        {messages?.map((message, index) => (
          <Fragment key={message.id}>
            {isNewDay(messages[index - 1], message) && <li className="day">{dayOf(message.received)}</li>}
            <li className={`said said-${message.author.type}`}>
              <Bubble message={message} />
              <p className="said-when">
                {message.author.type === 'business' && message.author.displayName && (
                  <>{message.author.displayName} · </>
                )}
                <time dateTime={message.received}>{timeOf(message.received)}</time>
                {isLast && message.id === lastSeen.id && <> · Seen</>}
              </p>
            </li>
          </Fragment>
        ))}
      </ol>
      {pressed !== null && <p className="pressed">Pressed “{pressed}”</p>}
    </div>
  );
}

const isSeen = (received: string, seenUntil: string | null): boolean =>
  seenUntil !== null && received <= seenUntil;

function isNewDay(previous: DeskMessage | undefined, message: DeskMessage): boolean {
  return previous === undefined || dayOf(previous.received) !== dayOf(message.received);
}
