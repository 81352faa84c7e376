/** A history read once, in the terms in which the invariants are written. */
import { detailOf, type Entry, type RunEvent } from '../history.ts';

/** A message that somebody wrote, and what its writer was told. */
export interface Written {
  /** What it is called in every report: its key, or the words of the business. */
  readonly name: string;
  readonly text: string;
  /** Whose thread it belongs to; null if nobody was signed in where it was written. */
  readonly owner: string | null;
  /** A device, or `business`. */
  readonly dev: string;
  /** When it was written and when its writer was answered: Infinity if never. */
  readonly begun: number;
  readonly answered: number;
  /** `ok`: kept. `fail`: refused. `info`: nobody knows. */
  readonly outcome: 'ok' | 'fail' | 'info';
}

export interface Shown {
  /** The `name` of what was written; null for what nobody wrote. */
  readonly name: string | null;
  readonly entry: Entry;
}

/** One reading of a whole thread. */
export interface Read {
  readonly dev: string;
  /** Everybody who may have been signed in there while it was read. */
  readonly users: readonly string[];
  readonly begun: number;
  readonly t: number;
  readonly phase: string;
  readonly link: string | null;
  readonly shown: readonly Shown[];
  /** The session it belongs to: a device may forget a person between two. */
  readonly session: number;
}

/** Somebody signed in somewhere. `until` is Infinity while nobody knows that it ended. */
export interface Session {
  readonly dev: string;
  readonly user: string;
  readonly from: number;
  readonly until: number;
}

export interface Commit {
  readonly t: number;
  readonly key: string;
  readonly id: string;
  readonly user: string;
}

export interface Past {
  readonly events: readonly RunEvent[];
  readonly written: ReadonlyMap<string, Written>;
  readonly reads: readonly Read[];
  /** What the service held at the end, by person. */
  readonly service: ReadonlyMap<string, Read>;
  readonly sessions: readonly Session[];
  readonly commits: readonly Commit[];
  /** When each phase began; the end of the history is not a phase. */
  readonly phases: ReadonlyMap<string, number>;
  readonly devices: readonly string[];
  /** The whole threads read when all was quiet, before and after everybody started again. */
  readonly finalReads: readonly Read[];
}

/** Everybody's last words are read in these. */
export const finalPhases = ['read', 'restart', 'dump'];

const notDevices = new Set(['service', 'business', 'harness', 'every']);

export function readPast(events: readonly RunEvent[]): Past {
  const sessions = sessionsOf(events);
  const written = writtenIn(events, sessions);
  const phases = new Map<string, number>();
  for (const event of events) if (event.f === 'phase') phases.set(detailOf('phase', event), event.t);
  const all = readsIn(events, sessions, written);
  const reads = all.filter(({ dev }) => dev !== 'service');
  const tables = all.filter(({ dev }) => dev === 'service');
  const devices = [...new Set(events.map(({ dev }) => dev))].filter((dev) => !notDevices.has(dev));
  return {
    ...{ events, written, reads, sessions, phases, devices },
    service: new Map(tables.map((table) => [soleUser(table, sessions), table])),
    commits: events.filter(({ f }) => f === 'srv.commit').map(commitOf),
    finalReads: lastReads(reads),
  };
}

/** @returns the sessions of one person that were on at `dev` at some time between the two. */
export function sessionsBetween(
  past: Pick<Past, 'sessions'>,
  dev: string,
  from: number,
  to: number,
): Session[] {
  return past.sessions.filter((one) => one.dev === dev && one.from <= to && one.until >= from);
}

/** What the service has accepted, as far as the device knows. */
export function isConfirmed({ status }: Entry): boolean {
  return status !== 'queued' && status !== 'sending' && status !== 'failed';
}

export function confirmedNames({ shown }: Read): string[] {
  return shown.flatMap(({ name, entry }) => (name !== null && isConfirmed(entry) ? [name] : []));
}

