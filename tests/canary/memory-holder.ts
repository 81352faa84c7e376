// Stands for a process of the app in scanner.test.ts: keeps in memory what it is sent, in the way it is told, and says when.
import { z } from 'zod';

const Order = z.object({ base64: z.string(), as: z.enum(['string', 'wide string', 'buffer']) });

const held: unknown[] = [];
process.on('message', (raw) => {
  const { base64, as } = Order.parse(raw);
  const bytes = Buffer.from(base64, 'base64');
  if (as === 'buffer') held.push(Buffer.concat([bytes, bytes]));
  // A string with one character beyond Latin-1 is kept with two bytes for each.
  else held.push(JSON.parse(`"${bytes.toString()} ${as === 'string' ? '.' : '\u2603'}"`));
  process.send?.(held.length);
});
process.send?.('ready');
