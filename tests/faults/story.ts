import type { Breach } from './checkers/checker.ts';
import type { Past, Read } from './checkers/past.ts';
import type { RunEvent } from './history.ts';

/** How far around what happened to a message its surroundings are told, in microseconds. */
const around = 1_000_000;
const longest = 60;

/**
 * The shortest story of a breach: everything that happened to its message, every reading in which what is shown of it changed,
 * and what befell those devices meanwhile. Without a message: what happened on its device about that time.
 */
export function storyOf(past: Past, breach: Breach): readonly string[] {
  const own = breach.name === null ? [] : [...spoken(past, breach.name), ...readings(past, breach.name)];
  const times = own.length === 0 ? [breach.t] : own.map(({ t }) => t);
  const from = Math.min(...times) - around;
  const until = Math.max(...times, breach.t) + around;
  const befell = past.events
    .filter(({ f, t }) => surroundings.has(f) && t >= from && t <= until)
    .map((event) => ({ t: event.t, says: sentence(event) }));
  const lines = [...own, ...befell, { t: breach.t, says: `✗ ${breach.dev}: ${breach.says}` }];
  lines.sort((a, b) => a.t - b.t);
  const told = lines.map(({ t, says }) => `${(t / 1_000_000).toFixed(3)} s  ${says}`);
  return told.length <= longest
    ? told
    : [...told.slice(0, longest / 2), `… ${told.length - longest} more …`, ...told.slice(-longest / 2)];
}

interface Line {
  readonly t: number;
  readonly says: string;
}

const surroundings = new Set<RunEvent['f']>([
  'fault',
  'kill',
  'start',
  'exit',
  'login',
  'logout',
  'phase',
  'stop',
]);

function spoken({ events, written }: Past, name: string): Line[] {
  const text = written.get(name)?.text;
  return events
    .filter((event) => !surroundings.has(event.f) && event.f !== 'list')
    .filter(
      (event) => event.key === name || (text !== undefined && JSON.stringify(event.v ?? '').includes(text)),
    )
    .map((event) => ({ t: event.t, says: sentence(event) }));
}

/** Only where a reading differs from the one before on that device. */
function readings({ reads, service }: Past, name: string): Line[] {
  const before = new Map<string, string>();
  const lines: Line[] = [];
  for (const read of [...reads, ...service.values()]) {
    const now = shownIn(read, name);
    if (before.get(read.dev) === now) continue;
    if (before.has(read.dev) || now !== absent)
      lines.push({ t: read.t, says: `${read.dev} shows it: ${now}` });
    before.set(read.dev, now);
  }
  return lines;
}

const absent = 'not';

function shownIn({ shown }: Read, name: string): string {
  const places = shown.flatMap((one, place) =>
    one.name === name ? [`${one.entry.status} at ${place}`] : [],
  );
  return places.length === 0 ? absent : places.join(' and ');
}

function sentence({ dev, f, type, v }: RunEvent): string {
  const word = v === undefined ? '' : ` ${JSON.stringify(v).slice(0, 200)}`;
  return `${dev} ${f} ${type}${word}`;
}
