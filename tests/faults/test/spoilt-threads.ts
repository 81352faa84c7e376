/** Lost, doubled, made up, out of order: what can be wrong with a thread. */
import { isConfirmed, readPast } from '../checkers/past.ts';
import { detailOf, type Entry, type RunEvent } from '../history.ts';
import {
  type Damage,
  withLists,
  added,
  someKept,
  without,
  swapped,
  someEntry,
  finalLists,
  isList,
  onDevice,
  entriesOf,
} from './spoiling.ts';

export const spoiltThreads: readonly Damage[] = [
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
      const mixed = (event: RunEvent): boolean =>
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
];
