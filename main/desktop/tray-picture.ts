/** Samples of a pixel in each direction, for smooth edges. */
const samples = 4;
const blue = [0x2f, 0x6f, 0xde] as const;
const white = [0xff, 0xff, 0xff] as const;
const red = [0xd9, 0x30, 0x25] as const;

/**
 * The tray's picture: a speech bubble, with a dot while something waits. Drawn here rather than loaded, so that it is as
 * sharp as the tray is large.
 *
 * @param size in pixels, in both directions
 * @returns BGRA bytes with premultiplied alpha, as Electron's `createFromBitmap` takes them
 */
export function trayPicture(size: number, waiting: boolean): Buffer {
  const bytes = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      const colors = Array.from({ length: samples * samples }, (_, n) =>
        colorAt(
          (x + ((n % samples) + 0.5) / samples) / size,
          (y + (Math.floor(n / samples) + 0.5) / samples) / size,
          waiting,
        ),
      );
      const sum = (channel: 0 | 1 | 2): number =>
        colors.reduce((total, color) => total + (color?.[channel] ?? 0), 0) / colors.length;
      const alpha = (colors.filter((color) => color !== null).length / colors.length) * 255;
      bytes.set([sum(2), sum(1), sum(0), alpha].map(Math.round), (y * size + x) * 4);
    }
  return bytes;
}

/** In a square of side 1, from its upper left corner; null is nothing. */
function colorAt(x: number, y: number, waiting: boolean): readonly [number, number, number] | null {
  if (waiting) {
    const fromDot = Math.hypot(x - 0.78, y - 0.22);
    if (fromDot < 0.2) return red;
    // A gap around it sets it off against the bubble.
    if (fromDot < 0.25) return null;
  }
  const isLine = x > 0.27 && x < 0.73 && [0.36, 0.52].some((line) => Math.abs(y - line) < 0.04);
  const inBubble = inRoundedSquare(x, y);
  const inTail = y >= 0.7 && y < 0.94 && x > 0.24 && x < 0.24 + (0.94 - y);
  if (!inBubble && !inTail) return null;
  return isLine ? white : blue;
}

function inRoundedSquare(x: number, y: number): boolean {
  const [left, right, top, bottom, radius] = [0.06, 0.94, 0.12, 0.76, 0.18];
  if (x < left || x > right || y < top || y > bottom) return false;
  const dx = Math.max(left + radius - x, 0, x - (right - radius));
  const dy = Math.max(top + radius - y, 0, y - (bottom - radius));
  return Math.hypot(dx, dy) <= radius;
}
