import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Stretch } from './stretch.ts';

/** Within this many pixels of the end, a reader is at the end: what arrives scrolls in. */
const endPx = 48;
/** Older pages are asked for while this many screens are still left to scroll. */
const screensAhead = 2;

type Options = {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly stretch: Stretch;
  /** The beginning comes near. May be called many times over. */
  readonly onNearTop: () => void;
};

/** What is to be seen of the thread; `topKey` and `topDay` are those of the topmost message, while it is not the end. */
type Sight = { readonly atEnd: boolean; readonly topKey: string | null; readonly topDay: number | null };

const theEnd: Sight = { atEnd: true, topKey: null, topDay: null };

export type ReadingPosition = Sight & {
  readonly toEnd: () => void;
  readonly onScroll: (offset: number) => void;
  readonly onResize: () => void;
};

/**
 * Where in the thread the reader is. At the end, the view follows what arrives and every change of size; anywhere else
 * nothing moves.
 */
export function useReadingPosition({ scroller, list, stretch, onNearTop }: Options): ReadingPosition {
  const place = useRef({ atEnd: true, offset: 0, drawn: null as Stretch | null });
  const [sight, setSight] = useState(theEnd);
  const { rows } = stretch;

  const toEnd = () => {
    place.current.atEnd = true;
    scrollToEnd(scroller.current);
  };

  const lookAhead = useCallback(() => {
    const { current } = list;
    if (current === null) return;
    // At the end the list may still be on its way there: what counts is where it will stand.
    const above = place.current.atEnd ? current.scrollSize - current.viewportSize : current.scrollOffset;
    if (above < screensAhead * current.viewportSize) onNearTop();
  }, [list, onNearTop]);

  const onScroll = (offset: number) => {
    const { current } = list;
    if (current === null) return;
    const left = current.scrollSize - offset - current.viewportSize;
    // Only a move upwards leaves the end: rows that grow below it are followed, not left behind.
    if (left <= endPx) place.current.atEnd = true;
    else if (offset < place.current.offset - 1) place.current.atEnd = false;
    place.current.offset = offset;
    const next = place.current.atEnd ? theEnd : sightFrom(stretch, current.findItemIndex(offset));
    setSight((last) => (last.topKey === next.topKey && last.topDay === next.topDay ? last : next));
    lookAhead();
  };

  const onResize = () => {
    if (place.current.atEnd) scrollToEnd(scroller.current);
  };

  useLayoutEffect(() => {
    const { current } = place;
    const { drawn } = current;
    if (drawn === stretch || rows.every((row) => row.kind !== 'message')) return;
    current.drawn = stretch;
    if (drawn?.jump !== stretch.jump) {
      // Another list: where the last one stood says nothing about moving up in this one.
      current.offset = 0;
      const line = rows.findIndex((row) => row.kind === 'message' && row.startsUnread !== null);
      current.atEnd = line < 0;
      if (line >= 0) list.current?.scrollToIndex(line, { align: 'start' });
    }
    if (current.atEnd) scrollToEnd(scroller.current);
  }, [list, scroller, stretch, rows]);

  useLayoutEffect(lookAhead, [lookAhead, stretch]);

  return { ...sight, toEnd, onScroll, onResize };
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
