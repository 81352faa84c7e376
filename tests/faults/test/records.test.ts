import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUp, readEvidence } from '../evidence.ts';
import { detailOf } from '../history.ts';
import { mixedInCi, mixedPlan } from '../mixed-plan.ts';
import { readPlanFile, regressions, writePlanFile } from '../plans/plan-file.ts';
import { Plan } from '../plans/plan.ts';
import { readHistory, Recorder } from '../recorder.ts';
import { judge } from '../verdict.ts';
import { goodHistory } from './model-world.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onethread-records-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('A history on disk', () => {
  const write = (): string => {
    const path = join(folder, 'history.jsonl');
    const recorder = new Recorder(path);
    for (const event of goodHistory()) recorder.record(event);
    recorder.close();
    return path;
  };

  it('is judged as it was when it happened', () => {
    const path = write();
    expect(readHistory(path)).toEqual(goodHistory());
    expect(judge(readHistory(path))).toEqual(judge(goodHistory()));
  });

  it('is there as soon as it has happened', () => {
    const path = join(folder, 'history.jsonl');
    const [first] = goodHistory();
    const recorder = new Recorder(path);
    if (first !== undefined) recorder.record(first);
    expect(readHistory(path)).toHaveLength(1);
    recorder.close();
  });

  it('loses only its last line when its writer dies in the middle of it', () => {
    const path = write();
    appendFileSync(path, '{"t":99999999,"run":"1","dev":"d1","ep');
    expect(readHistory(path)).toEqual(goodHistory());
  });

  it('is not believed where a line is no event', () => {
    const path = write();
    writeFileSync(path, readFileSync(path, 'utf8').replace('"f":"send"', '"f":"sent"'));
    expect(() => readHistory(path)).toThrow();
  });

  it('is not believed where an event does not say what its kind says', () => {
    const [first] = goodHistory();
    if (first === undefined) throw new Error('the history is empty');
    expect(() => detailOf('phase', { ...first, v: 3 })).toThrow('not a phase');
    expect(() => detailOf('send', first)).toThrow('not a send');
  });
});

describe('A plan on disk', () => {
  it('is the same plan when it is read again', () => {
    const path = join(folder, 'plan.json');
    const file = { about: 'A message is lost.', invariant: 'I1', plan: mixedPlan(5, mixedInCi) };
    writePlanFile(path, file);
    expect(readPlanFile(path)).toEqual(file);
  });

  it('is made alike from the same seed, and otherwise from another', () => {
    expect(mixedPlan(5, mixedInCi)).toEqual(mixedPlan(5, mixedInCi));
    expect(mixedPlan(6, mixedInCi)).not.toEqual(mixedPlan(5, mixedInCi));
  });

  it('is refused with a message twice in it', () => {
    const plan = mixedPlan(5, mixedInCi);
    const [first] = plan.sends;
    const doubled = { ...plan, sends: [...plan.sends, first] };
    expect(Plan.safeParse(doubled).success).toBe(false);
  });

  it('that once failed can still be read', () => {
    for (const path of regressions()) expect(readPlanFile(path).about).not.toBe('');
  });
});

describe('Evidence', () => {
  it('Q-03 adds up what was counted, and keeps the longest of what was timed', () => {
    const all = [
      { kept: 3, agreedMs: 700 },
      { kept: 4, agreedMs: 200 },
    ];
    expect(addUp(all)).toEqual({ kept: 7, 'agreedMs most': 700 });
  });

  it('Q-03 says by which command, from which seed and at which commit', () => {
    const path = join(folder, 'evidence.json');
    const evidence = {
      ...{ shows: 'Nothing is lost.', command: 'npm run faults -- run --seed 1', firstSeed: 1, runs: 1 },
      ...{ verdicts: { valid: 1, invalid: 0, unknown: 0 }, counts: { kept: 7 }, wallSeconds: 3 },
      ...{ commit: '5652cf4', date: '2026-11-22T23:00:00Z', cores: 2 },
    };
    writeFileSync(path, JSON.stringify(evidence));
    expect(readEvidence(path)).toEqual(evidence);
    for (const left of ['command', 'firstSeed', 'commit', 'verdicts']) {
      writeFileSync(path, JSON.stringify({ ...evidence, [left]: undefined }));
      expect(() => readEvidence(path)).toThrow();
    }
  });
});
