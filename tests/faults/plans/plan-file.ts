import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Plan } from './plan.ts';

/** A plan on disk: what a replay plays again. Those in `regress/` once failed, and are played for ever. */
export const PlanFile = z.strictObject({
  /** What went wrong, in a sentence. */
  about: z.string(),
  /** What it broke: `I1`. */
  invariant: z.string().regex(/^I\d+$/),
  plan: Plan,
});
export type PlanFile = z.infer<typeof PlanFile>;

/** @throws if there is no such file, or it holds no plan */
export function readPlanFile(path: string): PlanFile {
  return PlanFile.parse(JSON.parse(readFileSync(path, 'utf8')));
}

export function writePlanFile(path: string, file: PlanFile): void {
  writeFileSync(path, `${JSON.stringify(PlanFile.parse(file), null, 2)}\n`);
}

/** The paths of the plans that once failed. */
export function regressions(): readonly string[] {
  const folder = join(import.meta.dirname, '..', 'regress');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
}
