import { type Checker, Complaints } from './checker.ts';
import { isConfirmed, type Read, type Shown, type Written } from './past.ts';

/**
 * I4: what a reading shows as accepted stands in the service's final order, and what is still on its way stands below it. With
 * I1 this makes all final lists equal.
 */
export const oneOrder: Checker = ({ reads, service }) => {
  const complaints = new Complaints('I4');
  const ranks = new Map([...service].map(([user, table]) => [user, ranksOf(table)] as const));
  let checked = 0;
  for (const read of reads) {
    const rank = read.users.length === 1 ? ranks.get(read.users[0] ?? '') : undefined;
    if (rank === undefined) continue;
    checked += 1;
    let above: { readonly name: string; readonly rank: number } | null = null;
    let waiting: string | null = null;
    for (const { name, entry } of read.shown) {
      if (name === null) continue;
      if (!isConfirmed(entry)) waiting ??= name;
      else if (waiting !== null)
        complaints.add(read, waiting, `waits, and stands above ${name}, which is accepted`);
      const own = isConfirmed(entry) ? rank.get(name) : undefined;
      if (own === undefined) continue;
      if (above !== null && own < above.rank)
        complaints.add(read, name, `stands below ${above.name}; the service has it above`);
      above = { name, rank: own };
    }
  }
  return { breaches: complaints.breaches, checked };
};

function ranksOf({ shown }: Read): ReadonlyMap<string, number> {
  return new Map(shown.flatMap(({ name }, rank) => (name === null ? [] : [[name, rank] as const])));
}

/**
 * I5: what one person wrote at one device after they were told that another is kept, stands after it. What was shown as failed
 * goes again when its writer says so, and is left out.
 */
export const firstWrittenFirst: Checker = ({ reads, service, written }) => {
  const complaints = new Complaints('I5');
  const failed = new Set(
    reads.flatMap(({ shown }) =>
      shown.filter(({ entry }) => entry.status === 'failed').map(({ name }) => name),
    ),
  );
  let checked = 0;
  for (const read of [...service.values(), ...reads]) {
    const own = writtenBy(read.shown, written).filter(({ name }) => !failed.has(name));
    checked += own.length;
    const latest = new Map<string, Written>();
    for (const one of own) {
      const above = latest.get(one.dev);
      if (above !== undefined && one.answered < above.begun)
        complaints.add(read, one.name, `was written before ${above.name} and stands below it`);
      if (above === undefined || one.begun > above.begun) latest.set(one.dev, one);
    }
  }
  return { breaches: complaints.breaches, checked };
};

function writtenBy(shown: readonly Shown[], written: ReadonlyMap<string, Written>): Written[] {
  return shown.flatMap(({ name }) => {
    const one = name === null ? undefined : written.get(name);
    return one === undefined || one.dev === 'business' ? [] : [one];
  });
}