/** A session begins when a login is asked for, and ends when a logout or another's login was answered. */
function sessionsOf(events: readonly RunEvent[]): Session[] {
  const sessions: { dev: string; user: string; from: number; until: number }[] = [];
  const asked = new Map<string, number>();
  const end = (dev: string, t: number): void => {
    for (const one of sessions) if (one.dev === dev && one.until === Infinity) one.until = t;
  };
  for (const event of events) {
    const { dev, f, type, t } = event;
    if (f === 'logout' && type === 'ok') end(dev, t);
    if (f !== 'login') continue;
    if (type === 'invoke') asked.set(dev, t);
    else if (type !== 'fail') {
      if (type === 'ok') end(dev, t);
      sessions.push({ dev, user: detailOf('login', event), from: asked.get(dev) ?? t, until: Infinity });
    }
  }
  return sessions;
}

function writtenIn(events: readonly RunEvent[], sessions: readonly Session[]): Map<string, Written> {
  const written = new Map<string, Written>();
  for (const event of events) {
    if (event.f !== 'send' && event.f !== 'say') continue;
    const { t, dev, type } = event;
    const name = event.f === 'say' ? detailOf('say', event).text : (event.key ?? '');
    const before = written.get(name);
    if (type !== 'invoke') {
      if (before !== undefined) written.set(name, { ...before, answered: t, outcome: type });
      continue;
    }
    const begun = { name, dev, begun: t, answered: Infinity, outcome: 'info' } as const;
    if (event.f === 'say') written.set(name, { ...begun, text: name, owner: detailOf('say', event).to });
    else {
      const owner = sessionsBetween({ sessions }, dev, t, t).at(-1)?.user ?? null;
      written.set(name, { ...begun, text: detailOf('send', event), owner });
    }
  }
  return written;
}

function readsIn(
  events: readonly RunEvent[],
  sessions: readonly Session[],
  written: ReadonlyMap<string, Written>,
): Read[] {
  const byText = new Map([...written.values()].map(({ text, name }) => [text, name]));
  const reads: Read[] = [];
  const asked = new Map<string, number>();
  let phase = '';
  for (const event of events) {
    const { dev, t } = event;
    if (event.f === 'phase') phase = detailOf('phase', event);
    if (event.f !== 'list') continue;
    if (event.type === 'invoke') asked.set(dev, t);
    if (event.type !== 'ok') continue;
    const detail = detailOf('list', event);
    const { entries, user, link } = Array.isArray(detail) ? { entries: detail } : detail;
    const begun = asked.get(dev) ?? t;
    const on = sessionsBetween({ sessions }, dev, begun, t);
    const session = sessions.indexOf(on.at(-1) ?? nobody);
    const shown = entries.map((entry) => ({ name: nameOf(entry, written, byText), entry }));
    const users = user === undefined ? on.map((one) => one.user) : [user];
    reads.push({ ...{ dev, users, begun, t, phase, shown, session }, link: link ?? null });
  }
  return reads;
}

const nobody: Session = { dev: '', user: '', from: 0, until: 0 };

/** By its key; by its words where the device made up a key of its own. */
function nameOf(
  { key, text }: Entry,
  written: ReadonlyMap<string, Written>,
  byText: ReadonlyMap<string, string>,
): string | null {
  return key !== null && written.has(key) ? key : (byText.get(text) ?? null);
}

/** A table that does not say whose it is belongs to the only person there is. */
function soleUser({ users }: Read, sessions: readonly Session[]): string {
  const everybody = [...new Set(sessions.map(({ user }) => user))];
  const user = users[0] ?? everybody[0] ?? '';
  if (users.length !== 1 && everybody.length > 1)
    throw new Error('a table of the service says not whose it is');
  return user;
}

function commitOf(event: RunEvent): Commit {
  const { id, user } = detailOf('srv.commit', event);
  return { t: event.t, key: event.key ?? '', id, user };
}

/** The last of each device in each final phase. */
function lastReads(reads: readonly Read[]): Read[] {
  const last = new Map<string, Read>();
  for (const read of reads) if (finalPhases.includes(read.phase)) last.set(`${read.dev} ${read.phase}`, read);
  return [...last.values()];
}
