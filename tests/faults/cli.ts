/**
 * The fault harness from the command line (README.md beside this file):
 *
 *   npm run faults -- run --seed 7 [--runs 200] [--sends 100] [--seconds 6] [--patience 15] [--evidence name]
 *   npm run faults -- replay file.json
 *   npm run faults -- shrink file.json
 *   npm run faults -- judge history.jsonl
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { command } from '../../scripts/command.ts';
import { usualLimits } from './checkers/checker.ts';
import type { RunEvent } from './history.ts';
import { addUp, commitNow, writeEvidence } from './evidence.ts';
import { mixedLong, mixedPlan, type MixedSize } from './mixed-plan.ts';
import { readPlanFile, writePlanFile } from './plans/plan-file.ts';
import type { Plan } from './plans/plan.ts';
import { shrink, sizeOf } from './plans/shrink.ts';
import { readHistory, Recorder } from './recorder.ts';
import { play } from './run.ts';
import { demandsOf, judge, printed, type Verdict } from './verdict.ts';

const artifacts = resolve(import.meta.dirname, '../../artifacts/faults');
const say = (text: string): boolean => process.stdout.write(text);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    runs: { type: 'string', default: '1' },
    sends: { type: 'string', default: String(mixedLong.sends) },
    seconds: { type: 'string', default: String(mixedLong.loadMs / 1_000) },
    /** How long all may take to agree, in seconds; D-01 says fifteen, a machine that is busy with other things needs more. */
    patience: { type: 'string', default: String(usualLimits.convergedMs / 1_000) },
    evidence: { type: 'string' },
  },
});
const [what, file = ''] = positionals;
const quietMs = Number(values.patience) * 1_000;
const limits =
  quietMs === usualLimits.convergedMs
    ? usualLimits
    : { ...usualLimits, convergedMs: quietMs, startMs: quietMs, honestMs: quietMs };

await command(async () => {
  switch (what) {
    case 'run':
      return runMany();
    case 'replay':
      return isGood((await tryOut(readPlanFile(file).plan)).verdict) ? 0 : 1;
    case 'shrink':
      return shrinkFile(file);
    case 'judge':
      return isGood(told(judge(readHistory(file)))) ? 0 : 1;
    default:
      say('run [--seed S] [--runs N] | replay file.json | shrink file.json | judge history.jsonl\n');
      return 2;
  }
});

async function runMany(): Promise<number> {
  const first = Number(values.seed);
  const runs = Number(values.runs);
  const size: MixedSize = {
    ...mixedLong,
    sends: Number(values.sends),
    loadMs: Number(values.seconds) * 1_000,
  };
  const begun = performance.now();
  const verdicts: Verdict[] = [];
  for (let seed = first; seed < first + runs; seed += 1) {
    say(`seed ${seed}: `);
    verdicts.push((await tryOut(mixedPlan(seed, size))).verdict);
  }
  const of = (kind: Verdict['kind']): number => verdicts.filter((verdict) => verdict.kind === kind).length;
  const kinds = { valid: of('valid'), invalid: of('invalid'), unknown: of('unknown') };
  say(`${runs} runs: ${kinds.valid} valid, ${kinds.invalid} invalid, ${kinds.unknown} unknown\n`);
  if (values.evidence !== undefined)
    writeEvidence(values.evidence, {
      shows:
        'Three devices of one person under mixed faults: nothing lost, doubled, made up or out of order.',
      command: `npm run faults -- run --seed ${first} --runs ${runs} --sends ${size.sends} --seconds ${values.seconds} --patience ${values.patience}`,
      ...{ firstSeed: first, runs, verdicts: kinds, counts: addUp(verdicts.map(({ counts }) => counts)) },
      wallSeconds: Math.round((performance.now() - begun) / 1_000),
      ...{ commit: commitNow(), date: new Date().toISOString(), cores: availableParallelism() },
    });
  return kinds.valid === runs ? 0 : 1;
}

/** Plays a plan. What is not valid is kept whole: the plan to replay, the history to judge again, the logs. */
async function tryOut(plan: Plan): Promise<{ readonly verdict: Verdict }> {
  const folder = join(artifacts, `seed-${plan.seed}`);
  mkdirSync(folder, { recursive: true });
  const history = join(folder, `history-${Date.now()}.jsonl`);
  const recorder = new Recorder(history);
  const record = (event: RunEvent): void => recorder.record(event);
  const { events, logs } = await play(plan, { record, quietMs }).finally(() => recorder.close());
  const verdict = told(judge(events, demandsOf(plan), limits));
  if (isGood(verdict)) return { verdict };
  const [breach] = verdict.breaches;
  const about = breach === undefined ? verdict.doubts.join('; ') : `${breach.dev}: ${breach.says}`;
  const path = join(folder, 'plan.json');
  writePlanFile(path, { about, invariant: breach?.invariant ?? 'I0', plan });
  writeFileSync(join(folder, 'verdict.txt'), printed(verdict));
  for (const [name, log] of logs) writeFileSync(join(folder, `${name}.log`), log);
  say(
    `  again:   npm run faults -- replay ${path}\n  smaller: npm run faults -- shrink ${path}\n  history: ${history}\n`,
  );
  return { verdict };
}

async function shrinkFile(path: string): Promise<number> {
  const { plan, about, invariant } = readPlanFile(path);
  say(`${sizeOf(plan)}; looking for less that breaks ${invariant}\n`);
  const least = await shrink(plan, async (candidate) => {
    const { events } = await play(candidate);
    const fails = judge(events).breaches.some((breach) => breach.invariant === invariant);
    say(`${fails ? 'fails ' : 'passes'} ${sizeOf(candidate)}\n`);
    return fails;
  });
  const smaller = path.replace(/\.json$/, '.least.json');
  writePlanFile(smaller, { about, invariant, plan: least });
  say(`${sizeOf(least)}: ${smaller}\n`);
  return 0;
}

function told(verdict: Verdict): Verdict {
  say(printed(verdict));
  return verdict;
}

function isGood({ kind }: Verdict): boolean {
  return kind === 'valid';
}
