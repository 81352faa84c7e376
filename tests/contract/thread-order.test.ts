import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EpochMs, MessageId } from '../../contract/ids.ts';
import type { Message } from '../../contract/model.ts';
import { compareMessages, placeMessages } from '../../contract/thread-order.ts';

interface Given {
  readonly id: string;
  /** By the service's clock; null while it has not accepted it. */
  readonly received: number | null;
  /** By the clock of some device, right or wrong. */
  readonly composed: number | null;
  readonly position: number;
}

function messageOf({ id, received, composed, position }: Given): Message {
  return {
    key: id,
    id: received === null ? null : MessageId.parse(id),
    clientMessageId: null,
    author: { kind: 'self' },
    received: received === null ? null : EpochMs.parse(received),
    composedAt: composed === null ? null : EpochMs.parse(composed),
    outboxPosition: received === null ? position : null,
    content: { kind: 'text', text: id },
    actions: [],
    metadata: null,
    status: received === null ? 'queued' : 'sent',
    refusal: null,
  };
}

const given = fc.record({
  id: fc.stringMatching(/^[0-9a-f]{1,8}$/),
  received: fc.option(fc.nat(5), { freq: 3 }),
  composed: fc.option(fc.nat(2_000_000_000_000)),
  position: fc.nat(1_000),
});
const threads = fc.uniqueArray(given, { selector: ({ id }) => id, maxLength: 30 });
const byCode = (a: string, b: string): number => (a < b ? -1 : 1);

describe('The order of the thread', () => {
  it('D-03 D-11 is the order of the service, by its time and then its id, whatever clock a device has', () => {
    fc.assert(
      fc.property(threads, (all) => {
        const accepted = all.flatMap(({ id, received }) => (received === null ? [] : [{ id, received }]));
        const expected = accepted
          .sort((a, b) => a.received - b.received || byCode(a.id, b.id))
          .map(({ id }) => id);
        const sorted = all.map(messageOf).sort(compareMessages);
        expect(sorted.flatMap(({ id }) => (id === null ? [] : [String(id)]))).toEqual(expected);
      }),
    );
  });

  it('D-03 is the same on every device, in whatever order the messages came', () => {
    fc.assert(
      fc.property(threads, threads, (some, others) => {
        const known = new Set(some.map(({ id }) => id));
        const rest = others.filter(({ id }) => !known.has(id));
        const [a, b] = [some.map(messageOf), rest.map(messageOf)];
        const keys = (all: readonly Message[]): readonly string[] => all.map(({ key }) => key);
        expect(keys(placeMessages(placeMessages([], a), b))).toEqual(
          keys(placeMessages(placeMessages([], b), a)),
        );
      }),
    );
  });

  it('D-03 D-04 has what waits below all that is accepted, in the order it was written', () => {
    fc.assert(
      fc.property(threads, (all) => {
        const sorted = all.map(messageOf).sort(compareMessages);
        const first = sorted.findIndex(({ received }) => received === null);
        const waiting = first === -1 ? [] : sorted.slice(first);
        expect(waiting.every(({ received }) => received === null)).toBe(true);
        const positions = waiting.map(({ outboxPosition }) => outboxPosition ?? 0);
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
      }),
    );
  });
});
