import type { Link } from '../../contract/link.ts';

/**
 * How loud the connection is: `quiet` says nothing, `brewing` waits whether it is worth a word, `shown` says what is
 * wrong, `back` says for a moment that it is over.
 */
export type BannerState = 'quiet' | 'brewing' | 'shown' | 'back';
export type BannerEvent = 'troubled' | 'well' | 'elapsed';

/** How long a state lasts if nothing happens; `elapsed` follows. */
export const bannerMs: Readonly<Partial<Record<BannerState, number>>> = { brewing: 2_000, back: 3_000 };

export function nextBanner(state: BannerState, event: BannerEvent): BannerState {
  switch (event) {
    case 'troubled':
      return state === 'shown' ? 'shown' : 'brewing';
    case 'well':
      return state === 'shown' ? 'back' : state === 'back' ? 'back' : 'quiet';
    case 'elapsed':
      return state === 'brewing' ? 'shown' : state === 'back' ? 'quiet' : state;
  }
}

export function isTroubled(link: Link): boolean {
  return link.kind === 'offline' || link.kind === 'connecting' || link.kind === 'catchingUp';
}
