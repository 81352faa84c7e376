import { describe, expect, it } from 'vitest';
import { nextBanner } from '../../renderer/status/banner.ts';
import type { BannerEvent, BannerState } from '../../renderer/status/banner.ts';

const after = (...events: BannerEvent[]) => events.reduce<BannerState>(nextBanner, 'quiet');

describe('the connection banner', () => {
  it.each<[BannerEvent[], BannerState]>([
    [[], 'quiet'],
    [['troubled'], 'brewing'],
    [['troubled', 'well'], 'quiet'],
    [['troubled', 'elapsed'], 'shown'],
    [['troubled', 'elapsed', 'troubled'], 'shown'],
    [['troubled', 'elapsed', 'well'], 'back'],
    [['troubled', 'elapsed', 'well', 'elapsed'], 'quiet'],
    [['troubled', 'elapsed', 'well', 'troubled'], 'brewing'],
    [['elapsed'], 'quiet'],
  ])('after %j is %s', (events, state) => {
    expect(after(...events)).toBe(state);
  });
});
