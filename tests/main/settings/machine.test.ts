import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MachineChoices, MachineRules } from '../../../contract/machine.ts';
import { MachineRules as MachineRulesSchema, NotificationLevel, quieter } from '../../../contract/machine.ts';
import { Machine, rulesInForce } from '../../../main/settings/machine.ts';
import { noPolicy, policyOf } from '../../../main/settings/policy.ts';
import { Settings } from '../../../main/settings/settings.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { MemorySettingsFile } from '../../fakes/settings.ts';

const policy = (words: MachineChoices) => policyOf({ kind: 'found', text: JSON.stringify(words) });

function machineWith(words: MachineChoices | null, file = new MemorySettingsFile()) {
  const settings = new Settings({ file, log: new RecordingLog() });
  const machine = new Machine({ settings, policy: words === null ? noPolicy : policy(words) });
  return { machine, settings, file };
}

describe('A machine where nobody has said anything', () => {
  it('is a personal one: it remembers, and leaves alone', () => {
    expect(machineWith(null).machine.rules()).toEqual({
      mode: 'personal',
      remember: true,
      idle: null,
      onSystemLock: 'nothing',
      onQuit: 'keep',
      requireVerified: false,
      retention: { days: null, megabytes: null },
      allowExport: true,
      notifications: 'full',
      managed: [],
      policyUnreadable: false,
    });
  });
});

describe('The rules in force', () => {
  it('A-10 remember nobody who does not ask for it, and watch for idleness, on a shared machine', () => {
    expect(rulesInForce(noPolicy, { mode: 'shared' })).toMatchObject({
      remember: false,
      idle: { afterSeconds: 600, graceSeconds: 30, then: 'signOut' },
      onSystemLock: 'lock',
      onQuit: 'keep',
    });
  });

  it('sign out a kiosk sooner, and when its desktop is locked', () => {
    expect(rulesInForce(noPolicy, { mode: 'kiosk' })).toMatchObject({
      remember: false,
      idle: { afterSeconds: 120, then: 'signOut' },
      onSystemLock: 'signOut',
      onQuit: 'signOut',
    });
  });

  it('are the policy over the person over the mode, rule by rule', () => {
    const idle = { afterSeconds: 60, graceSeconds: 10, then: 'lock' } as const;
    const chosen = { mode: 'shared', idle, onQuit: 'keep', onSystemLock: 'nothing' } as const;
    expect(rulesInForce(policy({ onQuit: 'signOut', idle: null }), chosen)).toEqual({
      mode: 'shared',
      remember: false,
      idle: null,
      onSystemLock: 'nothing',
      onQuit: 'signOut',
      requireVerified: false,
      retention: { days: null, megabytes: null },
      allowExport: true,
      notifications: 'name',
      managed: ['idle', 'onQuit'],
      policyUnreadable: false,
    });
  });

  it('never remember in a kiosk, whoever asks for it', () => {
    const remembering = { remember: true, onQuit: 'keep' } as const;
    for (const rules of [
      rulesInForce(noPolicy, { mode: 'kiosk', ...remembering }),
      rulesInForce(policy({ mode: 'kiosk', ...remembering }), {}),
    ])
      expect(rules).toMatchObject({ remember: false, onQuit: 'signOut' });
  });

  const mode = fc.constantFrom('personal' as const, 'shared' as const, 'kiosk' as const);
  const idle = fc.record({
    afterSeconds: fc.integer({ min: 5, max: 86_400 }),
    graceSeconds: fc.integer({ min: 3, max: 300 }),
    then: fc.constantFrom('lock' as const, 'signOut' as const),
  });
  const choices = fc.record(
    {
      mode,
      remember: fc.boolean(),
      idle: fc.option(idle),
      onSystemLock: fc.constantFrom('nothing' as const, 'lock' as const, 'signOut' as const),
      onQuit: fc.constantFrom('keep' as const, 'signOut' as const),
      requireVerified: fc.boolean(),
      retention: fc.record({
        days: fc.option(fc.integer({ min: 1, max: 3650 })),
        megabytes: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
      }),
      allowExport: fc.boolean(),
      notifications: fc.constantFrom(...NotificationLevel.options),
    },
    { requiredKeys: [] },
  );

  it('hold whatever the policy names, and are well-formed: 500 policies and choices', () => {
    fc.assert(
      fc.property(choices, choices, (words, chosen) => {
        const rules = rulesInForce(policy(words), chosen);
        expect(MachineRulesSchema.parse(rules)).toEqual(rules);
        expect([...rules.managed].toSorted()).toEqual(Object.keys(words).toSorted());
        const held = rules.mode === 'kiosk' ? { ...words, remember: false, onQuit: 'signOut' } : words;
        for (const rule of rules.managed) expect(rules[rule]).toEqual(held[rule]);
      }),
      { numRuns: 500 },
    );
  });

  it('are never weaker than the mode the policy sets, whatever a person chooses: 500 choices', () => {
    fc.assert(
      fc.property(mode, choices, (set, chosen) => {
        const asSet = rulesInForce(policy({ mode: set }), {});
        expectNoWeaker(rulesInForce(policy({ mode: set }), chosen), asSet);
      }),
      { numRuns: 500 },
    );
  });
});

