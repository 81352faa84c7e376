import type { Result } from '../../contract/failure.ts';

/** Media that a page may draw: what is behind an `att://` address. */
export interface Attachment {
  /** By its bytes, and one of those that are drawn or played. */
  readonly mediaType: string;
  /** How many there are. */
  readonly bytes: number;
  /** Up to `length` bytes from `from` on; null if it is not there any more. */
  read(from: number, length: number): Promise<Result<Uint8Array | null>>;
}

/** @returns null for an id that was never given out, or not in this session */
export type AttachmentSource = (id: string) => Attachment | null;
