import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptPlaceOf } from './harness/window-place.ts';
import { expect, test } from './harness/story.ts';
import type { Device } from './harness/device.ts';

const zoomOf = ({ running }: Device) =>
  running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getZoomFactor());
const boundsOf = ({ running }: Device) =>
  running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
const atLoginOf = ({ page }: Device) =>
  page.getByRole('checkbox', { name: /^(Start when I log in|Starten, wenn ich)/ });

test('The window comes back where it stood and as large as it was; the app starts with the desktop only by choice', async ({
  newDevice,
}) => {
  const desk = await newDevice('desk', { switches: ['--lang=de'] });
  const { app } = desk.running;
  const menu = await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
  expect(menu).toEqual(['&Datei', '&Bearbeiten', '&Ansicht', '&Fenster', '&Hilfe']);

  // The window manager has framed it: what moves it from here on is a person.
  await expect.poll(() => keptPlaceOf(desk)).not.toBeNull();
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 120, y: 90, width: 520, height: 610 }),
  );
  // It has come to rest: before the window manager has framed it anew, what it says of its place is only a wish.
  await expect.poll(() => keptPlaceOf(desk)).toMatchObject({ width: 520, height: 610 });
  const stood = await boundsOf(desk);
  // The menu's own key: nothing that the page is told of.
  await app.evaluate(({ Menu }) => {
    const larger = Menu.getApplicationMenu()?.items[2]?.submenu?.items.find(
      ({ label }) => label === '&Größer',
    );
    larger?.click();
    larger?.click();
  });
  await expect.poll(() => zoomOf(desk)).toBeCloseTo(1.25);

  const entry = join(desk.keyring.env['HOME'] ?? '', '.config', 'autostart', 'onethread.desktop');
  await desk.page.keyboard.press('Control+,');
  await desk.page.getByRole('tab').nth(2).click();
  expect([await atLoginOf(desk).isChecked(), existsSync(entry)]).toEqual([false, false]);
  await atLoginOf(desk).check();
  await expect.poll(() => existsSync(entry)).toBe(true);
  expect(readFileSync(entry, 'utf8')).toMatch(/^Exec=".+" "--hidden"$/m);

  await desk.restart();
  expect(await boundsOf(desk)).toEqual(stood);
  await expect.poll(() => zoomOf(desk)).toBeCloseTo(1.25);
  // Nobody is fast enough to press a key before the page listens.
  await expect(desk.page.getByRole('textbox')).toBeFocused();
  await desk.page.keyboard.press('Control+,');
  await desk.page.getByRole('tab').nth(2).click();
  await expect(atLoginOf(desk)).toBeChecked();
  await atLoginOf(desk).uncheck();
  await expect.poll(() => existsSync(entry)).toBe(false);
});
