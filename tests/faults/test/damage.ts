/** Ways to spoil a good history, each of which one invariant has to object to. */
import type { Invariant } from '../checkers/checker.ts';
import { isConfirmed, readPast } from '../checkers/past.ts';
import { detailOf, type Entry, type RunEvent } from '../history.ts';

export interface Damage {
  readonly name: string;
  readonly invariant: Invariant;
  /** `pick` chooses one of so many. @returns null where the history gives nothing to spoil this way */
  readonly spoil: (events: readonly RunEvent[], pick: Pick) => readonly RunEvent[] | null;
}
export type Pick = <T>(from: readonly T[]) => T | null;

type Event = RunEvent;
const isList = ({ f, type }: Event): boolean => f === 'list' && type === 'ok';
const onDevice = (event: Event): boolean => isList(event) && event.dev !== 'service';

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
function added(events: readonly Event[], after: Event, more: Partial<Event>): readonly Event[] {
  const { t, run, dev, epoch, f, type } = after;
  const at = events.indexOf(after) + 1;
  return [
    ...events.slice(0, at),
    { ...{ run, dev, epoch, f, type }, t: t + 1, ...more },
    ...events.slice(at),
  ];
}

/** A message that was kept and accepted, and whose writer is still the same person at the end. */
function someKept(events: readonly Event[], pick: Pick): string | null {
  const past = readPast(events);
  const left = new Set(past.sessions.filter(({ until }) => until !== Infinity).map(({ dev }) => dev));
  const kept = [...past.written.values()].filter(
    ({ outcome, dev }) => outcome === 'ok' && dev !== 'business' && !left.has(dev),
  );
  return pick(kept.map(({ name }) => name));
}

const without =
  (key: string) =>
  (entries: readonly Entry[]): readonly Entry[] =>
    entries.filter((entry) => entry.key !== key);

const swapped = (entries: readonly Entry[], a: Entry, b: Entry): readonly Entry[] =>
  entries.map((entry) => (entry.id === a.id ? b : entry.id === b.id ? a : entry));

