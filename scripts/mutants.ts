/**
 * Sabotages the product, one line at a time, and demands that the test of the broken promise turns red:
 * `npm run mutants [-- words]`, words being part of a promise's number, a file or a sabotage's name. Each test is first run
 * on the product as it is. Works on a copy of the repository, so edits made meanwhile change nothing.
 */
import { resolve } from 'node:path';
import { mutants } from '../tests/mutants/mutants.ts';
import { type Mutant, SabotagedCopy, type Verdict } from '../tests/mutants/sabotage.ts';
import { command, say } from './command.ts';

const wanted = process.argv.slice(2).join(' ').toLowerCase();
const isRoot = process.getuid?.() === 0;
const named = mutants.filter((one) =>
  [one.promise, one.file, one.test, one.name].some((text) => text.toLowerCase().includes(wanted)),
);
const chosen = named.filter(({ needsRoot }) => isRoot || needsRoot !== true);

await command(async () => {
  if (chosen.length === 0) throw new Error(`No sabotage is called "${wanted}".`);
  const copy = new SabotagedCopy(resolve(import.meta.dirname, '..'));
  // Ctrl+C leaves no copy behind.
  process.once('SIGINT', () => process.exit(130));
  process.once('exit', () => copy.dispose());
  const controls = new Map<string, Verdict>();
  let missed = 0;
  for (const mutant of chosen) {
    const outcome = await judge(copy, mutant, controls);
    if (outcome.caught) say(line('caught', mutant));
    else say(`${line('MISSED', mutant)}\n          ${outcome.why} (${mutant.test}: ${mutant.title})`);
    missed += outcome.caught ? 0 : 1;
  }
  const leftOut = named.length - chosen.length;
  const rest = leftOut === 0 ? '' : `, ${leftOut} left out (root only)`;
  process.stdout.write(`${chosen.length - missed} caught, ${missed} missed${rest}\n`);
  return missed === 0 ? 0 : 1;
});

function line(word: string, { promise, name, file }: Mutant): string {
  return `${word}  ${promise}  ${file}: ${name}`;
}

async function judge(
  copy: SabotagedCopy,
  mutant: Mutant,
  controls: Map<string, Verdict>,
): Promise<{ readonly caught: boolean; readonly why: string }> {
  const key = `${mutant.test}|${mutant.title}`;
  const control = controls.get(key) ?? (await copy.control(mutant));
  controls.set(key, control);
  if (control.kind !== 'green') return { caught: false, why: `without it: ${control.kind}, ${control.why}` };
  const { kind, why } = await copy.tryOut(mutant);
  return { caught: kind === 'red', why: `${kind}: ${why}` };
}
