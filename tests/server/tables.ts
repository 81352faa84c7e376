/** Tables that tests leave behind for `npm run conformance`, in the folder it names. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env['ONETHREAD_TABLES'];

export const leavesTables = folder !== undefined;

export function leaveTable(name: string, lines: readonly string[]): void {
  if (folder !== undefined) writeFileSync(join(folder, name), lines.join('\n'));
}