/** A list with something in it that fits, and that something. */
function someEntry(
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
function finalLists(events: readonly Event[]): readonly Event[] {
  const reading = events.findIndex((event) => event.f === 'phase' && event.v === 'read');
  return events.slice(reading).filter(onDevice);
}

export const damages: readonly Damage[] = [
  {
    ...{ name: 'loses a message everywhere', invariant: 'I1' },
    spoil: (events, pick) => {
      const key = someKept(events, pick);
      if (key === null) return null;
      const uncommitted = events.filter((event) => event.f !== 'srv.commit' || event.key !== key);
      return withLists(uncommitted, () => true, without(key));
    },
  },
  {
    ...{ name: 'loses a message on one device', invariant: 'I1' },
    spoil: (events, pick) => {
      const found = someEntry(
        events,
        pick,
        (event) => finalLists(events).includes(event),
        ({ key }) => key !== null,
      );
      if (found?.entry.key === undefined || found.entry.key === null) return null;
      return withLists(events, ({ dev }) => dev === found.list.dev, without(found.entry.key));
    },
  },
  {
    ...{ name: 'loses what the business said', invariant: 'I1' },
    spoil: (events, pick) => {
      const lists = finalLists(events);
      const found = someEntry(
        events,
        pick,
        (event) => lists.includes(event),
        ({ key }) => key === null,
      );
      if (found === null) return null;
      const { list, entry } = found;
      return withLists(
        events,
        ({ dev }) => dev === list.dev,
        (all) => all.filter(({ id }) => id !== entry.id),
      );
    },
  },
  {
    ...{ name: 'shows a message twice for a moment', invariant: 'I2' },
    spoil: (events, pick) => {
      const found = someEntry(events, pick, onDevice);
      return (
        found &&
        withLists(
          events,
          (event) => event === found.list,
          (all) => [...all, found.entry],
        )
      );
    },
  },
  {
    ...{ name: 'keeps a message twice, under a second key', invariant: 'I2' },
    spoil: (events, pick) => {
      const found = someEntry(events, pick, ({ dev, f }) => f === 'list' && dev === 'service');
      const double = found && { ...found.entry, key: 'another', id: 'another' };
      return (
        found &&
        double &&
        withLists(
          events,
          (event) => event === found.list,
          (all) => [...all, double],
        )
      );
    },
  },
  {
    ...{ name: 'accepts a message twice', invariant: 'I2' },
    spoil: (events, pick) => {
      const commit = pick(events.filter(({ f }) => f === 'srv.commit'));
      if (commit === null) return null;
      const v = { ...detailOf('srv.commit', commit), id: 'another' };
      return added(events, commit, { key: commit.key ?? '', v });
    },
  },
  {
    ...{ name: 'shows what nobody wrote', invariant: 'I3' },
    spoil: (events, pick) => {
      const list = pick(events.filter(onDevice));
      const phantom = {
        ...{ key: 'phantom', id: 'phantom', text: 'boo' },
        author: 'self',
        status: 'sent',
      } as const;
      return (
        list &&
        withLists(
          events,
          (event) => event === list,
          (all) => [...all, phantom],
        )
      );
    },
  },
  {
    ...{ name: 'shows other words than were written', invariant: 'I3' },
    spoil: (events, pick) => {
      const found = someEntry(events, pick, onDevice, ({ key }) => key !== null);
      const garbled = found && { ...found.entry, text: `${found.entry.text}?` };
      return (
        found &&
        garbled &&
        withLists(
          events,
          (event) => event === found.list,
          (all) => all.map((one) => (one.key === found.entry.key ? garbled : one)),
        )
      );
    },
  },
  {
    ...{ name: 'keeps on a device what the service no longer has', invariant: 'I3' },
    spoil: (events, pick) => {
      const found = someEntry(events, pick, (event) => finalLists(events).includes(event));
      const gone = found?.entry.id;
      return (
        found &&
        withLists(
          events,
          ({ dev }) => dev === 'service',
          (all) => all.filter(({ id }) => id !== gone),
        )
      );
    },
  },
  {
    ...{ name: 'shows two messages the other way round', invariant: 'I4' },
    spoil: (events, pick) => {
      const list = pick(
        events.filter((event) => onDevice(event) && entriesOf(event).filter(isConfirmed).length > 1),
      );
      if (list === null) return null;
      const all = entriesOf(list).filter(isConfirmed);
      const a = pick(all.slice(1));
      const b = all[0];
      return a && b && a.id !== b.id
        ? withLists(
            events,
            (event) => event === list,
            (entries) => swapped(entries, a, b),
          )
        : null;
    },
  },
  {
    ...{ name: 'shows what waits above what is accepted', invariant: 'I4' },
    spoil: (events, pick) => {
      const mixed = (event: Event): boolean =>
        onDevice(event) && entriesOf(event).some(isConfirmed) && !entriesOf(event).every(isConfirmed);
      const list = pick(events.filter(mixed));
      return (
        list &&
        withLists(
          events,
          (event) => event === list,
          (entries) => [...entries].reverse(),
        )
      );
    },
  },
  {
    ...{ name: 'sends the second message first', invariant: 'I5' },
    spoil: (events, pick) => {
      const table = pick(events.filter((event) => isList(event) && event.dev === 'service'));
      const own = table === null ? [] : entriesOf(table).filter(({ author }) => author === 'self');
      // The model's texts say where they were written.
      const writer = ({ text }: Entry): string => text.split(' ').slice(0, 2).join(' ');
      const pairs = own.flatMap((a, i) => own.slice(i + 1).map((b) => [a, b] as const));
      const pair = pick(pairs.filter(([a, b]) => writer(a) === writer(b)));
      return (
        pair &&
        withLists(
          events,
          () => true,
          (entries) => swapped(entries, ...pair),
        )
      );
    },
  },
  {
    ...{ name: 'loses for a moment what it has shown', invariant: 'I6' },
    spoil: (events, pick) => {
      const past = readPast(events);
      const again = past.reads.flatMap((read, i) => {
        const before = past.reads
          .slice(0, i)
          .filter((one) => one.dev === read.dev && one.session === read.session);
        const known = new Set(before.at(-1)?.shown.map(({ name }) => name));
        return read.shown.filter(({ name }) => known.has(name)).map(({ entry }) => ({ read, entry }));
      });
      const found = pick(again);
      const gone = found?.entry;
      const isIt = (entry: Entry): boolean => gone?.text === entry.text;
      return (
        found &&
        withLists(
          events,
          ({ dev, t }) => dev === found.read.dev && t === found.read.t,
          (all) => all.filter((entry) => !isIt(entry)),
        )
      );
    },
  },
  {
    ...{ name: 'calls queued what it has called sent', invariant: 'I6' },
    spoil: (events, pick) => {
      const lists = finalLists(events);
      const found = someEntry(
        events,
        pick,
        (event) => lists.includes(event),
        ({ author }) => author === 'self',
      );
      const late = events.filter((event) => event.dev === found?.list.dev && onDevice(event)).at(-1);
      return (
        found &&
        withLists(
          events,
          (event) => event === late,
          (all) => all.map((one) => (one.key === found.entry.key ? { ...one, status: 'queued' } : one)),
        )
      );
    },
  },
  {
    ...{ name: 'does not have after a kill what it had kept', invariant: 'I7' },
    spoil: (events, pick) => {
      const past = readPast(events);
      const cases = past.events
        .filter(({ f, type }) => f === 'kill' && type === 'ok')
        .flatMap((kill) => {
          const next = past.reads.find(({ dev, begun }) => dev === kill.dev && begun > kill.t);
          const from = past.sessions[next?.session ?? -1]?.from ?? Infinity;
          const kept = next?.shown.filter(({ name }) => {
            const one = past.written.get(name ?? '');
            return one?.dev === kill.dev && one.answered < kill.t && one.begun > from;
          });
          return (kept ?? []).map(({ name }) => ({ dev: kill.dev, t: kill.t, name }));
        });
      const found = pick(cases);
      return (
        found &&
        withLists(events, ({ dev, t }) => dev === found.dev && t > found.t, without(found.name ?? ''))
      );
    },
  },
  {
    ...{ name: 'forgets what it has accepted', invariant: 'I7' },
    spoil: (events, pick) => {
      const commit = pick(events.filter(({ f }) => f === 'srv.commit'));
      return commit && withLists(events, ({ dev }) => dev === 'service', without(commit.key ?? ''));
    },
  },
  {
    ...{ name: "shows a person another's message", invariant: 'I8' },
    spoil: (events, pick) => {
      const past = readPast(events);
      const read = pick(past.reads.filter(({ users }) => users.length === 1));
      const others = [...past.service].flatMap(([user, { shown }]) => (user === read?.users[0] ? [] : shown));
      const foreign = pick(others);
      return (
        read &&
        foreign &&
        withLists(
          events,
          ({ dev, t }) => dev === read.dev && t === read.t,
          (all) => [...all, foreign.entry],
        )
      );
    },
  },
  {
    ...{ name: "sends a message in another's name", invariant: 'I8' },
    spoil: (events, pick) => {
      const commit = pick(events.filter(({ f }) => f === 'srv.commit'));
      return (
        commit &&
        added(events, commit, { key: commit.key ?? '', v: { id: `m-${commit.key ?? ''}`, user: 'u9' } })
      );
    },
  },
  {
    ...{ name: 'announces a message to another', invariant: 'I8' },
    spoil: (events, pick) => {
      const past = readPast(events);
      const foreign = [...past.written.values()].filter(
        ({ owner, outcome }) => owner !== 'u9' && outcome === 'ok',
      );
      const one = pick(foreign);
      const before = events[0];
      return one && before !== undefined
        ? added(events, before, { dev: 'd1', f: 'notify', type: 'ok', v: { text: one.text } })
        : null;
    },
  },
  {
    ...{ name: 'leaves a canary on the disk', invariant: 'I9' },
    spoil: (events) =>
      events.map((event) =>
        event.f === 'scan'
          ? { ...event, type: 'fail' as const, v: { found: [{ canary: 'c1', at: 'history.db-wal' }] } }
          : event,
      ),
  },
  ...(
    [
      ['asks far too often', { requests: 100_000 }],
      ['grows and grows', { rssMb: 900 }],
      ['never comes to agree', { convergedMs: null }],
      ['takes too long to agree', { convergedMs: 16_000 }],
    ] as const
  ).map(([name, v]): Damage => {
    return {
      ...{ name, invariant: 'I10' },
      spoil: (events) => events.map((event) => (event.f === 'count' ? { ...event, v } : event)),
    };
  }),
  ...(
    [
      ['does not start', { f: 'start', type: 'fail' }],
      ['ends though nobody asked', { f: 'exit', type: 'info' }],
      ['shows a stack trace', { f: 'alert', type: 'ok', v: 'TypeError: x is undefined' }],
      ['turns white', { f: 'alive', type: 'fail', v: { why: 'the page is white' } }],
      ['lets its input wait', { f: 'alive', type: 'ok', v: { inputMs: 900 } }],
    ] as const
  ).map(([name, more]): Damage => {
    return {
      ...{ name, invariant: 'I11' },
      spoil: (events, pick) => {
        const after = pick(events.filter(onDevice));
        return after && added(events, after, more);
      },
    };
  }),
  {
    ...{ name: 'says that it kept what it did not', invariant: 'I12' },
    spoil: (events, pick) => {
      const key = someKept(events, pick);
      return key === null ? null : withLists(events, ({ dev }) => dev !== 'service', without(key));
    },
  },
  {
    ...{ name: 'calls failed what the service has', invariant: 'I12' },
    spoil: (events, pick) => {
      const lists = finalLists(events);
      const found = someEntry(
        events,
        pick,
        (event) => lists.includes(event),
        ({ author }) => author === 'self',
      );
      return (
        found &&
        withLists(
          events,
          (event) => event.dev === found.list.dev && lists.includes(event),
          (all) => all.map((one) => (one.key === found.entry.key ? { ...one, status: 'failed' } : one)),
        )
      );
    },
  },
  {
    ...{ name: 'says offline when all is well', invariant: 'I12' },
    spoil: (events, pick) => {
      const list = pick(finalLists(events));
      return (
        list &&
        events.map((event) =>
          event === list ? { ...event, v: { entries: [...entriesOf(event)], link: 'offline' } } : event,
        )
      );
    },
  },
  {
    ...{ name: 'shows what it has refused', invariant: 'I3' },
    spoil: (events, pick) => {
      const found = someEntry(events, pick, onDevice, ({ key }) => key !== null);
      if (found === null) return null;
      return events.map((event) =>
        event.f === 'send' && event.type === 'ok' && event.key === found.entry.key
          ? { ...event, type: 'fail' as const }
          : event,
      );
    },
  },
  {
    ...{ name: 'gives what it has accepted another id', invariant: 'I7' },
    spoil: (events, pick) => {
      const commit = pick(events.filter(({ f }) => f === 'srv.commit'));
      return (
        commit &&
        withLists(
          events,
          () => true,
          (all) =>
            all.map((one) => (one.key === commit.key && one.id !== null ? { ...one, id: 'other' } : one)),
        )
      );
    },
  },
  {
    ...{ name: 'calls sent what the service does not have yet', invariant: 'I12' },
    spoil: (events, pick) => {
      const shown = events.filter(onDevice).flatMap((event) => entriesOf(event).filter(isConfirmed));
      const commit = pick(
        events.filter(({ f, key }) => f === 'srv.commit' && shown.some((one) => one.key === key)),
      );
      return (
        commit && events.map((event) => (event === commit ? { ...event, t: event.t + 60_000_000 } : event))
      );
    },
  },
  {
    ...{ name: 'waits for ever', invariant: 'I12' },
    spoil: (events, pick) => {
      const lists = finalLists(events);
      const found = someEntry(
        events,
        pick,
        (event) => lists.includes(event),
        ({ author }) => author === 'self',
      );
      return (
        found &&
        withLists(
          events,
          (event) => event.dev === found.list.dev && lists.includes(event),
          (all) => all.map((one) => (one.key === found.entry.key ? { ...one, status: 'queued' } : one)),
        )
      );
    },
  },
  {
    ...{ name: 'says live on a dead link', invariant: 'I12' },
    spoil: (events, pick) => {
      const last = pick(finalLists(events));
      const first = events[0];
      if (last === null || first === undefined) return null;
      const v = { where: last.dev, layer: 'bytes', kind: 'down' };
      const mended = events.filter(({ f, dev }) => f !== 'fault' || dev !== last.dev);
      return added(mended, first, { dev: last.dev, f: 'fault', type: 'invoke', v });
    },
  },
];
