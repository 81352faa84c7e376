import type { Page } from 'playwright';
import { openMenu, openPeople, openPrivacy, openSettings, openSignIn, openSignOut } from './hands.ts';
import type { Locale } from './hands.ts';
import { readingShots } from './reading-shots.ts';

/** A scene, what to do in it before looking, and the language it is looked at in (English if absent). */
export type Shot = {
  readonly name: string;
  readonly scene: string;
  readonly locale?: Locale;
  readonly act?: (page: Page) => Promise<void>;
  /** Of the window, where its own is too low. */
  readonly height?: number;
};

const dialog = (page: Page) => page.getByRole('dialog');

async function lockWithout(page: Page): Promise<void> {
  await page.keyboard.press('Control+l');
  await dialog(page).waitFor();
}

async function wrongPasscode(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.stage.answers.unlock = () => ({
      ok: false,
      failure: { kind: 'wrongPasscode', retryAfterMs: 60_000 },
    });
  });
  await page.locator('input[type=password]').fill('0000');
  await page.keyboard.press('Enter');
  await page.locator('p.problem[aria-hidden]').waitFor();
}

async function sendOut(page: Page): Promise<void> {
  await page.evaluate(() => window.stage.push({ link: { kind: 'live' } }));
  await openSignOut(page);
  await page.locator('.unsent-buttons button').first().click();
  await page.getByRole('progressbar').waitFor();
}

async function waitForBrowser(page: Page): Promise<void> {
  await openSignIn(page);
  await page.locator('.browser-door button').click();
  await page.locator('.browser-door').waitFor({ state: 'detached' });
}

async function enterPasscode(page: Page): Promise<void> {
  await openPeople(page);
  await page
    .getByRole('button', { name: /Ben Okafor/ })
    .first()
    .click();
  await page.locator('input[type=password]').waitFor();
}

async function forget(page: Page): Promise<void> {
  await openPeople(page);
  await page.locator('.person .icon-button').first().click();
  await page.getByRole('alertdialog').waitFor();
}

async function removePasscode(page: Page): Promise<void> {
  await openPrivacy(page);
  await page.locator('.settings-buttons button').nth(1).click();
  await page.locator('input[type=password]').waitFor();
}

async function setPasscode(page: Page): Promise<void> {
  await openPrivacy(page);
  await page.locator('.settings-buttons button').first().click();
  await page.locator('input[type=password]').first().waitFor();
}

async function leaveKiosk(page: Page): Promise<void> {
  await page.locator('.banner-kiosk button').click();
  await page.locator('.kiosk-erased').waitFor();
}

async function endOfDialog(page: Page): Promise<void> {
  await dialog(page).evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
}

const shots: readonly Shot[] = [
  { name: 'menu-people', scene: 'people', act: openMenu },
  { name: 'menu-people-long', scene: 'people-long', act: openMenu },
  { name: 'people', scene: 'people', act: openPeople },
  { name: 'people-long', scene: 'people-long', act: openPeople },
  { name: 'people-passcode', scene: 'people', act: enterPasscode },
  { name: 'forget', scene: 'people', act: forget },
  { name: 'lock-screen', scene: 'locked' },
  { name: 'lock-screen-long', scene: 'locked-alone' },
  { name: 'lock-screen-nameless', scene: 'locked-nameless' },
  { name: 'lock-screen-sign-in', scene: 'locked-sign-in' },
  { name: 'lock-screen-waiting', scene: 'locked-waiting' },
  { name: 'lock-screen-wrong', scene: 'locked', act: wrongPasscode },
  { name: 'lock-without-passcode', scene: 'short', act: lockWithout },
  { name: 'passcode-set', scene: 'short', act: setPasscode },
  { name: 'passcode-change', scene: 'passcode', act: setPasscode },
  { name: 'passcode-remove', scene: 'passcode', act: removePasscode },
  { name: 'still-there', scene: 'still-there' },
  { name: 'still-there-long', scene: 'still-there-lock' },
  { name: 'sign-out-unsent', scene: 'offline', act: openSignOut },
  { name: 'sign-out-sending', scene: 'offline', act: sendOut },
  { name: 'bring', scene: 'question' },
  { name: 'bring-long', scene: 'question-long' },
  { name: 'sign-in-browser', scene: 'browser', act: openSignIn },
  { name: 'sign-in-waiting', scene: 'browser', act: waitForBrowser },
  { name: 'keychain-offered', scene: 'keychain-offered' },
  { name: 'keychain-set', scene: 'keychain-set' },
  { name: 'kiosk', scene: 'kiosk' },
  { name: 'kiosk-talk', scene: 'kiosk-talk' },
  { name: 'kiosk-erased', scene: 'kiosk-talk', act: leaveKiosk },
  { name: 'settings', scene: 'short', act: openSettings },
  { name: 'settings-privacy', scene: 'shared', act: openPrivacy },
  {
    name: 'settings-privacy-end',
    scene: 'shared',
    act: async (page) => {
      await openPrivacy(page);
      await endOfDialog(page);
    },
  },
  { name: 'settings-managed', scene: 'managed', act: openPrivacy },
  {
    name: 'settings-managed-end',
    scene: 'managed-unreadable',
    act: async (page) => {
      await openPrivacy(page);
      await endOfDialog(page);
    },
  },
  { name: 'notices', scene: 'idle' },
];

const inGerman = (shot: Shot): Shot => ({ ...shot, name: `${shot.name}-german`, locale: 'de-DE' });

export const peopleShots = shots;
/** The longest words stand in German. */
export const germanShots: readonly Shot[] = [
  ...shots,
  { name: 'erase-report', scene: 'offline', act: signOutAndErase },
  { name: 'sign-in', scene: 'people-anonymous', act: openSignIn },
  { name: 'short', scene: 'short' },
  { name: 'unconfigured', scene: 'unconfigured' },
  ...readingShots,
].map(inGerman);

async function signOutAndErase(page: Page): Promise<void> {
  await openSignOut(page);
  await page.locator('.dialog-buttons .button-danger').click();
  await page.locator('.report').waitFor();
}
