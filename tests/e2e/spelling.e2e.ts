import { expect, test } from './harness/story.ts';

test('What is written is checked on this computer, in the languages of the person, with another spelling on offer and no foreign host', async ({
  newDevice,
}) => {
  const desk = await newDevice('desk', { env: { LANGUAGE: 'en_GB:de', LANG: 'en_GB.UTF-8' } });
  const { app } = desk.running;
  const asked = (words: readonly string[]) =>
    desk.page.evaluate(async (some) => {
      const answer = await globalThis.smooch.misspelled({ words: some });
      return answer.ok ? answer.value : null;
    }, words);
  expect(await asked(['colour', 'Straßenbahnhaltestelle', 'wrold', "don't"])).toEqual(['wrold']);

  // What Chromium has marked, and what the menu then offers, is asked for as a person does.
  await app.evaluate(({ BrowserWindow, Menu }) => {
    const seen: string[][] = [];
    Object.assign(globalThis, { seen });
    const build = Menu.buildFromTemplate.bind(Menu);
    Menu.buildFromTemplate = (items) => {
      seen.push(items.map(({ label }) => label ?? ''));
      const menu = build(items);
      menu.popup = () => menu.items[0]?.click();
      return menu;
    };
    BrowserWindow.getAllWindows()[0]?.focus();
  });
  await desk.composer.pressSequentially('Hello wrold, how are you? ');
  const box = await desk.composer.boundingBox();
  if (box === null) throw new Error('there is no box');
  await expect(async () => {
    await desk.composer.click({ button: 'right', position: { x: 60, y: box.height / 2 } });
    await expect(desk.composer).toHaveValue('Hello world, how are you? ', { timeout: 1_500 });
  }).toPass({ timeout: 15_000 });
  const [menu] = await app.evaluate(() => (globalThis as { seen?: string[][] }).seen ?? []);
  expect(menu).toContain('world');

  // Chromium's own checker, which fetches its dictionaries, is off, and nobody asked it.
  const sessions = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ webContents }) => webContents.session.isSpellCheckerEnabled()),
  );
  expect(sessions).toEqual([false]);

  await desk.page.keyboard.press('Control+,');
  await desk.page.getByRole('tab', { name: 'Writing' }).click();
  await desk.page.getByRole('checkbox', { name: 'Check spelling while writing' }).uncheck();
  await expect.poll(() => asked(['wrold'])).toEqual([]);
});
