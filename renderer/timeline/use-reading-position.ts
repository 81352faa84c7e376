import { useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Stretch } from './stretch.ts';

/** Within this many pixels of the end, a reader is at the end: what arrives scrolls in. */
const endPx = 48;
/** More is asked for while this many screens are still left to scroll. */
const screensAhead = 2;

type Options = {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly stretch: Stretch;
  /** There is more below the last row: its end is not the end. */
  readonly newer: boolean;
  /** The message to be shown next, wherever it comes to stand. */
  readonly target: string | null;
  /** The first row comes near. May be called many times over. */
  readonly onNearTop: () => void;
  /** The last row comes near, and more lies below it. */
  readonly onNearBottom: () => void;
  /** The reader is at the end, and so much has come that the thread goes on below what is there. */
  readonly onLeftBehind: () => void;
};

/** What is to be seen of the thread; `topKey` and `topDay` are those of the topmost message, while it is not the end. */
type Sight = { readonly atEnd: boolean; readonly topKey: string | null; readonly topDay: number | null };

const theEnd: Sight = { atEnd: true, topKey: null, topDay: null };

export type ReadingPosition = Sight & {
  /** To the end, now or as soon as it is there. */
  readonly toEnd: () => void;
  /** Put a message that is there into the middle of the screen. */
  readonly show: (key: string) => void;
  readonly onScroll: (offset: number) => void;
  readonly onResize: () => void;
};

/**
 * Where in the thread the reader is. At the end, the view follows what arrives and every change of size; anywhere else
 * nothing moves.
 */
export function useReadingPosition(options: Options): ReadingPosition {
  const { scroller, list, stretch, newer, target, onNearTop, onNearBottom, onLeftBehind } = options;
  const place = useRef({
    atEnd: true,
    offset: 0,
    isJumping: false,
    wantsEnd: false,
    drawn: null as Stretch | null,
  });
  const [sight, setSight] = useState(theEnd);
  const { rows } = stretch;
  // Half-way between two stretches its edges are nearer than they will be.
  const isWhole = rows === stretch.goal;

  const toEnd = () => {
    place.current.atEnd = true;
    place.current.wantsEnd = newer;
    if (!newer) scrollToEnd(scroller.current);
  };

  const show = (key: string) => {
    place.current.atEnd = false;
    const index = rows.findIndex((row) => row.key === key);
    if (index >= 0) list.current?.scrollToIndex(index, { align: 'center' });
  };

  const onScroll = (offset: number) => {
    const { current } = list;
    if (current === null) return;
    place.current.isJumping = false;
    const left = current.scrollSize - offset - current.viewportSize;
    // Only a move upwards leaves the end: rows that grow below it are followed, not left behind.
    if (left <= endPx && !newer) place.current.atEnd = true;
    // Where the end is on its way, rows that were let go above it move it too.
    else if (offset < place.current.offset - 1 && !place.current.wantsEnd) place.current.atEnd = false;
    place.current.offset = offset;
    const next = place.current.atEnd ? theEnd : sightFrom(stretch, current.findItemIndex(offset));
    setSight((last) => (last.topKey === next.topKey && last.topDay === next.topDay ? last : next));
    if (isWhole) lookAhead(scroller.current, place.current, options);
  };

  const onResize = () => {
    if (place.current.atEnd && !newer) scrollToEnd(scroller.current);
  };

  useLayoutEffect(() => {
    const { current } = place;
    const { drawn } = current;
    if (drawn === stretch || rows.every((row) => row.kind !== 'message')) return;
    current.drawn = stretch;
    if (drawn?.jump !== stretch.jump) {
      // Another list: where the last one stood says nothing about moving up in this one.
      current.offset = 0;
      // Whoever asked for the end gets it, unread or not.
      const start = current.wantsEnd ? null : opening(rows, target);
      current.wantsEnd = false;
      current.atEnd = start === null && !newer;
      current.isJumping = !current.atEnd;
      if (start !== null) list.current?.scrollToIndex(start.index, { align: start.align });
      else if (newer) list.current?.scrollToIndex(rows.length - 1, { align: 'end' });
      else scrollToEnd(scroller.current);
    } else if ((current.atEnd || current.wantsEnd) && !newer) {
      current.wantsEnd = false;
      current.atEnd = true;
      scrollToEnd(scroller.current);
    }
  }, [list, newer, rows, scroller, stretch, target]);

  useLayoutEffect(() => {
    if (!isWhole || !newer || !place.current.atEnd || place.current.wantsEnd) return;
    place.current.wantsEnd = true;
    onLeftBehind();
  }, [isWhole, newer, onLeftBehind]);

  useLayoutEffect(() => {
    if (isWhole) lookAhead(scroller.current, place.current, { newer, onNearTop, onNearBottom });
  }, [isWhole, newer, onNearBottom, onNearTop, scroller, stretch]);

  return { ...sight, toEnd, show, onScroll, onResize };
}

/** Ask for more where the edge of what is there comes near. */
function lookAhead(
  box: HTMLElement | null,
  place: { readonly atEnd: boolean; readonly isJumping: boolean },
  ask: Pick<Options, 'newer' | 'onNearTop' | 'onNearBottom'>,
): void {
  // After a jump the list is on its way: where it stands now says nothing.
  if (box === null || place.isJumping) return;
  // The element knows better than the list, which hears of its own corrections only with the next scroll event.
  const { scrollTop, scrollHeight, clientHeight } = box;
  const end = scrollHeight - clientHeight;
  // At the end it may still be on its way there: what counts is where it will stand.
  if ((place.atEnd ? end : scrollTop) < screensAhead * clientHeight) ask.onNearTop();
  if (ask.newer && end - scrollTop < screensAhead * clientHeight) ask.onNearBottom();
}

/** Where reading begins in another part of the thread: at what was asked for, else at the unread; null is the end. */
function opening(
  rows: Stretch['rows'],
  target: string | null,
): { readonly index: number; readonly align: 'center' | 'start' } | null {
  const wanted = target === null ? -1 : rows.findIndex((row) => row.key === target);
  if (wanted >= 0) return { index: wanted, align: 'center' };
  const line = rows.findIndex((row) => row.kind === 'message' && row.startsUnread !== null);
  return line >= 0 ? { index: line, align: 'start' } : null;
}

function scrollToEnd(scroller: HTMLElement | null): void {
  scroller?.scrollTo({ top: scroller.scrollHeight, behavior: 'instant' });
}

function sightFrom({ rows }: Stretch, top: number): Sight {
  const topKey = rows.slice(top).find((row) => row.kind === 'message')?.key ?? null;
  const startsDay = rows[top]?.kind === 'message' && rows[top].startsDay !== null;
  return { atEnd: false, topKey, topDay: startsDay ? null : dayAbove(rows, top) };
}

function dayAbove(rows: Stretch['rows'], top: number): number | null {
  for (let above = top; above >= 0; above -= 1) {
    const row = rows[above];
    if (row?.kind === 'message' && row.startsDay !== null) return row.startsDay;
  }
  return null;
}
