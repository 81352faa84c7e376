import { useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Ref } from 'react';
import { Virtualizer } from 'virtua';
import type { Message } from '../../contract/model.ts';
import type { VirtualizerHandle } from 'virtua';
import { useOpenSheet } from '../sheet.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/Icon.tsx';
import { useNow } from '../view/now.ts';
import { useView } from '../view/surroundings.tsx';
import { dayLabel, dayOf } from './dates.ts';
import { LinkStatus } from './LinkStatus.tsx';
import { MessageArticle, articleId, below } from './MessageArticle.tsx';
import type { MessageProps } from './MessageArticle.tsx';
import { MessageMenu } from './MessageMenu.tsx';
import type { MenuPlace } from './MessageMenu.tsx';
import { rowsOf } from './rows.ts';
import type { MessageRow, Row } from './rows.ts';
import { firstStretch, messageKeys, nextStretch } from './stretch.ts';
import type { Stretch } from './stretch.ts';
import { DateSeparator, ThreadBottom, ThreadTop, UnreadSeparator, Welcome } from './ThreadEdges.tsx';
import { useAnnouncements } from './use-announcements.ts';
import { FormDraftsProvider } from './forms/form-drafts.ts';
import type { FormDrafts } from './forms/form-drafts.ts';
import { useFocusKept } from './use-focus-kept.ts';
import { useReadMark } from './use-read-mark.ts';
import { useReadingPosition } from './use-reading-position.ts';
import { useOutboxRequests } from './use-outbox-requests.ts';
import { usePages } from './use-pages.ts';
import { useRoving } from './use-roving.ts';
import { useArrival } from './use-arrival.ts';
import type { Target } from './use-arrival.ts';
import { useUnreadLine } from './use-unread-line.ts';
import { useBusinessName } from '../view/use-business.ts';

export type TimelineHandle = {
  /** Show the latest messages. */
  readonly toLatest: () => void;
  /** The same, and put the focus on the first of those that were not read. */
  readonly focusLatest: () => void;
  /** Bring a message into sight that is there, or is just coming; focus it, and let it light up for a moment. */
  readonly reveal: (key: string) => void;
  readonly page: (direction: -1 | 1) => void;
  readonly focus: () => void;
};

type Props = {
  readonly ref: Ref<TimelineHandle>;
  /** Something stands before the thread: then nothing in it is being read. */
  readonly covered: boolean;
  /** The text of this message is to be changed. */
  readonly onEdit: (message: Message) => void;
};

/** Where the reader was when the thread was last drawn. */
type Reader = { readonly atEnd: boolean; readonly topKey: string | null };

const minuteMs = 60_000;
/** Rows are drawn so far beyond what is to be seen, on both sides. */
const aheadPx = 100;

