import type { Page } from 'playwright';

/** The two languages of the gallery, as far as the hands need them. */
const words = {
  'en-GB': { account: /^Account: /, signIn: 'Sign in', signOut: 'Sign out and erase' },
  'de-DE': { account: /^Konto: /, signIn: 'Anmelden', signOut: 'Abmelden und löschen' },
} as const;
export type Locale = keyof typeof words;

async function wordsOf(page: Page) {
  return words[(await page.evaluate(() => navigator.language)) as Locale];
}

export async function openMenu(page: Page): Promise<void> {
  await page.getByRole('button', { name: (await wordsOf(page)).account }).click();
  await page.getByRole('menu').waitFor();
}

export async function choose(page: Page, entry: string): Promise<void> {
  await openMenu(page);
  await page.getByRole('menuitem', { name: entry, exact: true }).click();
}

export async function openSignIn(page: Page): Promise<void> {
  await choose(page, (await wordsOf(page)).signIn);
  await page.getByRole('dialog').waitFor();
}

export async function openSignOut(page: Page): Promise<void> {
  await choose(page, (await wordsOf(page)).signOut);
  await page.getByRole('alertdialog').waitFor();
}

/** By key, which is the same in every language. */
export async function openSettings(page: Page): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByRole('dialog').waitFor();
}

export async function openPrivacy(page: Page): Promise<void> {
  await openSettings(page);
  await page.getByRole('tab').last().click();
}

export async function openPeople(page: Page): Promise<void> {
  await page.keyboard.press('Control+Shift+A');
  await page.getByRole('dialog').waitFor();
}
