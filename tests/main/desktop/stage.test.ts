import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Stage } from '../../../main/desktop/stage.ts';
import { ManualClock, settle } from '../../fakes/clock.ts';

const pageUrl = 'app://main/index.html';

/** A window that draws when the test says so. */
class FakeWindow extends EventEmitter {
  destroyed = false;
  visible = false;
  focused = false;
  minimized = false;
  maximized = false;
  fullScreen = false;
  zoom = 0;
  readonly told: unknown[] = [];
  /** What became of any window, in order. */
  deeds: string[] = [];
  readonly webContents;

  constructor(id: number) {
    super();
    this.webContents = Object.assign(new EventEmitter(), {
      id,
      send: (_channel: string, message: unknown) => void this.told.push(message),
      sendInputEvent: (event: object) => void this.told.push(event),
      getZoomLevel: () => this.zoom,
      setZoomLevel: (zoom: number) => void (this.zoom = zoom),
    });
  }

  isDestroyed = () => this.destroyed;
  isVisible = () => this.visible;
  isFocused = () => this.focused;
  isMinimized = () => this.minimized;
  isMaximized = () => this.maximized;
  isFullScreen = () => this.fullScreen;
  show = (): void => void ((this.visible = true), (this.focused = true));
  showInactive = (): void => void ((this.visible = true), this.deeds.push('appear'));
  focus = (): void => void ((this.focused = true), this.deeds.push('focus'));
  setAlwaysOnTop = (): void => void this.deeds.push('cover');
  minimize = (): void => void (this.minimized = true);
  maximize = (): void => void (this.maximized = true);
  setFullScreen = (full: boolean): void => void (this.fullScreen = full);

  destroy(): void {
    this.destroyed = true;
    this.deeds.push('go');
    this.emit('closed');
  }

  /** What Electron does for a page: its document is there, then it has drawn. */
  draw(): void {
    this.webContents.emit('dom-ready');
    this.emit('ready-to-show');
  }
}

function theatre() {
  const clock = new ManualClock();
  const windows: FakeWindow[] = [];
  const gone: FakeWindow[] = [];
  const deeds: string[] = [];
  const inPlaceOf: (FakeWindow | null)[] = [];
  const stage = new Stage<FakeWindow>({
    clock,
    pageUrl,
    open(old) {
      inPlaceOf.push(old);
      const window = new FakeWindow(windows.length + 1);
      window.deeds = deeds;
      windows.push(window);
      return window;
    },
    onGone: (window) => gone.push(window),
  });
  const at = (n: number): FakeWindow => {
    const window = windows[n];
    if (window === undefined) throw new Error(`no window ${n}`);
    return window;
  };
  /** The page of the window makes a request. */
  const ask = (window: FakeWindow): boolean => {
    const mainFrame = { url: pageUrl, parent: null, routingId: 1, processId: window.webContents.id };
    const sender = { id: window.webContents.id, isDestroyed: () => window.destroyed, mainFrame };
    type Event = Parameters<typeof stage.hears>[0];
    return stage.hears({ sender, senderFrame: mainFrame } as Event);
  };
  /** The first window, drawn and used. */
  const opened = (): FakeWindow => {
    stage.open();
    at(0).draw();
    ask(at(0));
    return at(0);
  };
  return { clock, stage, windows, gone, deeds, inPlaceOf, at, ask, opened };
}

describe('A window opens', () => {
  it('hidden, and is shown when it has drawn', () => {
    const { stage, at } = theatre();
    stage.open();
    expect(at(0).visible).toBe(false);
    at(0).draw();
    expect([at(0).visible, at(0).focused]).toEqual([true, true]);
  });

  it('once, however often it is asked for', () => {
    const { stage, windows } = theatre();
    stage.open();
    stage.open();
    expect(windows).toHaveLength(1);
  });

  it('and gets the keys that the menu presses', () => {
    const { stage, opened } = theatre();
    const window = opened();
    stage.press({ keyCode: 'L', modifiers: ['control', 'shift'] });
    const key = { keyCode: 'L', modifiers: ['control', 'shift'] };
    expect(window.told).toEqual([
      { type: 'keyDown', ...key },
      { type: 'keyUp', ...key },
    ]);
  });

  it('and is told what happens once it has asked how things are', () => {
    const { stage, at, ask } = theatre();
    stage.open();
    stage.publish('patch', 1);
    expect(ask(at(0))).toBe(true);
    stage.publish('patch', 2);
    expect(at(0).told).toEqual([2]);
  });
});

