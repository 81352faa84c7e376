import { z } from 'zod';
import { EpochMs } from './ids.ts';

/** Every place where something of a person can rest on this device. One entry of the erase registry each. */
export const ErasePlace = z.enum([
  /** The encrypted history with its index, write-ahead log, outbox and drafts. */
  'history',
  /** The item in the keychain: key, credential, userId. */
  'key',
  /** What the page keeps: Chromium's storage, caches, and the page's own process. */
  'page',
  'clipboard',
  'notifications',
  'temporaryFiles',
  'crashDumps',
  'logs',
  'recentDocuments',
  'spelling',
]);
export type ErasePlace = z.infer<typeof ErasePlace>;

export const ErasedPlace = z
  .object({
    place: ErasePlace,
    /** Files or items taken away, and their bytes. */
    removed: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    /** Found when looked for again. */
    remaining: z.int().nonnegative(),
  })
  .readonly();
export type ErasedPlace = z.infer<typeof ErasedPlace>;

/** What a logout took off this device. Counts only: a report holds no content. */
export const EraseReport = z
  .object({
    at: EpochMs,
    places: z.array(ErasedPlace).readonly(),
    /** Of all places. */
    files: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    remaining: z.int().nonnegative(),
    unsentMessages: z.int().nonnegative(),
    /** False while the keychain is locked: the key item is then removed at the next unlock; its files are gone already. */
    keyRemoved: z.boolean(),
    /** Whether the service still has to hear of it; it does as soon as it can be reached. */
    serviceTold: z.enum(['told', 'later', 'notNeeded']),
  })
  .readonly();
export type EraseReport = z.infer<typeof EraseReport>;
