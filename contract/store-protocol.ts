/**
 * What main and a store process say to each other. A request is answered exactly once, by its id, in the order asked. The
 * key travels in a message and never in arguments or environment, where other programs could read it.
 */
import { z } from 'zod';
import { Failure } from './failure.ts';
import {
  Change,
  Committed,
  Cursor,
  HistoryFacts,
  HistoryPage,
  HistoryRange,
  HistorySize,
  HistoryWindow,
  OutboxItem,
  Retention,
} from './history.ts';
import { AccountId, EpochMs } from './ids.ts';
import { MediaName, mediaPieceBytes } from './media.ts';
import { Message } from './model.ts';
import { SearchMatch, SearchTerms } from './search.ts';
import { normalizeTexts } from './text.ts';

/** 256 bits as hex. Anything else would open an unencrypted file. */
export const DatabaseKey = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a history rests. `memory` touches no disk. */
export const StorePlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('memory') }).readonly(),
  z
    .object({
      kind: z.literal('disk'),
      /** Absolute; made if absent. Holds this account's files and nothing else. */
      folder: z.string().min(1),
      account: AccountId,
      key: DatabaseKey,
    })
    .readonly(),
]);
export type StorePlace = z.infer<typeof StorePlace>;

/** This is the door through which all text enters the database. */
const NormalChange = z.preprocess(normalizeTexts, Change);
const NormalTerms = z.preprocess(normalizeTexts, SearchTerms);

const limit = z.int().min(0).max(1000);
const id = z.int().nonnegative();

export const StoreRequest = z.discriminatedUnion('op', [
  /** The first request of a process; a process serves one history in its life. */
  z.object({
    id,
    op: z.literal('open'),
    place: StorePlace,
    pageSize: limit,
    /** It was open before in this session: if its files are gone, none are made in their place. */
    isAgain: z.boolean(),
  }),
  /** The same `commitId` again is answered as the first time and changes nothing: asking anew after a crash is exact. */
  z.object({ id, op: z.literal('commit'), commitId: z.string().min(1), change: NormalChange }),
  z.object({ id, op: z.literal('page'), before: Cursor.nullable(), limit }),
  z.object({ id, op: z.literal('after'), after: Cursor, limit }),
  z.object({ id, op: z.literal('around'), at: z.union([Cursor, EpochMs]), limit }),
  /** One step of a search, short enough for a commit to wait behind it. */
  z.object({
    id,
    op: z.literal('search'),
    terms: NormalTerms,
    /** Look for what is older than this; null is above the outbox. */
    from: Cursor.nullable(),
    limit,
    /** Go on, although `limit` are found, until so many are counted. */
    count: z.int().nonnegative(),
  }),
  z.object({
    id,
    op: z.literal('range'),
    since: EpochMs.nullable(),
    until: EpochMs.nullable(),
    after: Cursor.nullable(),
    limit,
  }),
  z.object({ id, op: z.literal('size') }),
  /** One message, by its key. */
  z.object({ id, op: z.literal('message'), key: z.string() }),
  /** Media, piece by piece: the first one begins anew, each of the others follows the one before. Bytes travel as base64. */
  z.object({
    id,
    op: z.literal('putMedia'),
    name: MediaName,
    from: z.int().nonnegative(),
    total: z.int().positive(),
    unsent: z.boolean(),
    bytes: z.string().min(1),
  }),
  z.object({ id, op: z.literal('findMedia'), name: MediaName }),
  z.object({
    id,
    op: z.literal('readMedia'),
    name: MediaName,
    from: z.int().nonnegative(),
    length: z.int().min(1).max(mediaPieceBytes),
  }),
  z.object({ id, op: z.literal('dropMedia'), key: z.string() }),
  /** Where a retention cuts the history: messages before that place go. */
  z.object({ id, op: z.literal('cut'), keep: Retention }),
  /** Let some of the messages before `before` go, the oldest first. */
  z.object({ id, op: z.literal('forget'), before: Cursor }),
  /** A piece of what the store does by itself while nobody asks: index, tidy, give free room back. */
  z.object({ id, op: z.literal('tend') }),
  z.object({ id, op: z.literal('outbox') }),
  /** Nothing but the end of the process follows. */
  z.object({ id, op: z.literal('close') }),
]);
export type StoreRequest = z.infer<typeof StoreRequest>;
export type StoreOp = StoreRequest['op'];

export const StoreOpened = z
  .object({
    facts: HistoryFacts,
    page: HistoryPage,
    waiting: z.int().nonnegative(),
    setAside: z.boolean(),
  })
  .readonly();
export type StoreOpened = z.infer<typeof StoreOpened>;

export const SearchStep = z
  .object({
    /** Newest first. Those of the outbox are not counted against the limit. */
    matches: z.array(SearchMatch).readonly(),
    count: z.int().nonnegative(),
    /** Where the step stopped looking; null if there is nothing left to look at. */
    rest: Cursor.nullable(),
    /** False while there are messages that the search does not know yet. */
    complete: z.boolean(),
  })
  .readonly();
export type SearchStep = z.infer<typeof SearchStep>;

/** What each request is answered with if it succeeds. */
export const storeAnswers = {
  open: StoreOpened,
  commit: Committed,
  page: HistoryPage,
  after: HistoryWindow,
  around: HistoryWindow,
  search: SearchStep,
  range: HistoryRange,
  size: HistorySize,
  message: Message.nullable(),
  putMedia: z.null(),
  /** How many bytes there are of it; null if it is not there, or not as a whole. */
  findMedia: z.int().positive().nullable(),
  /** Up to its end, as base64; null as above. */
  readMedia: z.string().nullable(),
  dropMedia: z.null(),
  cut: Cursor.nullable(),
  /** How many went; zero when none is left. */
  forget: z.int().nonnegative(),
  /** False if there is nothing more to do. */
  tend: z.boolean(),
  outbox: z.array(OutboxItem).readonly(),
  close: z.null(),
} as const satisfies Record<StoreOp, z.ZodType>;
export type StoreValue<O extends StoreOp> = z.infer<(typeof storeAnswers)[O]>;

/** What happened beside the answer: event names and counts for the log. */
export const StoreNote = z.object({
  event: z.enum([
    'store.rowsSkipped',
    'store.setAside',
    'store.outboxRestored',
    'store.spareStale',
    'store.mediaLost',
  ]),
  count: z.int().nonnegative(),
});
export type StoreNote = z.infer<typeof StoreNote>;

export const StoreAnswer = z.object({
  id,
  result: z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value: z.unknown() }),
    z.object({ ok: z.literal(false), failure: Failure }),
  ]),
  notes: z.array(StoreNote),
  /** For the log: the code or the kind of the error behind a failure, never its text. */
  error: z.string().nullable(),
});
export type StoreAnswer = z.infer<typeof StoreAnswer>;
