import type { Shot } from './people-shots.ts';
import { wordsOf } from './message-scenes.ts';

/** Tall enough for all of them at once: a list draws only what is in sight. */
const height = 6_400;

/** Every kind of message in every state, with the words that people write. */
export const messageShots: readonly Shot[] = [
  { name: 'form-first', scene: 'form-first' },
  { name: 'messages-short', scene: 'messages-short', height },
  {
    name: 'messages-form-wrong',
    scene: 'messages-short',
    height,
    act: async (page) => {
      await page.getByRole('button', { name: 'Send answers' }).first().click();
      await page.getByText('Choose one of these.').waitFor();
    },
  },
];

/** The same with words of every other sort: to be looked at, and each measured by a test of its own. */
export const otherMessageShots: readonly Shot[] = Object.keys(wordsOf)
  .filter((name) => name !== 'short')
  .map((name) => ({ name: `messages-${name}`, scene: `messages-${name}`, height }));
