import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Device } from './device.ts';

const Kept = z.object({ windowBounds: z.unknown() });

/** Where the window is to stand the next time, as it was written down when it last came to rest; null before that. */
export function keptPlaceOf({ userDataDir }: Device): unknown {
  const { windowBounds } = Kept.parse(JSON.parse(readFileSync(join(userDataDir, 'settings.json'), 'utf8')));
  return windowBounds ?? null;
}
