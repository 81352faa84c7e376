import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { HalfOpenWord } from '../packets/half-open-words.ts';
import { inOwnNetwork, packetRefusal } from '../packets/own-network.ts';
import { tellLongRun } from './long-run.ts';

/** `ONETHREAD_CYCLES=20 ONETHREAD_EVIDENCE=1 npx vitest run tests/faults/test/half-open` for a long run. */
const cycles = Number(process.env['ONETHREAD_CYCLES'] ?? 1);
const refusal = packetRefusal();
if (refusal !== null) console.info(`half-open connections: skipped: ${refusal}`);

const program = join(import.meta.dirname, '../packets/half-open-program.ts');

describe.skipIf(refusal !== null)(
  `A dead connection${refusal === null ? '' : ` (skipped: ${refusal})`}`,
  () => {
    it(
      'D-17 is noticed within 35 seconds, within 10 when something is written, and loses and doubles nothing',
      { timeout: 120_000 + cycles * 120_000 },
      async () => {
        const begin = performance.now();
        const [file, ...args] = inOwnNetwork([process.execPath, program, String(cycles)]);
        const { stdout } = await promisify(execFile)(file, args);
        const { idle, busy, shown, held, said } = HalfOpenWord.parse(JSON.parse(stdout));
        const idleMs = Math.max(...idle);
        const busyMs = Math.max(...busy);
        tellLongRun({
          name: 'half-open',
          shows: 'A connection that is dead without a word is noticed, and nothing is lost or doubled.',
          command: `ONETHREAD_CYCLES=${cycles} ONETHREAD_EVIDENCE=1 npx vitest run tests/faults/test/half-open`,
          ...{
            seed: 0,
            runs: cycles,
            counts: { 'idleMs most': idleMs, 'busyMs most': busyMs, messages: said.length },
          },
          invalid: [...idle.filter((ms) => ms > 35_000), ...busy.filter((ms) => ms > 10_000)].length,
          seconds: Math.round((performance.now() - begin) / 1000),
        });
        expect([...shown].sort()).toEqual([...said].sort());
        expect([...held].sort()).toEqual([...said].sort());
        expect(idleMs).toBeLessThanOrEqual(35_000);
        expect(busyMs).toBeLessThanOrEqual(10_000);
      },
    );
  },
);
