import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Row } from './rows.ts';
import type { Stretch } from './stretch.ts';

/** Within this many pixels of the end, a reader is at the end: what arrives scrolls in. */
const endPx = 48;
/** Older pages are asked for while this many screens are still left to scroll. */
const screensAhead = 2;

type Anchor = { readonly key: string; readonly delta: number };

export type ReadingPosition = {
  readonly atEnd: boolean;
  /** The day of the topmost message, while it is not the latest part that is read. */
  readonly topDay: number | null;
  readonly toEnd: () => void;
  readonly onScroll: (offset: number) => void;
  readonly onResize: () => void;
};

/**
 * Where in the thread the reader is. At the end, the view follows what arrives and every change of size; anywhere else
 * nothing moves. `onNearTop` may be called many times over.
 */
export function useReadingPosition(
  list: RefObject<VirtualizerHandle | null>,
  stretch: Stretch,
  onNearTop: () => void,
): ReadingPosition {
  const place = useRef({
    atEnd: true,
    offset: 0,
    drawn: null as Stretch | null,
    anchor: null as Anchor | null,
  });
  const [shown, setShown] = useState({ atEnd: true, topDay: null as number | null });
  const { rows } = stretch;

  const toEnd = () => {
    place.current.atEnd = true;
    scrollToEnd(list.current, rows);
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
    const top = current.findItemIndex(offset);
    place.current.anchor = anchorAt(stretch, top, offset - current.getItemOffset(top));
    const next = { atEnd: place.current.atEnd, topDay: place.current.atEnd ? null : dayAbove(stretch, top) };
    setShown((last) => (last.atEnd === next.atEnd && last.topDay === next.topDay ? last : next));
    lookAhead();
  };

  const onResize = () => {
    if (place.current.atEnd) toEnd();
  };

  useLayoutEffect(() => {
    const { current } = place;
    const { drawn } = current;
    if (drawn === stretch || rows.every((row) => row.kind !== 'message')) return;
    current.drawn = stretch;
    if (drawn?.jump !== stretch.jump) {
      const line = rows.findIndex((row) => row.kind === 'message' && row.startsUnread !== null);
      current.atEnd = line < 0;
      if (line >= 0) list.current?.scrollToIndex(line, { align: 'start' });
    } else if (stretch.torn && !current.atEnd) restore(list.current, stretch, current.anchor);
    if (current.atEnd) scrollToEnd(list.current, rows);
  }, [list, stretch, rows]);

  useLayoutEffect(lookAhead, [lookAhead, stretch]);

  return { atEnd: shown.atEnd, topDay: shown.topDay, toEnd, onScroll, onResize };
}

function scrollToEnd(list: VirtualizerHandle | null, rows: readonly Row[]): void {
  list?.scrollToIndex(rows.length - 1, { align: 'end' });
}

function anchorAt({ rows }: Stretch, index: number, delta: number): Anchor | null {
  const row = rows[index];
  return row?.kind === 'message' ? { key: row.key, delta } : null;
}

/** After rows changed at both ends at once, the topmost message goes back to where it stood. */
function restore(list: VirtualizerHandle | null, { rows }: Stretch, anchor: Anchor | null): void {
  if (list === null || anchor === null) return;
  const index = rows.findIndex((row) => row.key === anchor.key);
  if (index < 0) return;
  const offset = list.getItemOffset(index) + anchor.delta;
  if (Math.abs(offset - list.scrollOffset) > 1) list.scrollTo(offset);
}

function dayAbove({ rows }: Stretch, index: number): number | null {
  for (let above = index; above >= 0; above -= 1) {
    const row = rows[above];
    if (row?.kind === 'message' && row.startsDay !== null) return above === index ? null : row.startsDay;
  }
  return null;
}
