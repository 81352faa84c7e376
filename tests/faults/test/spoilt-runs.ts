/** What can be wrong with the run around the threads, and with what was said of it. */
import { isConfirmed, readPast } from '../checkers/past.ts';
import {
  type Damage,
  withLists,
  added,
  someKept,
  without,
  someEntry,
  finalLists,
  onDevice,
  entriesOf,
} from './spoiling.ts';

export const spoiltRuns: readonly Damage[] = [
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
