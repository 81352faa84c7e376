import type { Result } from '../../contract/failure.ts';

/**
 * Ask the person for a place, in the system's own dialog, and write `text` there (mode 0600).
 *
 * @param suggested a file name without a person's name in it
 * @returns whether a place was chosen; fails with `storage` if it cannot be written
 */
export type SaveFile = (suggested: string, text: string) => Promise<Result<{ readonly saved: boolean }>>;
