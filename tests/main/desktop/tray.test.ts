import type { Menu, MenuItemConstructorOptions, NativeImage } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { DesktopNotifier } from '../../../main/desktop/notifier.ts';
import { trayPicture } from '../../../main/desktop/tray-picture.ts';
import { TrayPlace } from '../../../main/desktop/tray.ts';
import { wordsFor } from '../../../main/desktop/words.ts';

/** Alpha of the pixel at a place in a square of side 1. */
const alphaAt = (picture: Buffer, size: number, x: number, y: number): number =>
  picture[(Math.floor(y * size) * size + Math.floor(x * size)) * 4 + 3] ?? -1;

describe('The picture in the tray', () => {
  it('is a bubble with nothing around it, and has a dot while something waits, at any size', () => {
    for (const size of [16, 22, 44]) {
      const [quiet, waiting] = [trayPicture(size, false), trayPicture(size, true)];
      expect(quiet).toHaveLength(size * size * 4);
      expect(alphaAt(quiet, size, 0.5, 0.45)).toBe(255);
      expect(alphaAt(quiet, size, 0.99, 0.99)).toBe(0);
      expect(alphaAt(quiet, size, 0.78, 0.06)).toBe(0);
      expect(alphaAt(waiting, size, 0.78, 0.06)).toBeGreaterThan(128);
    }
  });
});

describe('The place in the tray', () => {
  it('says how much is unread and nothing else, in the language of the desktop', () => {
    const tips: string[] = [];
    const pictures: boolean[] = [];
    let items: MenuItemConstructorOptions[] = [];
    const place = new TrayPlace({
      create: () => ({
        setImage: () => undefined,
        setToolTip: (tip) => void tips.push(tip),
        setContextMenu: () => undefined,
        on: vi.fn(),
        destroy: () => undefined,
      }),
      picture: (waiting) => {
        pictures.push(waiting);
        return {} as NativeImage;
      },
      menu: (made) => {
        items = made;
        return {} as Menu;
      },
      words: wordsFor('de-AT'),
      acts: { open: vi.fn(), lock: vi.fn(), switchAccount: vi.fn(), quit: vi.fn() },
    });
    place.count(3);
    expect(tips).toEqual(['Onethread', 'Onethread – 3 ungelesen']);
    expect(pictures.at(-1)).toBe(true);
    expect(items.flatMap(({ label }) => label ?? [])).toEqual([
      'Onethread öffnen',
      'Jetzt sperren',
      'Konto wechseln…',
      'Beenden',
    ]);
  });
});

describe('The system’s notifications', () => {
  const desktop = (markup: boolean) => {
    const made: { title?: string; body?: string; closed: boolean; click: () => void }[] = [];
    const notifier = new DesktopNotifier({
      create: (options) => {
        const listeners = new Map<string, () => void>();
        const one = { ...options, closed: false, click: () => listeners.get('click')?.() };
        made.push(one);
        const shown = {
          show: () => undefined,
          close: () => void (one.closed = true),
          once: (event: string, listener: () => void) => {
            listeners.set(event, listener);
            return shown;
          },
          removeAllListeners: () => {
            listeners.clear();
            return shown;
          },
        };
        return shown as never;
      },
      isSupported: () => true,
      markup: () => markup,
    });
    return { notifier, made };
  };

  it('H-01 are text also where the desktop reads markup', () => {
    const words = { title: 'A', body: '<a href="https://evil.example">Tom & Jerry</a>', silent: false };
    const [plain, marked] = [desktop(false), desktop(true)];
    plain.notifier.show(words, () => undefined);
    marked.notifier.show(words, () => undefined);
    expect(plain.made[0]?.body).toBe(words.body);
    expect(marked.made[0]?.body).toBe('&lt;a href="https://evil.example"&gt;Tom &amp; Jerry&lt;/a&gt;');
  });

  it('A-06 stand one at a time, and a click on one that was taken away does nothing', async () => {
    const { notifier, made } = desktop(false);
    const clicks: string[] = [];
    for (const title of ['one', 'two'])
      notifier.show({ title, body: '', silent: true }, () => clicks.push(title));
    expect(made.map(({ closed }) => closed)).toEqual([true, false]);
    made[0]?.click();
    expect(clicks).toEqual([]);
    expect(await notifier.erase()).toEqual({ files: 0, bytes: 0, remaining: 0 });
    made[1]?.click();
    expect(clicks).toEqual([]);
    expect(made[1]?.closed).toBe(true);
  });
});
