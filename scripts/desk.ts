/**
 * Says where the desk of the running service is, and the key that opens it. Only who may read the service's data folder
 * can ask, and the key goes to their terminal and nowhere else.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { peek } from '../server/lease.ts';
import { command } from './command.ts';
import { dataFolder } from './data-folder.ts';

const Ready = z.object({ baseUrl: z.url(), appKey: z.object({ id: z.string(), secret: z.string() }) });

await command(async () => {
  const { values } = parseArgs({
    options: { data: { type: 'string', default: join(dataFolder(), 'service') } },
  });
  const line = await peek(values.data);
  if (line === null)
    throw new Error(`No service is at work on ${values.data}: run ./start, or npm run service.`);
  const { baseUrl, appKey } = Ready.parse(JSON.parse(line));
  process.stdout.write(
    `The desk:   ${baseUrl}/desk\nKey id:     ${appKey.id}\nKey secret: ${appKey.secret}\n`,
  );
});
