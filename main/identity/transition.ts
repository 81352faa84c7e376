import { EpochMs, type UserId } from '../../contract/ids.ts';
import { ok, type Result } from '../../contract/failure.ts';
import type { AccountHistory, Change } from '../ports/history.ts';
import type { AnonymousProof, Credential, SignedIn, UserBundle } from '../ports/service.ts';
import type { AccountRecord } from './accounts.ts';

/** What a person shows to be let in. */
export interface Proof {
  readonly userId: UserId;
  /** Null: the userId alone. */
  readonly credential: Credential | null;
  readonly refreshToken: string | null;
  readonly expiresAt: EpochMs | null;
}

export function proofBy({ userId, jwt, refreshToken, expiresAt }: SignedIn): Proof & {
  readonly credential: Credential;
} {
  return { userId, credential: { kind: 'jwt', jwt }, refreshToken, expiresAt };
}

/** The facts of a thread of which nothing is stored yet. */
export const unknownThread = {
  conversationId: null,
  unreadCount: 0,
  lastUpdatedAt: null,
  syncedTo: null,
  wholeTo: null,
  mergedAt: null,
  reachedBeginning: false,
  gaps: [],
} as const;

/** The thread as the service has it, in place of what was known of another one. */
export function rebaseOn(bundle: UserBundle): Change {
  return {
    dropConfirmed: true,
    confirm: bundle.messages,
    facts: {
      ...unknownThread,
      conversationId: bundle.conversationId,
      unreadCount: bundle.unreadCount,
      syncedTo: syncedToOf(bundle),
      reachedBeginning: !bundle.hasOlder,
    },
  };
}

/** A bundle that holds the whole of an empty conversation is in step from the beginning of time. */
export function syncedToOf({ messages, hasOlder }: UserBundle): EpochMs | null {
  return messages.at(-1)?.received ?? (hasOlder ? null : EpochMs.parse(0));
}

/** The record once the service has proven the userId; null if its answer does not fit what was asked. */
export function recordAfter(
  base: AccountRecord,
  { userId, credential, refreshToken, expiresAt }: Proof,
  bundle: UserBundle | null,
): AccountRecord | null {
  if (bundle !== null && bundle.userId !== userId) return null;
  const session = bundle?.sessionToken ?? null;
  const proof = credential ?? (session === null ? null : { kind: 'session' as const, sessionToken: session });
  if (proof === null) return null;
  return {
    ...base,
    userId,
    name: bundle?.name ?? (base.userId === userId ? base.name : null),
    appUserId: bundle?.appUserId ?? null,
    credential: proof,
    verified: proof.kind === 'jwt',
    refreshToken,
    expiresAt,
    refused: null,
  };
}

/** What proves an anonymous person to the service, so that a login may bring their history along. */
export function proofOf(record: AccountRecord): AnonymousProof | null {
  const { appUserId, credential } = record;
  if (appUserId === null || credential?.kind !== 'session') return null;
  return { appUserId, sessionToken: credential.sessionToken };
}

/** What there is of a person's own words in a history that is open, and what they have not read. */
export async function wordsOf(
  history: AccountHistory,
): Promise<{ readonly any: boolean; readonly unsent: number; readonly unread: number }> {
  const [page, now] = [await history.page(null, 1), await history.commit({})];
  const messages = page.ok ? page.value.messages : [];
  const { draft, unreadCount } = now.ok ? now.value.facts : { draft: '', unreadCount: 0 };
  return {
    any: messages.length > 0 || draft.trim() !== '',
    unsent: messages.filter(({ id }) => id === null).length,
    unread: unreadCount,
  };
}

/**
 * Bring along what an anonymous person wrote and the service does not have: everything pending, failed messages too, and
 * the draft. `from` must not be written to any more.
 */
export async function carry(from: AccountHistory, to: AccountHistory): Promise<Result<void>> {
  const newest = await from.page(null, 1);
  if (!newest.ok) return newest;
  const outbox = await from.outbox();
  if (!outbox.ok) return outbox;
  const now = await from.commit({});
  if (!now.ok) return now;
  const attempted = outbox.value.flatMap(({ message, attempted: begun }) =>
    begun && message.clientMessageId !== null ? [message.clientMessageId] : [],
  );
  const { draft } = now.value.facts;
  const committed = await to.commit({
    enqueue: newest.value.messages.filter(({ id }) => id === null),
    attempted,
    ...(draft === '' ? {} : { facts: { draft } }),
  });
  return committed.ok ? ok() : committed;
}
