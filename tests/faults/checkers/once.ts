import { type Checker, Complaints } from './checker.ts';
import { isConfirmed, type Read } from './past.ts';

/** I2: one row in the service and one visible entry for each message, at every reading. */
export const once: Checker = ({ reads, service, commits }) => {
  const complaints = new Complaints('I2');
  const all = [...reads, ...service.values()];
  for (const read of all) {
    const seen = new Set<string>();
    for (const { name, entry } of read.shown) {
      const words = [name ?? `key ${entry.key ?? entry.text}`, `id ${entry.id ?? name ?? entry.text}`];
      if (words.some((word) => seen.has(word)))
        complaints.add(read, name, `stands twice in one list of ${read.dev}`);
      for (const word of words) seen.add(word);
    }
  }
  const ids = new Map<string, string>();
  for (const { key, id, t } of commits) {
    const before = ids.get(key) ?? id;
    if (before !== id)
      complaints.add({ dev: 'service', t }, key, `was accepted twice, as ${before} and as ${id}`);
    ids.set(key, before);
  }
  return { breaches: complaints.breaches, checked: all.length };
};

/**
 * I3: nothing is shown that nobody wrote, in other words than it was written, or after it was refused; and at the end a device
 * holds nothing for accepted that the service does not have.
 */
export const noPhantom: Checker = ({ reads, service, written, finalReads }) => {
  const complaints = new Complaints('I3');
  for (const read of [...reads, ...service.values()]) {
    for (const { name, entry } of read.shown) {
      const one = name === null ? undefined : written.get(name);
      if (one === undefined) complaints.add(read, null, `nobody wrote ${JSON.stringify(entry)}`);
      else if (one.text !== entry.text)
        complaints.add(read, name, `reads ${JSON.stringify(entry.text)}, which nobody wrote`);
      else if (one.outcome === 'fail') complaints.add(read, name, 'was refused, and is shown');
      else if (one.begun > read.t) complaints.add(read, name, 'is shown before it was written');
    }
  }
  for (const read of finalReads) {
    const held = heldFor(read, service);
    if (held === null) continue;
    for (const { name, entry } of read.shown) {
      if (name !== null && isConfirmed(entry) && !held.has(name))
        complaints.add(read, name, `is ${entry.status} here, and the service does not have it`);
    }
  }
  return { breaches: complaints.breaches, checked: reads.length };
};

/** What the service has for whoever is signed in where this was read; null if that is not one person. */
function heldFor({ users }: Read, service: ReadonlyMap<string, Read>): ReadonlySet<string | null> | null {
  const table = users.length === 1 ? service.get(users[0] ?? '') : undefined;
  return table === undefined ? null : new Set(table.shown.map(({ name }) => name));
}
