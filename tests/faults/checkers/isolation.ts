import { detailOf } from '../history.ts';
import { type Checker, Complaints } from './checker.ts';
import { type Past, sessionsBetween } from './past.ts';

/**
 * I8: nothing of a person is shown or announced where they are not signed in, and nothing of them stands in another's thread.
 * Every message carries its owner as a taint, from where it was written to wherever it turns up.
 */
export const isolation: Checker = (past) => {
  const complaints = new Complaints('I8');
  const owner = (name: string | null): string | null =>
    name === null ? null : (past.written.get(name)?.owner ?? null);
  for (const read of past.reads) {
    for (const { name } of read.shown) {
      const of = owner(name);
      if (of !== null && !read.users.includes(of))
        complaints.add(read, name, `of ${of} is shown to ${read.users.join(' or ') || 'nobody'}`);
    }
  }
  for (const [user, table] of past.service) {
    for (const { name } of table.shown) {
      const of = owner(name);
      if (of !== null && of !== user) complaints.add(table, name, `of ${of} stands in the thread of ${user}`);
    }
  }
  for (const { key, user, t } of past.commits) {
    const of = owner(key);
    if (of !== null && of !== user)
      complaints.add({ dev: 'service', t }, key, `of ${of} was sent in the name of ${user}`);
  }
  const told = announcements(past, complaints);
  return { breaches: complaints.breaches, checked: past.reads.length + past.service.size + told };
};

/** What the desktop or a single push has shown: the writer's words are enough to know whose they are. */
function announcements(past: Past, complaints: Complaints): number {
  const byText = new Map([...past.written.values()].map((one) => [one.text, one] as const));
  const events = past.events.filter(({ f, type }) => (f === 'notify' || f === 'see') && type === 'ok');
  for (const event of events) {
    const text = event.f === 'notify' ? detailOf('notify', event).text : detailOf('see', event).text;
    const one = byText.get(text);
    if (one === undefined || one.owner === null) continue;
    const users = sessionsBetween(past, event.dev, event.t, event.t).map(({ user }) => user);
    if (!users.includes(one.owner))
      complaints.add(event, one.name, `of ${one.owner} is announced to ${users.join(' or ') || 'nobody'}`);
  }
  return events.length;
}

/** I9: no scan has found a canary. */
export const nothingReadable: Checker = ({ events }) => {
  const complaints = new Complaints('I9');
  const scans = events.filter(({ f, type }) => f === 'scan' && type !== 'invoke');
  for (const scan of scans) {
    const { found } = detailOf('scan', scan);
    for (const { canary, at } of found) complaints.add(scan, null, `${canary} can be read at ${at}`);
    if (scan.type !== 'ok' && found.length === 0) complaints.add(scan, null, 'could not be scanned');
  }
  return { breaches: complaints.breaches, checked: scans.length };
};
