import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright';
import { asked, box, browserPages, button, focusedName, refuse } from './page.ts';

const openPage = browserPages();

/** Nothing that axe objects to in it, in light and in dark. */
async function axeIsContent(page: Page, surface: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().include(surface).analyze();
    const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
    expect(found).toEqual([]);
  }
}

/** Neither the surface nor the page behind it is wider than the window. */
async function fits(page: Page, surface: string): Promise<void> {
  const usual = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 480 });
  const wide = await page.evaluate(
    (selector) =>
      [...document.querySelectorAll(`html, ${selector}`)]
        .filter((element) => {
          const { left, right, top, bottom } = element.getBoundingClientRect();
          const isOut = left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
          return element.scrollWidth > element.clientWidth || isOut;
        })
        .map(({ className }) => className),
    surface,
  );
  expect(wide).toEqual([]);
  if (usual !== null) await page.setViewportSize(usual);
}

const picker = (page: Page) => page.getByRole('dialog', { name: 'Choose an emoji' });
const offers = (page: Page) => page.getByRole('option');
const text = (page: Page) => box(page).inputValue();

describe('emoji', () => {
  it('are chosen from the keyboard alone, and what was chosen is offered again', async () => {
    const page = await openPage('short');
    await box(page).pressSequentially('Hi ');
    await page.keyboard.press('Control+Shift+E');
    await page.getByRole('gridcell').first().waitFor();
    expect(await focusedName(page)).toBe('Search emoji');
    await axeIsContent(page, '.emoji-picker');
    await fits(page, '.emoji-picker');

    await page.keyboard.press('ArrowDown');
    expect(await focusedName(page)).toBe('grinning face');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const name = await focusedName(page);
    await page.keyboard.press('Shift+Enter');
    expect(await focusedName(page)).toBe(name);
    await page.keyboard.press('Escape');
    expect(await picker(page).count()).toBe(0);
    expect(await focusedName(page)).toBe('Message');
    expect(await text(page)).toBe('Hi 🙃');

    await page.keyboard.press('Control+Shift+E');
    await page.getByRole('grid', { name: 'Recently used' }).waitFor();
    await page.keyboard.type('thumbsup');
    await page.getByRole('grid', { name: 'Found' }).waitFor();
    await page.getByRole('combobox', { name: 'Skin tone' }).selectOption('3');
    await page.getByRole('searchbox', { name: 'Search emoji' }).press('Enter');
    expect(await text(page)).toBe('Hi 🙃👍🏽');
    expect(await focusedName(page)).toBe('Message');
    await page.keyboard.press('Control+z');
    expect(await text(page)).toBe('Hi 🙃');

    await button(page, 'Emoji').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'Recently used' }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('grid', { name: 'Flags' }).waitFor();
    expect(await focusedName(page)).toBe('Flags');
    await page.keyboard.press('Escape');
    expect(await focusedName(page)).toBe('Emoji');
  });

  it('come from a code by Enter, Tab, a click or its last colon, never while a word is being composed', async () => {
    const page = await openPage('short');
    await box(page).pressSequentially('See :smi');
    await offers(page).first().waitFor();
    expect(await box(page).getAttribute('aria-activedescendant')).toBe(
      await offers(page).first().getAttribute('id'),
    );
    await page.getByText(/^\d emoji: choose with the arrows/).waitFor();
    await axeIsContent(page, '.emoji-list');
    await fits(page, '.emoji-list');
    await page.keyboard.press('ArrowDown');
    const second = (await offers(page).nth(1).locator('.emoji').textContent()) ?? '';
    await page.keyboard.press('Enter');
    expect(await text(page)).toBe(`See ${second}`);
    expect(await offers(page).count()).toBe(0);

    await box(page).fill('');
    await box(page).pressSequentially(':rocke');
    await offers(page).first().waitFor();
    await page.keyboard.press('Tab');
    expect(await text(page)).toBe('🚀');
    await box(page).pressSequentially(' :+1:');
    expect(await text(page)).toBe('🚀 👍️');
    await box(page).pressSequentially(' :rocke');
    await offers(page).first().click();
    expect(await text(page)).toBe('🚀 👍️ 🚀');

    // Esc leaves the code as it is, and the next Enter sends it.
    await box(page).fill('');
    await box(page).pressSequentially(':smi');
    await offers(page).first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('l');
    expect(await offers(page).count()).toBe(0);
    expect(await text(page)).toBe(':smil');

    await box(page).fill('');
    const input = await page.context().newCDPSession(page);
    await box(page).focus();
    await input.send('Input.imeSetComposition', { text: ':smile', selectionStart: 6, selectionEnd: 6 });
    await page.keyboard.press('ArrowDown');
    expect(await offers(page).count()).toBe(0);
    await input.send('Input.insertText', { text: ':smile' });
    expect(await text(page)).toBe(':smile');
  });

  it('are not read from the disk before somebody wants one', async () => {
    const page = await openPage('short');
    const fetched = () =>
      page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .flatMap(({ name }) => /\/(en|de)-[^/]*\.js/.exec(name)?.[1] ?? []),
      );
    await box(page).pressSequentially('At 10:30, :D');
    expect(await fetched()).toEqual([]);
    await page.keyboard.press('Control+Shift+E');
    await page.getByRole('gridcell').first().waitFor();
    expect(await fetched()).toEqual(['en']);
  });
});

