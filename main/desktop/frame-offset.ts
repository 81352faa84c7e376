import type { Rectangle } from 'electron';

/** No frame is wider or higher than this; what is further off was moved by somebody. */
const widest = 64;
const highest = 128;

/**
 * How far a window's content stands from where it was asked for. On X11 the window manager puts its frame there, and the
 * window then tells where its content is: whoever asks for that place again moves the window by the frame each time.
 * Elsewhere the two are the same.
 */
export class FrameOffset {
  #x = 0;
  #y = 0;

  /** What to ask for, to have a window stand where another one tells that it stands. */
  asking(stands: Rectangle): Rectangle {
    return { ...stands, x: stands.x - this.#x, y: stands.y - this.#y };
  }

  /** A window has come to stand somewhere, and nobody has moved it yet. */
  learn(asked: Pick<Rectangle, 'x' | 'y'>, stands: Pick<Rectangle, 'x' | 'y'>): void {
    const [x, y] = [stands.x - asked.x, stands.y - asked.y];
    if (x < 0 || x > widest || y < 0 || y > highest) return;
    this.#x = x;
    this.#y = y;
  }
}
