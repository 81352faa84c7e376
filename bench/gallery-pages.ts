import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { median, type BenchTable } from './table.ts';

const rounds = 3;
/** An empty conversation: what every page takes. */
const emptyScene = 'first-run';
/** Pages shown by name; of all the median tells. */
const slowest = 8;

const Turn = z.object({ scene: z.string(), ms: z.number() });

/** Every page of the gallery in the browser that the tests use, each in its turn beside the empty one. */
export async function galleryPagesBench(): Promise<BenchTable> {
  const script = resolve(import.meta.dirname, '../tests/renderer/gallery/time.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(rounds)]);
  const times = new Map<string, number[]>();
  for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const { scene, ms } = Turn.parse(JSON.parse(line));
    times.set(scene, [...(times.get(scene) ?? []), ms]);
  }
  const baseline = median(times.get(emptyScene) ?? []);
  const pages = [...times]
    .map(([scene, all]) => ({ what: `page “${scene}”`, medianMs: median(all) }))
    .toSorted((a, b) => b.medianMs - a.medianMs);
  const middle = median(pages.map(({ medianMs }) => medianMs));
  const rows = [
    { what: 'empty conversation', medianMs: baseline },
    { what: `${pages.length} pages, their median`, medianMs: middle },
    ...pages.slice(0, slowest),
  ];
  return {
    title: 'Drawing the pages of the gallery',
    target: 'the median page ≤ 2 × an empty conversation',
    rows: rows.map((row) => ({ ...row, ratio: row.medianMs / baseline })),
  };
}