describe('a long message', () => {
  it('is counted near its limit, politely, and says what to do beyond it', async () => {
    const page = await openPage('short');
    const polite = page.locator('[aria-live="polite"]').first();
    await box(page).fill('x'.repeat(3_799));
    expect(await page.locator('.counter').count()).toBe(0);
    await box(page).press('x');
    await expect.poll(() => polite.textContent()).toBe('296 characters left');
    await expect.poll(() => polite.textContent()).toBe('');
    // Not with every key.
    await box(page).press('x');
    await page.getByText('3,801 of 4,096').waitFor();
    expect(await polite.textContent()).toBe('');
    await box(page).fill('x'.repeat(4_099));
    const advice = '3 characters too many. Shorten the message, or send it in two parts.';
    await expect.poll(() => polite.textContent()).toBe(advice);
    await page.locator('.counter-hint', { hasText: advice }).waitFor();
    await axeIsContent(page, '.composer');
    await fits(page, '.composer');
  });
});

describe('the list of keys', () => {
  it('opens by a key, is read and scrolled from the keyboard, and gives the focus back', async () => {
    const page = await openPage('short');
    await box(page).focus();
    await page.keyboard.press('Control+/');
    const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await list.waitFor();
    await axeIsContent(page, '.dialog');
    await fits(page, '.dialog');
    const row = list.getByRole('row', { name: /^Search in this conversation/ });
    expect((await row.textContent())?.replace(/\s/g, '')).toBe('SearchinthisconversationCtrl+F');
    await page.keyboard.press('End');
    await expect.poll(() => list.getByText('This list').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await list.count()).toBe(0);
    expect(await focusedName(page)).toBe('Message');
  });
});

describe('the profile', () => {
  it('is read and changed from the keyboard, only what is new is sent, and it says what the device tells', async () => {
    const page = await openPage('short');
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: 'Appearance' }).waitFor();
    for (let tab = 0; tab < 3; tab += 1) await page.keyboard.press('ArrowRight');
    const panel = page.getByRole('tabpanel', { name: 'Profile' });
    await panel.getByLabel('Last name').waitFor();
    expect(await panel.getByLabel('Last name').inputValue()).toBe('García');
    expect(await panel.getByLabel('Value of orders').inputValue()).toBe('3');
    await panel.getByRole('row', { name: 'Operating system linux' }).waitFor();
    await axeIsContent(page, '.dialog');
    await fits(page, '.dialog');

    await page.keyboard.press('Tab');
    expect(await focusedName(page)).toBe('First name');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Núñez');
    await panel.getByRole('button', { name: 'Add another' }).focus();
    await page.keyboard.press('Enter');
    await panel.getByLabel('What it is').last().fill('seat');
    await panel.getByLabel('Value of seat').fill('12 F');
    await page.keyboard.press('Enter');
    await panel.getByText('Your profile was saved.').waitFor();
    expect(await asked(page, 'updateUser')).toEqual([
      { epoch: 1, profile: { surname: 'Núñez', properties: { seat: '12 F' } } },
    ]);

    await refuse(page, 'profile', { kind: 'offline' });
    await page.getByRole('tab', { name: 'Writing' }).click();
    await page.getByRole('tab', { name: 'Profile' }).click();
    await panel.getByRole('button', { name: 'Try again' }).waitFor();
    await page.evaluate(() => delete window.stage.answers.profile);
    await panel.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => panel.getByLabel('Last name').inputValue()).toBe('Núñez');
  });
});

describe('behind a locked screen', () => {
  it('nothing is read, although the window keeps its focus, until somebody uses it again', async () => {
    const page = await openPage('short');
    await box(page).focus();
    await page.clock.install();
    await page.keyboard.press('ArrowLeft');
    await page.evaluate(() => window.stage.push({ desktopLocks: 1 }));
    await page.evaluate(() => window.stage.push({ unreadCount: 1 }));
    await page.clock.runFor(10_000);
    expect(await asked(page, 'markAllAsRead')).toEqual([]);
    await page.keyboard.press('ArrowLeft');
    await page.clock.runFor(2_000);
    await expect.poll(() => asked(page, 'markAllAsRead')).toEqual([{ epoch: 1 }]);
  });
});
