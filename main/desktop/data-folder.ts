import { chmodSync, lstatSync, mkdirSync } from 'node:fs';

/**
 * Make `folder` ours alone: there, a real folder, owned by this user, mode 0700 whatever the umask.
 *
 * @returns false for a link or for somebody else's folder; nothing may be written there.
 */
export function claimDataFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = lstatSync(folder);
    if (!stat.isDirectory() || (process.getuid !== undefined && stat.uid !== process.getuid())) return false;
    chmodSync(folder, 0o700);
    return true;
  } catch {
    return false;
  }
}