export function Timeline({ ref, covered, onEdit }: Props) {
  const thread = useView((view) => view.thread);
  const typing = useView((view) => view.typing);
  const link = useView((view) => view.link);
  const held = useView((view) => view.held);
  const unreadCount = useView((view) => view.unreadCount);
  const business = useBusinessName();
  const { showOlder, showNewer, showLatest } = usePages();
  const { retry, discard } = useOutboxRequests();
  const now = useNow(minuteMs);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);

  const [drafts] = useState<FormDrafts>(() => new Map());
  const [last, setLast] = useState<Reader>({ atEnd: true, topKey: null });
  const unread = useUnreadLine(thread, last.atEnd && !thread.newer && !covered);
  const rows = useMemo(() => {
    const { messages, older, newer, gaps } = thread;
    return rowsOf({ messages, older, newer, gaps, unread, typing });
  }, [thread, unread, typing]);
  const stretch = useStretch(rows, last.topKey);
  const [target, setTarget] = useState<Target | null>(null);
  const position = useReadingPosition({
    scroller,
    list,
    stretch,
    newer: thread.newer,
    target: target?.key ?? null,
    onNearTop: showOlder,
    onNearBottom: showNewer,
    onLeftBehind: showLatest,
  });
  if (position.atEnd !== last.atEnd || position.topKey !== last.topKey)
    setLast({ atEnd: position.atEnd, topKey: position.topKey });
  const atEnd = position.atEnd && !thread.newer;
  useReadMark(atEnd && !covered);
  useAnnouncements(thread, typing, business);

  const keys = useMemo(() => messageKeys(stretch.rows), [stretch]);
  const indexOf = (key: string) => stretch.rows.findIndex((row) => row.key === key);
  /** The last message comes with what stands below it: then the end is the end. */
  const bringIn = (key: string) =>
    list.current?.scrollToIndex(indexOf(key) + (key === keys.at(-1) ? 1 : 0), { align: 'nearest' });
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const roving = useRoving({
    keys,
    entry: position.topKey,
    onReveal: bringIn,
    onRetry: retry,
    onMenu: (key, article) => setMenu(below(key, article.querySelector('.bubble') ?? article)),
  });
  useFocusKept(scroller, () => {
    // On the way to a message the focus goes there; and nothing scrolls by itself.
    if (target === null && roving.current !== null)
      document.getElementById(articleId(roving.current))?.focus({ preventScroll: true });
  });
  const lit = useArrival(target, keys, {
    arrive: ({ key, inPassing }) => {
      const isThere = roving.moveTo(key);
      if (!inPassing) position.show(key);
      else if (key === keys.at(-1)) position.toEnd();
      return isThere;
    },
    forget: () => setTarget(null),
  });

  const summons = useView((view) => view.summons);
  const [followed, setFollowed] = useState(0);
  if (summons !== null && summons.nth !== followed) {
    setFollowed(summons.nth);
    setTarget({ key: summons.key, inPassing: false });
  }

  const [wantsLatest, setWantsLatest] = useState(false);
  if (wantsLatest && !thread.newer) {
    setWantsLatest(false);
    const key = unread?.before ?? thread.messages.at(-1)?.key;
    if (key !== undefined) setTarget({ key, inPassing: true });
  }
  const toLatest = () => {
    position.toEnd();
    if (thread.newer) showLatest();
  };
  const focusLatest = () => {
    if (thread.newer) {
      setWantsLatest(true);
      return toLatest();
    }
    const first = unread?.before ?? keys.at(-1);
    if (first !== undefined) roving.moveTo(first);
    if (unread === null) toLatest();
  };
  useImperativeHandle(ref, () => ({
    toLatest,
    focusLatest,
    reveal: (key) => setTarget({ key, inPassing: false }),
    page: (direction) => scroller.current?.scrollBy({ top: direction * scroller.current.clientHeight * 0.9 }),
    focus: () => {
      if (roving.current !== null) roving.moveTo(roving.current);
    },
  }));

  const drawn = { business, link, onRetry: retry, onDiscard: discard, onEdit, onMenu: setMenu };
  return (
    <FormDraftsProvider value={drafts}>
      <div
        ref={scroller}
        className="thread"
        role="log"
        aria-live="off"
        aria-label={strings.timeline.label(business)}
        onKeyDown={roving.onKeyDown}
        onFocus={roving.onFocus}
      >
        <div className="thread-spacer" />
        {thread.messages.length === 0 && thread.older === 'beginning' ? (
          <Welcome business={business} />
        ) : (
          <Virtualizer
            key={stretch.jump}
            ref={list}
            data={stretch.rows}
            shift={stretch.shift}
            bufferSize={aheadPx}
            keepMounted={roving.current === null ? [] : [indexOf(roving.current)]}
            onScroll={position.onScroll}
            onResize={position.onResize}
          >
            {(row: Row) => {
              if (row.kind === 'top') return <ThreadTop key="top" older={row.older} business={business} />;
              if (row.kind === 'bottom')
                return (
                  <ThreadBottom key="bottom" newer={row.newer} typing={row.typing} business={business} />
                );
              const current = row.key === roving.current;
              return (
                <ThreadMessage
                  key={row.key}
                  row={row}
                  now={now}
                  current={current}
                  entered={current && roving.entered}
                  lit={row.key === lit}
                  held={held.some(({ key }) => key === row.key)}
                  {...drawn}
                />
              );
            }}
          </Virtualizer>
        )}
      </div>
      <LinkStatus within={scroller} />
      {position.topDay !== null && <FloatingDate day={position.topDay} today={dayOf(now)} />}
      {!atEnd && <JumpButton count={unreadCount} onJump={focusLatest} />}
      {menu !== null && (
        <MessageMenu
          place={menu}
          onEdit={onEdit}
          onClose={() => {
            setMenu(null);
            roving.moveTo(menu.key);
          }}
          onLeave={() => setMenu(null)}
        />
      )}
    </FormDraftsProvider>
  );
}

type ThreadMessageProps = Omit<MessageProps, 'message' | 'startsGroup' | 'endsGroup' | 'showsStatus'> & {
  readonly row: MessageRow;
  readonly now: number;
};

function ThreadMessage({ row, now, ...rest }: ThreadMessageProps) {
  const { message, startsGroup, endsGroup, showsStatus, startsDay, startsUnread, afterGap } = row;
  return (
    <div className="column">
      {afterGap && <p className="gap-line">{strings.timeline.gap}</p>}
      {startsDay !== null && <DateSeparator day={startsDay} today={now} />}
      {startsUnread !== null && <UnreadSeparator count={startsUnread} />}
      <MessageArticle
        {...rest}
        message={message}
        startsGroup={startsGroup}
        endsGroup={endsGroup}
        showsStatus={showsStatus}
      />
    </div>
  );
}

/** The day that is read; a click leads to another one. The keyboard finds the same in the menu and beside the search. */
function FloatingDate({ day, today }: { readonly day: number; readonly today: number }) {
  const open = useOpenSheet();
  const label = dayLabel(day, today);
  return (
    <div className="floating-date">
      <button
        type="button"
        tabIndex={-1}
        aria-label={strings.dates.floating(label)}
        title={strings.dates.title}
        onClick={() => open({ kind: 'date' })}
      >
        {label}
      </button>
    </div>
  );
}

function JumpButton({ count, onJump }: { readonly count: number; readonly onJump: () => void }) {
  const label = count > 0 ? strings.timeline.jumpWith(count) : strings.timeline.jump;
  return (
    <button type="button" className="jump" aria-label={label} title={label} onClick={onJump}>
      <Icon name="arrowDown" />
      {count > 0 && <span className="jump-count">{count > 99 ? '99+' : count}</span>}
    </button>
  );
}

/** Steps towards `rows`; a second step follows before anything of the first is painted. */
function useStretch(rows: readonly Row[], reading: string | null): Stretch {
  const [stretch, setStretch] = useState(() => firstStretch(rows));
  const arrived = stretch.rows === stretch.goal;
  useLayoutEffect(() => {
    if (!arrived) queueMicrotask(() => setStretch((now) => nextStretch(now, now.goal, reading)));
  }, [arrived, reading, stretch]);
  if (stretch.goal === rows) return stretch;
  const next = nextStretch(stretch, rows, reading);
  setStretch(next);
  return next;
}
