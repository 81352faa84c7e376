import { describe, expect, it } from 'vitest';
import { nextSendOut } from '../../renderer/account/use-unsent.ts';

const begun = { all: 3, underWay: false };
const underWay = { all: 3, underWay: true };

describe('sending everything before signing out', () => {
  it('is over when nothing waits and nothing has failed', () => {
    expect(nextSendOut(begun, { waiting: 0, failed: 0 })).toBe('sent');
    expect(nextSendOut(underWay, { waiting: 0, failed: 0 })).toBe('sent');
  });

  it('goes on while anything waits, whatever else has failed', () => {
    expect(nextSendOut(underWay, { waiting: 1, failed: 2 })).toBe(underWay);
  });

  it('does not give up on failed messages before they were seen on their way again', () => {
    expect(nextSendOut(begun, { waiting: 0, failed: 3 })).toBe(begun);
    expect(nextSendOut(begun, { waiting: 3, failed: 0 })).toEqual(underWay);
  });

  it('is stuck when all that is left has failed again', () => {
    expect(nextSendOut(underWay, { waiting: 0, failed: 1 })).toBe('stuck');
  });
});
