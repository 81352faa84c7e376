/** What befalls a folder while something works in it. Each returns its end. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

type Undo = () => void;

/** Of `disk` in `plans/action.ts`, those that befall a whole folder. */
export const folderFaults = {
  /** Reading goes on, writing does not, not even for root. Files that are open for writing stay so. */
  readOnly(folder: string): Undo {
    execFileSync('mount', ['--bind', folder, folder], { stdio: 'ignore' });
    execFileSync('mount', ['-o', 'remount,bind,ro', folder], { stdio: 'ignore' });
    return () => void execFileSync('umount', ['-l', folder], { stdio: 'ignore' });
  },

  /** It is not there any more, and can be made anew. What was made since goes when it is back. */
  vanished(folder: string): Undo {
    renameSync(folder, asideOf(folder));
    return () => bringBack(folder);
  },

  /** It is not there, and nothing can be made in its place. */
  fileInsteadOfDir(folder: string): Undo {
    renameSync(folder, asideOf(folder));
    writeFileSync(folder, 'not a folder');
    return () => bringBack(folder);
  },

  /** Somebody else's. Root does not notice. */
  foreignOwner(folder: string): Undo {
    const { mode } = statSync(folder);
    chmodSync(folder, 0o500);
    return () => chmodSync(folder, mode);
  },
} as const satisfies Record<string, (folder: string) => Undo>;

export type FolderFault = keyof typeof folderFaults;

const asideOf = (folder: string): string => `${folder}.aside`;

function bringBack(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  if (existsSync(asideOf(folder))) renameSync(asideOf(folder), folder);
  else mkdirSync(folder);
}
