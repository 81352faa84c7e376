import type { Shot } from './people-shots.ts';
import { wordsOf } from './message-scenes.ts';

/** Tall enough for all of them at once: a list draws only what is in sight. */
const height = 5_200;

export const messageShots: readonly Shot[] = [
  ...Object.keys(wordsOf).map((name) => ({
    name: `messages-${name}`,
    scene: `messages-${name}`,
    height,
  })),
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
