import { fail, ok, type Result } from '../../contract/failure.ts';
import {
  type MachineChoices,
  type MachineMode,
  type MachineRule,
  type MachineRules,
  quieter,
} from '../../contract/machine.ts';
import type { Policy } from './policy.ts';
import type { Settings } from './settings.ts';

type Rules = Omit<MachineRules, 'managed' | 'policyUnreadable'>;

const keepAll: MachineRules['retention'] = { days: null, megabytes: null };

/** What a mode means where nobody says otherwise. */
const usual: { readonly [M in MachineMode]: Rules } = {
  personal: {
    mode: 'personal',
    remember: true,
    idle: null,
    onSystemLock: 'nothing',
    onQuit: 'keep',
    requireVerified: false,
    retention: keepAll,
    allowExport: true,
    notifications: 'full',
  },
  shared: {
    mode: 'shared',
    remember: false,
    idle: { afterSeconds: 600, graceSeconds: 30, then: 'signOut' },
    onSystemLock: 'lock',
    // Whoever is not remembered is erased at quit as it is; who asked to be is kept, behind a passcode or a sign-in.
    onQuit: 'keep',
    requireVerified: false,
    retention: keepAll,
    allowExport: true,
    notifications: 'name',
  },
  kiosk: {
    mode: 'kiosk',
    remember: false,
    idle: { afterSeconds: 120, graceSeconds: 30, then: 'signOut' },
    onSystemLock: 'signOut',
    onQuit: 'signOut',
    requireVerified: false,
    retention: keepAll,
    allowExport: false,
    notifications: 'hidden',
  },
};

/** A kiosk keeps nobody, whoever asks for it. */
const kioskAlways = { remember: false, onQuit: 'signOut' } as const satisfies Partial<Rules>;

/**
 * The rules in force: the organization's policy, then what the person at this machine chose, then what the mode means.
 * Where the organization has set the mode, a person can only be stricter than it.
 */
export function rulesInForce(policy: Policy, chosen: MachineChoices): MachineRules {
  const fixed = said(policy.rules);
  const mode = fixed.mode ?? chosen.mode ?? 'personal';
  const asUsual = usual[mode];
  const wished = fixed.mode === undefined ? said(chosen) : stricterThan(asUsual, said(chosen));
  const always = mode === 'kiosk' ? kioskAlways : {};
  return {
    ...asUsual,
    ...wished,
    ...fixed,
    ...always,
    mode,
    managed: ruleNames.filter((rule) => fixed[rule] !== undefined),
    policyUnreadable: policy.unreadable,
  };
}

const ruleNames: readonly MachineRule[] = [
  'mode',
  'remember',
  'idle',
  'onSystemLock',
  'onQuit',
  'requireVerified',
  'retention',
  'allowExport',
  'notifications',
];

/** How this machine treats the people who use it. */
export class Machine {
  readonly #settings: Pick<Settings, 'value' | 'update'>;
  readonly #policy: Policy;

  /** @param deps.policy as it was when the app started; a new one counts from the next start. */
  constructor(deps: { readonly settings: Pick<Settings, 'value' | 'update'>; readonly policy: Policy }) {
    this.#settings = deps.settings;
    this.#policy = deps.policy;
  }

  rules(): MachineRules {
    return rulesInForce(this.#policy, this.#settings.value.machine);
  }

  /**
   * Take over what a person chose. A mode is chosen with all that it means: what was chosen under another one goes, but for
   * how much is kept, which no mode says anything about.
   *
   * @returns `forbidden` if any of it would not come into force, and then none of it does; `storage` if the disk refused.
   */
  choose(choices: MachineChoices): Result<void> {
    const wished = said(choices);
    const before = this.#settings.value.machine;
    const isOtherMode = wished.mode !== undefined && wished.mode !== this.rules().mode;
    const kept = isOtherMode ? said({ retention: before.retention }) : said(before);
    const machine: MachineChoices = { ...kept, ...wished };
    const next = rulesInForce(this.#policy, machine);
    if (!ruleNames.every((rule) => wished[rule] === undefined || isSame(next[rule], wished[rule])))
      return fail({ kind: 'forbidden' });
    return this.#settings.update({ machine }) ? ok() : fail({ kind: 'storage', reason: 'failed' });
  }
}

/** The rules that are named, without those that are there but undefined. */
function said(choices: MachineChoices): Partial<Rules> {
  return Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined));
}

/** What of `wished` allows no more than is usual. */
function stricterThan(asUsual: Rules, wished: Partial<Rules>): Partial<Rules> {
  const rules = { ...asUsual, ...wished };
  const kept = ruleNames.filter((rule) => wished[rule] !== undefined && !isWeaker(rule, rules, asUsual));
  return Object.fromEntries(kept.map((rule) => [rule, wished[rule]]));
}

function isWeaker<R extends MachineRule>(rule: R, rules: Rules, than: Rules): boolean {
  return weaker[rule](rules[rule], than[rule]);
}

/** Whether a value allows more than another one does. */
const weaker: { readonly [R in MachineRule]: (value: Rules[R], than: Rules[R]) => boolean } = {
  mode: (mode, than) => mode !== than,
  remember: (remember, than) => remember && !than,
  idle(idle, than) {
    if (than === null) return false;
    if (idle === null || (idle.then === 'lock' && than.then === 'signOut')) return true;
    return idle.afterSeconds > than.afterSeconds || idle.graceSeconds > than.graceSeconds;
  },
  retention: (kept, than) => isMore(kept.days, than.days) || isMore(kept.megabytes, than.megabytes),
  allowExport: (allowed, than) => allowed && !than,
  onSystemLock(done, than) {
    const order = ['nothing', 'lock', 'signOut'];
    return order.indexOf(done) < order.indexOf(than);
  },
  onQuit: (done, than) => done === 'keep' && than === 'signOut',
  requireVerified: (required, than) => !required && than,
  notifications: (level, than) => level !== than && quieter(level, than) === than,
};

/** Null is without a bound. */
function isMore(bound: number | null, than: number | null): boolean {
  return than !== null && (bound === null || bound > than);
}

function isSame(one: Rules[MachineRule], other: Rules[MachineRule]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
