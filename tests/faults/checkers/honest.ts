import { detailOf } from '../history.ts';
import { type Checker, Complaints, type Limits } from './checker.ts';
import { isConfirmed, type Past, type Read } from './past.ts';

/**
 * I12: the words beside a message and above the thread agree with what has happened, at most `honestMs` late: what is shown as
 * sent the service had, what is shown as waiting or failed it did not; what the writer was told is kept is listed; nobody is
 * live on a dead link, nor offline when all is well.
 */
export const honestWords: Checker = (past, limits) => {
  const complaints = new Complaints('I12');
  const checked =
    tooEarly(past, limits, complaints) +
    tooLate(past, limits, complaints) +
    notListed(past, limits, complaints) +
    wrongAtTheEnd(past, complaints) +
    liveOnDeadLink(past, limits, complaints);
  return { breaches: complaints.breaches, checked };
};

/** Shown as accepted before the service, by its own word, had it. */
function tooEarly({ commits, reads }: Past, { honestMs }: Limits, complaints: Complaints): number {
  const since = new Map(commits.map(({ key, t }) => [key, t] as const).reverse());
  for (const read of reads) {
    for (const { name, entry } of read.shown) {
      const committed = since.get(name ?? '');
      if (committed !== undefined && isConfirmed(entry) && read.t + honestMs * 1_000 < committed)
        complaints.add(read, name, `is ${entry.status} long before the service has it`);
    }
  }
  return commits.length;
}

/**
 * Still waiting though the service has long had it, on a device that says it is live. While answers and events may be lost a
 * device cannot know; after that it has as long as all have to agree.
 */
function tooLate(past: Past, { honestMs, convergedMs }: Limits, complaints: Complaints): number {
  const isTroubled = past.events.some(({ f }) => f === 'fault');
  const calm = isTroubled ? (past.phases.get('heal') ?? Infinity) + convergedMs * 1_000 : 0;
  const since = new Map(past.commits.map(({ key, t }) => [key, t] as const));
  const liveSince = new Map<string, number>();
  let checked = 0;
  for (const read of past.reads) {
    if (read.link !== 'live') {
      liveSince.delete(read.dev);
      continue;
    }
    const live = liveSince.get(read.dev) ?? read.t;
    liveSince.set(read.dev, live);
    checked += 1;
    for (const { name, entry } of read.shown) {
      const known = Math.max(since.get(name ?? '') ?? Infinity, live, calm);
      if (!isConfirmed(entry) && read.begun > known + honestMs * 1_000)
        complaints.add(read, name, `is ${entry.status}, and the service has long had it`);
    }
  }
  return checked;
}

/** A reading after its writer was told that it is kept, and had time to see it. */
function notListed({ written, reads, sessions }: Past, { honestMs }: Limits, complaints: Complaints): number {
  let checked = 0;
  for (const one of written.values()) {
    if (one.outcome !== 'ok' || one.dev === 'business') continue;
    const isShownIn = ({ shown }: Read): boolean => shown.some(({ name }) => name === one.name);
    const later = reads.filter(({ dev, begun }) => dev === one.dev && begun > one.answered);
    const next =
      later.find((read) => isShownIn(read) || read.begun > one.answered + honestMs * 1_000) ?? later.at(-1);
    if (next === undefined || one.begun < (sessions[next.session]?.from ?? 0)) continue;
    checked += 1;
    if (!isShownIn(next)) complaints.add(next, one.name, 'was shown as kept, and is not listed');
  }
  return checked;
}

/** When all is quiet no word may be left over from before. */
function wrongAtTheEnd({ finalReads, service }: Past, complaints: Complaints): number {
  for (const read of finalReads) {
    if (read.link === 'offline') complaints.add(read, null, 'says offline when all is well');
    const held = heldBy(read, service);
    for (const { name, entry } of read.shown) {
      if (name === null || isConfirmed(entry) || !held.has(name)) continue;
      complaints.add(read, name, `is ${entry.status} at the end, and the service has it`);
    }
    for (const { name, entry } of read.shown) {
      if (entry.status === 'queued' || entry.status === 'sending')
        complaints.add(read, name, `is ${entry.status} for ever`);
    }
  }
  return finalReads.length;
}

function heldBy({ users }: Read, service: ReadonlyMap<string, Read>): ReadonlySet<string | null> {
  const table = users.length === 1 ? service.get(users[0] ?? '') : undefined;
  return new Set(table?.shown.map(({ name }) => name));
}

/** A cut that resets what stands is felt at once; a silent one may take as long as a heartbeat, and is not judged here. */
function liveOnDeadLink(past: Past, { honestMs }: Limits, complaints: Complaints): number {
  const cuts = cutsIn(past);
  const seen = new Set<string>();
  for (const read of past.reads) {
    const cut = cuts.find(({ dev, from, until }) => {
      return dev === read.dev && read.begun > from + honestMs * 1_000 && read.t < until;
    });
    if (cut === undefined || read.link !== 'live') {
      seen.delete(read.dev);
      continue;
    }
    // Who has just been woken may need a moment: the second time counts.
    if (seen.has(read.dev)) complaints.add(read, null, 'says live on a link that is down');
    seen.add(read.dev);
  }
  return cuts.length;
}

function cutsIn({
  events,
}: Past): readonly { readonly dev: string; readonly from: number; readonly until: number }[] {
  const cuts: { dev: string; from: number; until: number }[] = [];
  for (const event of events) {
    if (event.f !== 'fault' || detailOf('fault', event).kind !== 'down') continue;
    const open = cuts.find(({ dev, until }) => dev === event.dev && until === Infinity);
    if (event.type === 'invoke' && open === undefined)
      cuts.push({ dev: event.dev, from: event.t, until: Infinity });
    else if (event.type === 'ok' && open !== undefined) open.until = event.t;
    else if (event.type === 'fail' && open !== undefined) cuts.splice(cuts.indexOf(open), 1);
  }
  return cuts;
}
