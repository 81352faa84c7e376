import { z } from 'zod';

/** What the service takes at most of one file; smooch-sdk-api, limits. Bytes. */
export const maxFileBytes = 50 * 1024 * 1024;

/** As many files are taken in one go; more is a slip of the hand. */
export const maxFilesAtOnce = 20;

/**
 * The address under which a page may draw a picture or play a sound that main holds: `att://<id>/`, random, good for this
 * session's page only.
 */
export const AttachmentUrl = z.string().regex(/^att:\/\/[a-z0-9]{32,64}\/$/);

/** Whose media: those of a message (by its key), or of one of its items. */
export const MediaName = z
  .object({ key: z.string().min(1).max(64), item: z.int().min(0).max(100).nullable() })
  .readonly();
export type MediaName = z.infer<typeof MediaName>;

/** In pieces of so many bytes media come to rest and are read again: none holds up a commit for long. */
export const mediaPieceBytes = 256 * 1024;

/** Media that the service has too are kept here up to so many bytes; those used least recently make room. */
export const maxCachedMediaBytes = 512 * 1024 * 1024;

/** Media of a message, ready to be drawn. What it is was read from its bytes, never from what somebody says it is. */
export const MediaShown = z
  .object({
    url: AttachmentUrl,
    mediaType: z.string(),
    bytes: z.int().nonnegative(),
    /** In pixels, of pictures. */
    size: z.object({ width: z.int().positive(), height: z.int().positive() }).readonly().nullable(),
  })
  .readonly();
export type MediaShown = z.infer<typeof MediaShown>;

/** Why media of a message are not drawn. */
export const MediaTrouble = z.enum([
  /** It rests with a host that is not the service's: fetched only when the person says so (`consent`). */
  'foreign',
  /** Larger than what is drawn here, in bytes, pixels or frames; it can still be saved. */
  'tooLarge',
  /** No kind that is drawn, or not what it claims to be; it can still be saved. */
  'unsafe',
  /** The service does not have it (any more). */
  'gone',
]);
export type MediaTrouble = z.infer<typeof MediaTrouble>;

/** An upload under way. */
export const Upload = z
  .object({
    /** Of its message. */
    key: z.string(),
    /** Bytes. */
    sent: z.int().nonnegative(),
    total: z.int().positive(),
  })
  .readonly();
export type Upload = z.infer<typeof Upload>;
