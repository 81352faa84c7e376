import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameOffset } from '../../../main/desktop/frame-offset.ts';
import { applyTheme, backgroundColor, backgrounds } from '../../../main/desktop/theme.ts';
import { hardened, placeOnScreen } from '../../../main/desktop/window.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const left = { x: -1920, y: 0, width: 1920, height: 1040 };

describe('A window opens', () => {
  it('where it was', () => {
    const bounds = { x: -1000, y: 40, width: 500, height: 700 };
    expect(placeOnScreen(bounds, [laptop, left])).toEqual(bounds);
  });

  it('in its usual size, wherever the system puts it, the first time', () => {
    expect(placeOnScreen(null, [laptop])).toEqual({ width: 460, height: 760 });
  });

  it('in its usual size when its screen is gone', () => {
    expect(placeOnScreen({ x: -1000, y: 40, width: 500, height: 700 }, [laptop])).not.toHaveProperty('x');
  });

  it('wholly on its screen when it hung over the edge', () => {
    expect(placeOnScreen({ x: 1300, y: 600, width: 500, height: 700 }, [laptop])).toEqual({
      ...{ x: 940, y: 200, width: 500, height: 700 },
    });
  });

  it('no larger than a screen that shrank', () => {
    expect(placeOnScreen({ x: 0, y: 25, width: 4000, height: 3000 }, [laptop])).toEqual(laptop);
  });

  it('always where it can be seen and grasped, whatever was saved: 1,000 places', () => {
    const number = fc.integer({ min: -20_000, max: 20_000 });
    const size = fc.integer({ min: 1, max: 20_000 });
    const anywhere = fc.record({ x: number, y: number, width: size, height: size });
    fc.assert(
      fc.property(anywhere, (saved) => {
        const { x, y, width = 0, height = 0 } = placeOnScreen(saved, [laptop, left]);
        expect(width).toBeGreaterThanOrEqual(360);
        expect(height).toBeGreaterThanOrEqual(480);
        if (x === undefined || y === undefined) return;
        const inside = [laptop, left].some(
          (area) =>
            x >= area.x &&
            y >= area.y &&
            x + width <= area.x + area.width &&
            y + height <= area.y + area.height,
        );
        expect(inside).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('The frame of a window', () => {
  const stands = { x: 201, y: 122, width: 520, height: 640 };

  it('does not move it by itself each time that it opens again', () => {
    const frame = new FrameOffset();
    frame.learn({ x: 200, y: 100 }, stands);
    expect(frame.asking(stands)).toEqual({ x: 200, y: 100, width: 520, height: 640 });
  });

  it('is nothing where a window stands where it was asked for', () => {
    const frame = new FrameOffset();
    frame.learn(stands, stands);
    expect(frame.asking(stands)).toEqual(stands);
  });

  it('is not what somebody has moved a window by', () => {
    const frame = new FrameOffset();
    for (const moved of [
      { x: -40, y: 100 },
      { x: 900, y: 100 },
      { x: 201, y: 20 },
      { x: 201, y: 600 },
    ])
      frame.learn({ x: 200, y: 100 }, moved);
    expect(frame.asking(stands)).toEqual(stands);
  });
});

describe('A page', () => {
  it('E-02 E-03 E-06 E-08 E-09 E-10 runs with exactly these preferences', () => {
    expect(hardened).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      plugins: false,
      webgl: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      autoplayPolicy: 'document-user-activation-required',
      disableBlinkFeatures: 'Auxclick,FileSystemAccessLocal',
    });
  });
});

describe('The theme', () => {
  it('is the person’s choice, for the system as well', () => {
    const nativeTheme: Parameters<typeof applyTheme>[0] = { themeSource: 'system' };
    applyTheme(nativeTheme, { theme: 'dark' });
    expect(nativeTheme.themeSource).toBe('dark');
  });

  it('colours the window before the page draws as the page will', () => {
    const tokens = readFileSync(join(import.meta.dirname, '../../../renderer/ui/tokens.css'), 'utf8');
    const pages = [...tokens.matchAll(/--page: (#[0-9a-f]{6});/g)].map(([, colour]) => colour);
    expect([...new Set(pages)]).toEqual([backgrounds.light, backgrounds.dark]);
    expect(backgroundColor({ shouldUseDarkColors: true })).toBe(backgrounds.dark);
    expect(backgroundColor({ shouldUseDarkColors: false })).toBe(backgrounds.light);
  });
});
