import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MachineChoices } from '../../../contract/machine.ts';
import { rulesInForce } from '../../../main/settings/machine.ts';
import { policyOf } from '../../../main/settings/policy.ts';

const everything = [
  'mode',
  'remember',
  'idle',
  'onSystemLock',
  'onQuit',
  'requireVerified',
  'allowExport',
  'notifications',
];

const found = (text: string) => policyOf({ kind: 'found', text });

/** What somebody who wants all doors open would choose. */
const openDoors: MachineChoices = {
  mode: 'personal',
  remember: true,
  idle: null,
  onSystemLock: 'nothing',
  onQuit: 'keep',
  requireVerified: false,
  allowExport: true,
};

function expectStrictest(text: string): void {
  const rules = rulesInForce(found(text), openDoors);
  expect(rules).toMatchObject({
    mode: 'shared',
    remember: false,
    idle: { afterSeconds: 600, graceSeconds: 30, then: 'signOut' },
    onSystemLock: 'signOut',
    onQuit: 'signOut',
    requireVerified: true,
    allowExport: false,
    notifications: 'hidden',
    policyUnreadable: true,
  });
  expect(rules.managed).toEqual(everything);
}

describe('A policy', () => {
  it('that is not there fixes nothing', () => {
    expect(policyOf({ kind: 'none' })).toEqual({ rules: {}, unreadable: false });
    expect(found('{}')).toEqual({ rules: {}, unreadable: false });
  });

  it('fixes what it names', () => {
    const text = '{ "mode": "kiosk", "idle": { "afterSeconds": 30, "graceSeconds": 5, "then": "signOut" } }';
    expect(found(text)).toEqual({
      rules: { mode: 'kiosk', idle: { afterSeconds: 30, graceSeconds: 5, then: 'signOut' } },
      unreadable: false,
    });
  });

  it('that cannot be read makes the machine as strict as it can be', () => {
    expect(rulesInForce(policyOf({ kind: 'unreadable' }), openDoors)).toMatchObject({
      mode: 'shared',
      requireVerified: true,
      managed: everything,
      policyUnreadable: true,
    });
  });

  it.each([
    ['nothing', ''],
    ['half a policy', '{"mode": "shared", '],
    ['a list', '[]'],
    ['null', 'null'],
    ['a word', '"kiosk"'],
    ['a rule nobody knows', '{"mode": "shared", "onLock": "signOut"}'],
    ['a misspelled mode', '{"mode": "Shared"}'],
    ['a null for a mode', '{"mode": null}'],
    ['text for a truth', '{"requireVerified": "false"}'],
    ['an idle time in words', '{"idle": "10m"}'],
    ['an idle rule with one word too many', idle('"afterMinutes": 1')],
    ['an idle time below the least', '{"idle": {"afterSeconds": 1, "graceSeconds": 5, "then": "lock"}}'],
    ['a prototype', '{"__proto__": {"mode": "personal"}}'],
    ['a prototype further down', idle('"__proto__": {"then": "lock"}')],
    ['a comment', '{"mode": "shared"} // for the desk'],
    ['a byte order mark', '\uFEFF{"mode": "personal"}'],
  ])('that holds %s is not understood, and the strictest rules are in force', (_, text) => {
    expectStrictest(text);
  });

  const word = fc.oneof(
    fc.constantFrom(...everything, '__proto__', 'constructor', 'Mode', 'mode ', 'rules', 'managed'),
    fc.string({ maxLength: 8 }),
  );
  const value = fc.oneof(
    fc.constantFrom('personal', 'shared', 'kiosk', 'keep', 'nothing', 'lock', 'signOut', true, false, null),
    fc.constantFrom(0, -1, 5, 600, 1e9, 0.5, '600'),
    fc.jsonValue({ maxDepth: 2 }),
    fc.record(
      { afterSeconds: fc.integer(), graceSeconds: fc.integer(), then: fc.constantFrom('lock', 'nothing') },
      { requiredKeys: [] },
    ),
  );
  const json = fc.array(fc.tuple(word, value), { maxLength: 6 }).map(textOf);

  it('either holds to the letter or makes everything strictest: 1,000 hostile files', () => {
    let strict = 0;
    let held = 0;
    const spoiled = fc.oneof(
      json,
      fc.tuple(json, fc.nat(80)).map(([text, at]) => text.slice(0, at)),
      fc.tuple(json, fc.nat(80), fc.string({ maxLength: 3 })).map(([text, at, more]) => {
        return text.slice(0, at) + more + text.slice(at);
      }),
      fc.string(),
    );
    fc.assert(
      fc.property(spoiled, (text) => {
        const policy = found(text);
        if (policy.unreadable) {
          strict++;
          return expectStrictest(text);
        }
        held++;
        // All that stands in the file is in force, and nothing was left out of it.
        const words = JSON.parse(text) as Record<string, unknown>;
        expect(policy.rules).toEqual(words);
        expect(Object.keys(words).every((rule) => everything.includes(rule))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    expect(strict).toBeGreaterThan(200);
    expect(held).toBeGreaterThan(20);
  });
});

function idle(more: string): string {
  return `{"idle": {"afterSeconds": 60, "graceSeconds": 5, "then": "lock", ${more}}}`;
}

/** Written by hand, so that a name may stand there twice, or be `__proto__`. */
function textOf(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}: ${JSON.stringify(one)}`).join(', ')}}`;
}
