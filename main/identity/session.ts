import type { Epoch } from '../../contract/ids.ts';
import type { Persistence, Session } from '../../contract/session.ts';
import type { AccountRecord } from './accounts.ts';

/** What may be told about a record: who, and how surely. */
export function sessionOf(record: AccountRecord, epoch: Epoch, persistence: Persistence): Session {
  const { userId, name, refused, verified } = record;
  if (userId === null) return { kind: 'anonymous', epoch, persistence };
  if (refused !== null) return { kind: 'signInNeeded', epoch, persistence, userId, name, reason: refused };
  return { kind: 'identified', epoch, persistence, userId, name, verified };
}