describe('Choosing the rules of a machine', () => {
  it('keeps how much of a history is kept over a change of the mode', () => {
    const { machine } = machineWith(null);
    machine.choose({ retention: { days: 30, megabytes: 200 } });
    machine.choose({ mode: 'shared' });
    expect(machine.rules()).toMatchObject({ mode: 'shared', retention: { days: 30, megabytes: 200 } });
  });

  it('keeps the choice over a restart', () => {
    const { machine, file } = machineWith(null);
    expect(machine.choose({ mode: 'shared' })).toMatchObject({ ok: true });
    expect(machine.choose({ onQuit: 'keep' })).toMatchObject({ ok: true });
    const again = machineWith(null, file).machine;
    expect(again.rules()).toMatchObject({ mode: 'shared', onQuit: 'keep', remember: false });
    expect(again.rules().managed).toEqual([]);
  });

  it('takes a mode with all it means: what was chosen under another one is gone', () => {
    const { machine } = machineWith(null);
    machine.choose({ remember: true, onSystemLock: 'nothing', idle: null });
    machine.choose({ mode: 'shared' });
    expect(machine.rules()).toMatchObject({
      remember: false,
      onSystemLock: 'lock',
      idle: { then: 'signOut' },
    });
    machine.choose({ idle: null });
    machine.choose({ mode: 'shared', onSystemLock: 'signOut' });
    expect(machine.rules()).toMatchObject({ idle: null, onSystemLock: 'signOut' });
  });

  it('is refused where the organization has decided, and changes nothing', () => {
    const { machine, file } = machineWith({ onQuit: 'signOut' });
    expect(machine.choose({ onQuit: 'keep', remember: false })).toEqual({
      ok: false,
      failure: { kind: 'forbidden' },
    });
    expect(machine.rules().remember).toBe(true);
    expect(file.saves).toBe(0);
  });

  it('may only be stricter than a mode that the organization has set', () => {
    const { machine } = machineWith({ mode: 'shared' });
    expect(machine.choose({ mode: 'personal' }).ok).toBe(false);
    expect(machine.choose({ idle: null }).ok).toBe(false);
    expect(machine.choose({ onSystemLock: 'nothing' }).ok).toBe(false);
    const idle = { afterSeconds: 60, graceSeconds: 30, then: 'signOut' } as const;
    expect(machine.choose({ idle }).ok).toBe(true);
    expect(machine.rules().idle).toEqual(idle);
  });

  it('tells a disk that refuses, and changes nothing', () => {
    const { machine, file } = machineWith(null);
    file.refusesToSave = true;
    expect(machine.choose({ mode: 'kiosk' })).toEqual({
      ok: false,
      failure: { kind: 'storage', reason: 'failed' },
    });
    expect(machine.rules().mode).toBe('personal');
  });

  it('survives a settings file in which one choice is spoiled: the others stay', () => {
    const file = new MemorySettingsFile({ machine: { mode: 'shared', idle: 'never', onQuit: 7 } });
    expect(machineWith(null, file).machine.rules()).toMatchObject({ mode: 'shared', onQuit: 'keep' });
    const spoiled = new MemorySettingsFile({ machine: 'kiosk', appearance: { theme: 'dark' } });
    const { machine, settings } = machineWith(null, spoiled);
    expect(machine.rules().mode).toBe('personal');
    expect(settings.value.appearance.theme).toBe('dark');
  });
});

/** Written out once more, apart from the code under test. */
function expectNoWeaker(rules: MachineRules, than: MachineRules): void {
  expect(rules.mode).toBe(than.mode);
  if (!than.remember) expect(rules.remember).toBe(false);
  if (than.onQuit === 'signOut') expect(rules.onQuit).toBe('signOut');
  if (than.requireVerified) expect(rules.requireVerified).toBe(true);
  if (!than.allowExport) expect(rules.allowExport).toBe(false);
  expect(quieter(rules.notifications, than.notifications)).toBe(rules.notifications);
  const locks = { nothing: 0, lock: 1, signOut: 2 };
  expect(locks[rules.onSystemLock]).toBeGreaterThanOrEqual(locks[than.onSystemLock]);
  if (than.idle === null) return;
  expect(rules.idle?.afterSeconds ?? Infinity).toBeLessThanOrEqual(than.idle.afterSeconds);
  expect(rules.idle?.graceSeconds ?? Infinity).toBeLessThanOrEqual(than.idle.graceSeconds);
  if (than.idle.then === 'signOut') expect(rules.idle?.then).toBe('signOut');
}
