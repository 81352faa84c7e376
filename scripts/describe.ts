/** Writes docs/service-api.json: the description the service gives of itself. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeService } from '../server/description.ts';
import { startInProcess } from '../tests/server/app-in-process.ts';

const service = await startInProcess();
const text = lines(describeService(service.app.routes()), 3);
await service.stop();
writeFileSync(join(import.meta.dirname, '..', 'docs', 'service-api.json'), `${text}\n`);

/** JSON with a line for everything down to `depth`: one for each operation, so that a change is seen as one. */
function lines(value: unknown, depth: number, margin = ''): string {
  if (depth === 0 || typeof value !== 'object' || value === null || Array.isArray(value))
    return JSON.stringify(value);
  const inner = `${margin}  `;
  const all = Object.entries(value).map(
    ([name, one]) => `${inner}${JSON.stringify(name)}: ${lines(one, depth - 1, inner)}`,
  );
  return `{\n${all.join(',\n')}\n${margin}}`;
}
