import { type Checker, Complaints } from './checker.ts';
import { confirmedNames, isConfirmed, type Past, type Read, type Written } from './past.ts';

/**
 * I1: what its writer was told is kept is in the service's table and in every final list, or is shown as failed where it was
 * written; what the service holds is in every final list. Each message is `stable`, `stale` (it was missing from a list read
 * after it had been seen elsewhere), `lost`, `neverRead`, `parked` (shown as failed), `leftBehind` (its writer signed out
 * before it went), `refused`, or `open` (nobody was told anything, and it is nowhere).
 */
export const noLoss: Checker = (past) => {
  const complaints = new Complaints('I1');
  const counts = {
    stable: 0,
    stale: 0,
    lost: 0,
    neverRead: 0,
    parked: 0,
    leftBehind: 0,
    open: 0,
    refused: 0,
    staleMs: 0,
  };
  const finals = past.finalReads.map((read) => ({
    read,
    names: new Set(read.shown.map(({ name }) => name)),
  }));
  const staleMs = staleness(past);
  for (const one of past.written.values()) {
    const { name } = one;
    const table = past.service.get(one.owner ?? '');
    const isHeld = table?.shown.some((shown) => shown.name === name) ?? false;
    const missing = finals.filter(({ read, names }) => isOnly(read, one.owner) && !names.has(name));
    const unkept = one.outcome === 'fail' ? 'refused' : 'open';
    const kind = isHeld || one.outcome === 'ok' ? fate(past, one, isHeld, missing.length > 0) : unkept;
    const late = staleMs.get(name) ?? 0;
    counts[kind === 'stable' && late > 0 ? 'stale' : kind] += 1;
    counts.staleMs = Math.max(counts.staleMs, late);
    if (kind !== 'lost' && kind !== 'neverRead') continue;
    const where = missing[0]?.read ?? table ?? { dev: one.dev, t: one.answered };
    const places = [
      ...(isHeld ? [] : ['the service']),
      ...missing.map(({ read }) => `${read.dev} (${read.phase})`),
    ];
    complaints.add(
      where,
      name,
      `${kind === 'lost' ? 'was there and is gone' : 'never came'}: missing at ${places.join(', ')}`,
    );
  }
  return { breaches: complaints.breaches, checked: past.written.size, counts };
};

function fate(
  past: Past,
  one: Written,
  isHeld: boolean,
  isMissing: boolean,
): 'stable' | 'lost' | 'neverRead' | 'parked' | 'leftBehind' {
  if (isHeld && !isMissing) return 'stable';
  if (!isHeld && isParked(past, one)) return 'parked';
  if (!isHeld && hasLeft(past, one)) return 'leftBehind';
  return wasSeen(past, one) ? 'lost' : 'neverRead';
}

/** Its writer sees it as failed, at the end. */
function isParked(past: Past, { dev, name }: Written): boolean {
  const own = past.finalReads.filter((read) => read.dev === dev).at(-1);
  return own?.shown.some((shown) => shown.name === name && shown.entry.status === 'failed') ?? false;
}

/** A device that signs out takes what it has not sent with it: nothing leaves it under another name. */
function hasLeft(past: Past, one: Written): boolean {
  const session = past.sessions.find(
    ({ dev, from, until }) => dev === one.dev && from <= one.begun && until >= one.begun,
  );
  return session !== undefined && session.until !== Infinity && !wasConfirmed(past, one);
}

function wasSeen(past: Past, { name }: Written): boolean {
  return past.reads.some(({ shown }) => shown.some((one) => one.name === name));
}

function wasConfirmed(past: Past, { name }: Written): boolean {
  return (
    past.commits.some(({ key }) => key === name) ||
    past.reads.some(({ shown }) => shown.some((one) => one.name === name && isConfirmed(one.entry)))
  );
}

function isOnly({ users }: Read, owner: string | null): boolean {
  return users.length === 1 && users[0] === owner;
}

/** How long after it was first shown as accepted a message was still missing elsewhere, in milliseconds. */
function staleness({ reads }: Past): ReadonlyMap<string, number> {
  const first = new Map<string, Read>();
  const late = new Map<string, number>();
  for (const read of reads) {
    const names = new Set(confirmedNames(read));
    for (const name of names) if (!first.has(name)) first.set(name, read);
    for (const [name, { t, users }] of first) {
      if (!names.has(name) && read.begun > t && users[0] === read.users[0])
        late.set(name, Math.round((read.t - t) / 1_000));
    }
  }
  return late;
}
