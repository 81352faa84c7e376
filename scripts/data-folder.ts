import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's data folder: one service, and a folder for each device. */
export function dataFolder(): string {
  const configHome =
    process.platform === 'darwin'
      ? join(homedir(), 'Library', 'Application Support')
      : process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  return join(configHome, 'Onethread');
}
