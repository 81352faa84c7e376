/** What it takes to spoil a good history. */
import type { Invariant } from '../checkers/checker.ts';
import { readPast } from '../checkers/past.ts';
import { detailOf, type Entry, type RunEvent } from '../history.ts';

export interface Damage {
  readonly name: string;
  readonly invariant: Invariant;
  /** `pick` chooses one of so many. @returns null where the history gives nothing to spoil this way */
  readonly spoil: (events: readonly RunEvent[], pick: Pick) => readonly RunEvent[] | null;
}
export type Pick = <T>(from: readonly T[]) => T | null;

type Event = RunEvent;
export const isList = ({ f, type }: Event): boolean => f === 'list' && type === 'ok';
export const onDevice = (event: Event): boolean => isList(event) && event.dev !== 'service';

export function entriesOf(event: Event): readonly Entry[] {
  const detail = detailOf('list', event);
  return Array.isArray(detail) ? detail : detail.entries;
}

/** Every list that fits, with other entries. */
export function withLists(
  events: readonly Event[],
  fits: (event: Event) => boolean,
  change: (entries: readonly Entry[]) => readonly Entry[],
): readonly Event[] {
  return events.map((event) => {
    if (!isList(event) || !fits(event)) return event;
    const detail = detailOf('list', event);
    const entries = [...change(entriesOf(event))];
    return { ...event, v: Array.isArray(detail) ? entries : { ...detail, entries } };
  });
}

/** Puts in one more event, just after `after`. */
export function added(events: readonly Event[], after: Event, more: Partial<Event>): readonly Event[] {
  const { t, run, dev, epoch, f, type } = after;
  const at = events.indexOf(after) + 1;
  return [
    ...events.slice(0, at),
    { ...{ run, dev, epoch, f, type }, t: t + 1, ...more },
    ...events.slice(at),
  ];
}

/** A message that was kept and accepted, and whose writer is still the same person at the end. */
export function someKept(events: readonly Event[], pick: Pick): string | null {
  const past = readPast(events);
  const left = new Set(past.sessions.filter(({ until }) => until !== Infinity).map(({ dev }) => dev));
  const kept = [...past.written.values()].filter(
    ({ outcome, dev }) => outcome === 'ok' && dev !== 'business' && !left.has(dev),
  );
  return pick(kept.map(({ name }) => name));
}

export const without =
  (key: string) =>
  (entries: readonly Entry[]): readonly Entry[] =>
    entries.filter((entry) => entry.key !== key);

export const swapped = (entries: readonly Entry[], a: Entry, b: Entry): readonly Entry[] =>
  entries.map((entry) => (entry.id === a.id ? b : entry.id === b.id ? a : entry));

/** A list with something in it that fits, and that something. */
export function someEntry(
  events: readonly Event[],
  pick: Pick,
  fitsList: (event: Event) => boolean,
  fits: (entry: Entry) => boolean = () => true,
): { readonly list: Event; readonly entry: Entry } | null {
  const all = events.filter(fitsList).flatMap((list) =>
    entriesOf(list)
      .filter(fits)
      .map((entry) => ({ list, entry })),
  );
  return pick(all);
}

/** The two last lists of one device. */
export function finalLists(events: readonly Event[]): readonly Event[] {
  const reading = events.findIndex((event) => event.f === 'phase' && event.v === 'read');
  return events.slice(reading).filter(onDevice);
}