describe('A page that is renewed', () => {
  it('A-02 is neither told anything nor heard from that moment on, and is gone when the next has drawn', async () => {
    const { stage, at, ask, gone, clock, opened } = theatre();
    const old = opened();
    stage.publish('patch', 'of the first person');
    stage.renew();
    expect([ask(old), stage.isOurs(1), stage.isOurs(2)]).toEqual([false, false, true]);
    stage.publish('patch', 'of the second person');
    expect(old.told).toEqual(['of the first person']);
    expect([old.destroyed, at(1).visible]).toEqual([false, false]);

    at(1).draw();
    await clock.advance(200);
    expect([old.destroyed, at(1).visible, at(1).focused]).toEqual([true, true, true]);
    expect([gone, stage.window === at(1)]).toEqual([[old], true]);
    expect(ask(at(1))).toBe(true);
    stage.publish('patch', 'more of the second person');
    expect(at(1).told).toEqual(['more of the second person']);
  });

  it('stays on the screen until then, so that the next one can take its place', () => {
    const { stage, inPlaceOf, opened } = theatre();
    const old = opened();
    stage.renew();
    expect(stage.window).toBe(old);
    expect(inPlaceOf).toEqual([null, old]);
  });

  it('covers the next one until that has drawn on the screen too, so that nothing flashes', async () => {
    const { stage, at, clock, deeds, opened } = theatre();
    opened();
    stage.renew();
    at(1).draw();
    await clock.advance(199);
    expect(deeds).toEqual(['cover', 'appear']);
    await clock.advance(1);
    expect(deeds).toEqual(['cover', 'appear', 'focus', 'go']);
  });

  it('A-02 can be waited for until it is gone', async () => {
    const { stage, at, clock, opened } = theatre();
    opened();
    expect(await stage.settled()).toBe(0);
    stage.renew();
    let gone: number | null = null;
    void stage.settled().then((pages) => (gone = pages));
    await settle();
    expect(gone).toBeNull();
    at(1).draw();
    await clock.advance(200);
    expect(gone).toBe(1);
    expect(await stage.settled()).toBe(0);
  });

  it('is not waited for any more once the person has closed it', async () => {
    const { stage, opened } = theatre();
    const old = opened();
    stage.renew();
    const settled = stage.settled();
    old.destroy();
    expect(await settled).toBe(1);
  });

  it('goes even if the next one does not draw: after five seconds', async () => {
    const { stage, at, clock, opened } = theatre();
    const old = opened();
    stage.renew();
    await clock.advance(4_999);
    expect(old.destroyed).toBe(false);
    await clock.advance(201);
    expect([old.destroyed, at(1).visible]).toEqual([true, true]);
    // Drawn at last, it does not come forward once more.
    at(1).focused = false;
    at(1).draw();
    await clock.advance(200);
    expect(at(1).focused).toBe(false);
  });

  it('hands on its zoom, and where the focus is', async () => {
    const { stage, at, clock, opened } = theatre();
    const old = opened();
    old.zoom = 1.5;
    old.focused = false;
    stage.renew();
    at(1).draw();
    await clock.advance(200);
    expect([at(1).zoom, at(1).visible, at(1).focused]).toEqual([1.5, true, false]);
  });

  it.each([
    ['maximised', (old: FakeWindow) => (old.maximized = true), { visible: true, maximized: true }],
    [
      'over the full screen',
      (old: FakeWindow) => (old.fullScreen = true),
      { visible: true, fullScreen: true },
    ],
    [
      'minimised',
      (old: FakeWindow) => ((old.minimized = true), (old.focused = false)),
      { minimized: true, focused: false },
    ],
    [
      'hidden',
      (old: FakeWindow) => ((old.visible = false), (old.focused = false)),
      { visible: false, focused: false },
    ],
  ])('hands on that its window was %s', async (_, set, expected) => {
    const { stage, at, clock, opened } = theatre();
    set(opened());
    stage.renew();
    at(1).draw();
    await clock.advance(200);
    expect(at(1)).toMatchObject(expected);
  });

  it('is kept while it knows nobody', () => {
    const { stage, at, windows, ask } = theatre();
    stage.open();
    stage.renew();
    at(0).draw();
    stage.renew();
    expect(windows).toHaveLength(1);
    ask(at(0));
    stage.renew();
    stage.renew();
    expect(windows).toHaveLength(2);
  });

  it('A-07 is overtaken by the next renewal: of fifty quick ones only the last comes on the screen', async () => {
    const { stage, at, ask, windows, gone, clock, opened } = theatre();
    const first = opened();
    for (let n = 1; n <= 50; n++) {
      stage.renew();
      ask(at(n));
      // One that was overtaken draws too late.
      at(n - 1).draw();
    }
    expect(windows.filter(({ visible }) => visible)).toEqual([first]);
    at(50).draw();
    await clock.advance(200);
    expect(windows.filter(({ destroyed }) => !destroyed)).toEqual([at(50)]);
    expect(gone).toHaveLength(50);
  });

  it('A-07 is overtaken also while it stands behind the old one', async () => {
    const { stage, at, ask, clock, opened } = theatre();
    const old = opened();
    stage.renew();
    at(1).draw();
    ask(at(1));
    stage.renew();
    await clock.advance(200);
    expect([old.destroyed, at(1).destroyed]).toEqual([false, true]);
    at(2).draw();
    await clock.advance(200);
    expect([old.destroyed, at(2).visible]).toEqual([true, true]);
  });

  it('opens nothing where no window is open', () => {
    const { stage, windows, opened } = theatre();
    stage.renew();
    opened().destroy();
    stage.renew();
    expect(windows).toHaveLength(1);
  });
});

describe('A window that a person closes', () => {
  it('is closed, and opens again where the app goes on without one', () => {
    const { stage, at, clock, opened } = theatre();
    opened().destroy();
    expect([stage.window, clock.scheduled]).toEqual([null, 0]);
    stage.publish('patch', 1);
    stage.open();
    at(1).draw();
    expect(at(1).visible).toBe(true);
  });

  it('takes the page with it that was about to take its place', () => {
    const { stage, at, clock, gone, opened } = theatre();
    const old = opened();
    stage.renew();
    old.destroy();
    expect([at(1).destroyed, stage.window, clock.scheduled]).toEqual([true, null, 0]);
    expect(gone).toHaveLength(2);
    at(1).draw();
    expect(at(1).visible).toBe(false);
  });
});
