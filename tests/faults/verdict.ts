/** What a history comes to. */
import { checkers } from './checkers/all.ts';
import { type Breach, type Invariant, invariants, type Limits, usualLimits } from './checkers/checker.ts';
import { type Past, readPast } from './checkers/past.ts';
import type { RunEvent } from './history.ts';
import type { Plan } from './plans/plan.ts';
import { storyOf } from './story.ts';

/** What a run must at least have done to prove anything. */
export interface Demands {
  /** Messages whose writers were told that they are kept. */
  readonly kept: number;
  /** Faults that did something. */
  readonly hits: number;
  /** Invariants that must have had something to look at. */
  readonly invariants: readonly Invariant[];
}

export interface Verdict {
  /** `unknown` fails as well: a run that did nothing proves nothing. */
  readonly kind: 'valid' | 'invalid' | 'unknown';
  readonly breaches: readonly Breach[];
  /** Why it proves nothing. */
  readonly doubts: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  /** What happened to the message of the first breach. */
  readonly story: readonly string[];
}

const everyRunShows: readonly Invariant[] = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I8', 'I9', 'I11', 'I12'];

/** Half of what was planned must have been kept, and one fault of those planned must have hit. */
export function demandsOf({ sends, faults }: Pick<Plan, 'sends' | 'faults'>): Demands {
  return {
    kept: Math.max(1, Math.ceil(sends.length / 2)),
    hits: Math.min(1, faults.length),
    invariants: everyRunShows,
  };
}

export const usualDemands: Demands = { kept: 1, hits: 1, invariants: everyRunShows };

export function judge(
  events: readonly RunEvent[],
  demands: Demands = usualDemands,
  limits: Limits = usualLimits,
): Verdict {
  const past = readPast([...events].sort((a, b) => a.t - b.t));
  const breaches: Breach[] = [];
  const counts: Record<string, number> = countsOf(past);
  const doubts = doubtsAbout(past, demands);
  for (const id of Object.keys(invariants) as Invariant[]) {
    const findings = checkers[id](past, limits);
    breaches.push(...findings.breaches);
    counts[`${id} checked`] = findings.checked;
    for (const [name, count] of Object.entries(findings.counts ?? {})) counts[`${id} ${name}`] = count;
    if (findings.checked === 0 && demands.invariants.includes(id))
      doubts.push(`${id} (${invariants[id]}) had nothing to look at`);
  }
  const [first] = breaches;
  const kind = first !== undefined ? 'invalid' : doubts.length > 0 ? 'unknown' : 'valid';
  return { kind, breaches, doubts, counts, story: first === undefined ? [] : storyOf(past, first) };
}

function countsOf(past: Past): Record<string, number> {
  const { events, written, reads, commits } = past;
  return {
    ...{ written: written.size, kept: keptIn(past), reads: reads.length, commits: commits.length },
    faults: events.filter(({ f, type }) => f === 'fault' && type === 'invoke').length,
    hits: hitsIn(past),
    kills: events.filter(({ f, type }) => f === 'kill' && type === 'ok').length,
  };
}

function doubtsAbout(past: Past, demands: Demands): string[] {
  const doubts: string[] = [];
  const kept = keptIn(past);
  if (kept < demands.kept) doubts.push(`too little work: ${kept} messages kept, ${demands.kept} asked for`);
  const hits = hitsIn(past);
  if (hits < demands.hits)
    doubts.push(`${hits === 0 ? 'no fault' : 'too few faults'} hit: ${hits}, ${demands.hits} asked for`);
  for (const dev of past.devices) {
    if (!past.finalReads.some((read) => read.dev === dev)) doubts.push(`${dev} was never read at the end`);
  }
  const people = new Set(past.sessions.map(({ user }) => user));
  for (const user of people) {
    if (!past.service.has(user)) doubts.push(`nobody looked what the service has of ${user}`);
  }
  return doubts;
}

function keptIn({ written }: Past): number {
  return [...written.values()].filter(({ outcome, dev }) => outcome === 'ok' && dev !== 'business').length;
}

function hitsIn({ events }: Past): number {
  return events.filter(({ f, type }) => f === 'fault' && (type === 'ok' || type === 'info')).length;
}

/** For people. */
export function printed(verdict: Verdict): string {
  const { kind, breaches, doubts, counts, story } = verdict;
  const lines = [kind, ...doubts.map((doubt) => `  ? ${doubt}`)];
  for (const { invariant, name, dev, says } of breaches.slice(0, 20))
    lines.push(`  ${invariant} (${invariants[invariant]}) ${dev}: ${name === null ? '' : `${name} `}${says}`);
  if (breaches.length > 20) lines.push(`  … and ${breaches.length - 20} more`);
  if (story.length > 0) lines.push('', 'What happened to it:', ...story.map((line) => `  ${line}`));
  const numbers = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return `${[...lines, '', numbers.join(', ')].join('\n')}\n`;
}
