import { useCallback, useEffect, useState } from 'react';
import type { PointerEvent, RefObject } from 'react';

/** How a picture lies on the stage: 1 fits, and the offset is from the middle, in pixels. */
export type Zoom = { readonly scale: number; readonly x: number; readonly y: number };

const fit: Zoom = { scale: 1, x: 0, y: 0 };
const most = 8;
const step = 1.4;

/** By `factor`, around a point of the stage (from its middle) that stays where it is. */
export function zoomed(zoom: Zoom, factor: number, at = { x: 0, y: 0 }): Zoom {
  const scale = Math.min(most, Math.max(1, zoom.scale * factor));
  if (scale === 1) return fit;
  const by = scale / zoom.scale;
  return { scale, x: at.x - (at.x - zoom.x) * by, y: at.y - (at.y - zoom.y) * by };
}

/** The picture is never moved so far that none of it is left in the middle. */
export function moved(zoom: Zoom, dx: number, dy: number, stage: { width: number; height: number }): Zoom {
  const within = (value: number, side: number) => {
    const room = (side * (zoom.scale - 1)) / 2;
    return Math.min(room, Math.max(-room, value));
  };
  return { ...zoom, x: within(zoom.x + dx, stage.width), y: within(zoom.y + dy, stage.height) };
}

/** Looking closely: the wheel and keys make larger and smaller, dragging moves. Another `picture` starts where it fits. */
export function useZoom(stage: RefObject<HTMLElement | null>, picture: string) {
  const [looked, setLooked] = useState({ picture, zoom: fit });
  const zoom = looked.picture === picture ? looked.zoom : fit;
  const change = useCallback(
    (next: (zoom: Zoom) => Zoom) =>
      setLooked((last) => ({ picture, zoom: next(last.picture === picture ? last.zoom : fit) })),
    [picture],
  );
  useEffect(() => {
    const box = stage.current;
    if (box === null) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top, width, height } = box.getBoundingClientRect();
      const at = { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
      change((last) => zoomed(last, Math.exp(-event.deltaY / 400), at));
    };
    // Not passive: with Ctrl the wheel would zoom the whole window.
    box.addEventListener('wheel', onWheel, { passive: false });
    return () => box.removeEventListener('wheel', onWheel);
  }, [change, stage]);
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (event.buttons !== 1 || zoom.scale === 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { width, height } = event.currentTarget.getBoundingClientRect();
    change((last) => moved(last, event.movementX, event.movementY, { width, height }));
  };
  return {
    zoom,
    larger: () => change((last) => zoomed(last, step)),
    smaller: () => change((last) => zoomed(last, 1 / step)),
    fit: () => change(() => fit),
    onPointerMove,
  };
}
