import { type Checker, Complaints } from './checker.ts';
import { isConfirmed, type Past, type Read } from './past.ts';

/**
 * I6: within a session a device never loses what it has shown, never puts two accepted messages the other way round, and never
 * takes back that one was accepted; also across a restart.
 */
export const nothingTakenBack: Checker = (past) => {
  const complaints = new Complaints('I6');
  let checked = 0;
  for (const reads of sessionsRead(past)) {
    let before: Read | null = null;
    for (const read of reads) {
      if (before !== null) {
        compare(before, read, complaints);
        checked += 1;
      }
      before = read;
    }
  }
  return { breaches: complaints.breaches, checked };
};

function compare(before: Read, after: Read, complaints: Complaints): void {
  const places = new Map(after.shown.map(({ name, entry }, place) => [name, { place, entry }] as const));
  let last = -1;
  for (const { name, entry } of before.shown) {
    if (name === null) continue;
    const now = places.get(name);
    if (now === undefined) {
      complaints.add(after, name, `was ${entry.status} and is no longer there`);
      continue;
    }
    if (!isConfirmed(entry)) continue;
    if (!isConfirmed(now.entry))
      complaints.add(after, name, `was ${entry.status} and is ${now.entry.status} again`);
    else if (now.place < last) complaints.add(after, name, 'changed places with what stood above it');
    last = Math.max(last, now.place);
  }
}

/** The readings of each session of each device, in order of time. */
function sessionsRead({ reads }: Past): Iterable<readonly Read[]> {
  const groups = new Map<string, Read[]>();
  for (const read of reads) {
    if (read.users.length > 1) continue;
    const of = `${read.dev} ${read.session}`;
    groups.set(of, [...(groups.get(of) ?? []), read]);
  }
  return groups.values();
}

/**
 * I7: what its writer was told is kept before the device died is there when it is read again; what the service has said it
 * holds is in its table at the end, under the same id.
 */
export const durability: Checker = (past) => {
  const complaints = new Complaints('I7');
  let checked = 0;
  for (const death of past.events.filter(
    ({ f, type }) => f === 'kill' || (f === 'exit' && type === 'info'),
  )) {
    const next = past.reads.find(({ dev, begun }) => dev === death.dev && begun > death.t);
    if (next?.users.length !== 1) continue;
    const names = new Set(next.shown.map(({ name }) => name));
    const from = past.sessions[next.session]?.from ?? 0;
    for (const one of past.written.values()) {
      if (one.dev !== death.dev || one.outcome !== 'ok' || one.answered > death.t || one.begun < from)
        continue;
      checked += 1;
      if (!names.has(one.name))
        complaints.add(next, one.name, 'was kept before the device died and is not there after');
    }
  }
  for (const { key, id, user, t } of past.commits) {
    const table = past.service.get(user);
    if (table === undefined) continue;
    checked += 1;
    const row = table.shown.find(({ name }) => name === key);
    if (row === undefined)
      complaints.add({ dev: 'service', t }, key, `was accepted as ${id} and is not there at the end`);
    else if (row.entry.id !== id)
      complaints.add(
        { dev: 'service', t },
        key,
        `was accepted as ${id} and is ${row.entry.id ?? 'nothing'} at the end`,
      );
  }
  return { breaches: complaints.breaches, checked };
};
