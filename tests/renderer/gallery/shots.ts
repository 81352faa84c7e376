import type { Page } from 'playwright';
import { openMenu, openSignIn, openSignOut } from './hands.ts';
import { peopleShots } from './people-shots.ts';
import { readingShots } from './reading-shots.ts';
import { messageShots } from './message-shots.ts';
import type { Shot } from './people-shots.ts';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

const bannerShown = (page: Page) => page.getByText('Offline. You can read and write').waitFor();

export const shots: readonly Shot[] = [
  ...peopleShots,
  ...messageShots,
  ...readingShots,
  { name: 'first-run', scene: 'first-run' },
  { name: 'short', scene: 'short' },
  { name: 'unread', scene: 'unread' },
  { name: 'long', scene: 'long' },
  {
    name: 'scrolled',
    scene: 'long',
    act: async (page) => {
      await page.getByRole('article', { name: /9999/ }).waitFor();
      await page.getByRole('log').hover();
      await page.mouse.wheel(0, -700);
      await button(page, 'Jump to latest').waitFor();
      await page.evaluate(() => window.stage.push({ unreadCount: 3 }));
    },
  },
  { name: 'cards', scene: 'cards' },
  {
    name: 'cards-top',
    scene: 'cards',
    act: async (page) => {
      await page.getByRole('log').hover();
      await page.mouse.wheel(0, -4000);
      await page.getByText('Beginning of your conversation').waitFor();
    },
  },
  { name: 'offline', scene: 'offline', act: bannerShown },
  { name: 'failed', scene: 'failed' },
  {
    name: 'sign-in-error',
    scene: 'first-run',
    act: async (page) => {
      await page.evaluate(() => {
        window.stage.answers.signIn = () => ({ ok: false, failure: { kind: 'wrongPassword' } });
      });
      await openSignIn(page);
      await page.getByLabel('User ID').fill('ana@example.com');
      await page.getByLabel('Password', { exact: true }).fill('not this one');
      await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('The user ID or the password is not right.').waitFor();
    },
  },
  {
    name: 'sign-in-unproven',
    scene: 'anonymous',
    act: openSignIn,
  },
  { name: 'account-menu', scene: 'short', act: openMenu },
  {
    name: 'erase-report',
    scene: 'offline',
    act: async (page) => {
      await openSignOut(page);
      await button(page, 'Discard and sign out').click();
      await page.getByRole('dialog', { name: 'Everything was erased' }).waitFor();
    },
  },
  {
    name: 'erase-report-open',
    scene: 'short',
    act: async (page) => {
      await page.evaluate(() => {
        window.stage.report = {
          ...window.stage.report,
          places: [
            { place: 'key', removed: 0, bytes: 0, remaining: 1 },
            { place: 'history', removed: 5, bytes: 912, remaining: 1 },
          ],
          files: 5,
          bytes: 912,
          unsentMessages: 0,
          remaining: 2,
          keyRemoved: false,
        };
      });
      await openSignOut(page);
      await button(page, 'Sign out and erase').click();
      await page.getByRole('dialog', { name: /^Erased/ }).waitFor();
    },
  },
  { name: 'keychain-locked', scene: 'keychain-locked' },
  { name: 'unconfigured', scene: 'unconfigured' },
  { name: 'sign-in-needed', scene: 'sign-in-needed' },
  { name: 'not-verified', scene: 'not-verified' },
  { name: 'long-name', scene: 'long-name' },
  { name: 'starting', scene: 'starting' },
  {
    name: 'too-long',
    scene: 'short',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Message' }).fill('We checked the papers. '.repeat(190));
      await button(page, 'Send').click();
      await page.getByText('This message is too long.').waitFor();
    },
  },
];
