/**
 * `node server/desk-key.ts --data FOLDER`: where the desk of the service at work is, and the key that opens it. Only who
 * may read the folder can ask, and the key goes to their terminal and nowhere else.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { deskPath } from './desk.ts';
import { peek } from './lease.ts';

const Options = z.object({ data: z.string().min(1) });
const Ready = z.object({ baseUrl: z.url(), appKey: z.object({ id: z.string(), secret: z.string() }) });

try {
  const { data } = Options.parse(parseArgs({ options: { data: { type: 'string' } } }).values);
  const line = await peek(resolve(data));
  if (line === null) throw new Error(`No service is at work on ${data}: run ./start, or npm run service.`);
  const { baseUrl, appKey } = Ready.parse(JSON.parse(line));
  process.stdout.write(
    `The desk:   ${baseUrl}${deskPath}\nKey id:     ${appKey.id}\nKey secret: ${appKey.secret}\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
