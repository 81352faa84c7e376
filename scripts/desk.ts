/** `npm run desk`: where the business's desk is, and what opens it; by default of the service that `./start` keeps. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runToEnd } from './child.ts';
import { command } from './command.ts';
import { dataFolder } from './data-folder.ts';

await command(async () => {
  const { values } = parseArgs({ options: { data: { type: 'string' } } });
  // For root, `./start` keeps its service as another user.
  const isOthers = values.data === undefined && process.getuid?.() === 0;
  if (isOthers)
    return runToEnd([join(import.meta.dirname, 'as-user'), process.execPath, import.meta.filename]);
  const folder = resolve(values.data ?? join(dataFolder(), 'service'));
  const entry = join(import.meta.dirname, '..', 'server', 'desk-key.ts');
  return runToEnd([process.execPath, entry, '--data', folder]);
});
