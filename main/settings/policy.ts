import { IdleRule, MachineChoices, RetentionRule } from '../../contract/machine.ts';
import type { PolicyReading } from '../ports/policy-file.ts';

/** What the organization has fixed for this machine. */
export interface Policy {
  /** Empty: nothing. */
  readonly rules: MachineChoices;
  /** A policy is there but says nothing we can trust; `rules` are then the strictest. */
  readonly unreadable: boolean;
}

export const noPolicy: Policy = { rules: {}, unreadable: false };

/**
 * In force when a policy is there and cannot be read. Whoever wrote it wanted less to be allowed, never more; which part
 * of it was meant, nobody can tell. Nothing that is stored goes for it, though: how much is kept stays the person's choice.
 */
const strictest: Policy = {
  rules: {
    mode: 'shared',
    remember: false,
    idle: { afterSeconds: 600, graceSeconds: 30, then: 'signOut' },
    onSystemLock: 'signOut',
    onQuit: 'signOut',
    requireVerified: true,
    allowExport: false,
    notifications: 'hidden',
  },
  unreadable: true,
};

/** The words of a policy file. A word that is not one of them is a rule we would not keep: the file is not understood. */
const PolicyFile = MachineChoices.unwrap()
  .extend({
    idle: IdleRule.unwrap().strict().nullable().optional(),
    retention: RetentionRule.unwrap().strict().optional(),
  })
  .strict();

/** Understand a policy file: all of it, or none of it. */
export function policyOf(reading: PolicyReading): Policy {
  switch (reading.kind) {
    case 'none':
      return noPolicy;
    case 'unreadable':
      return strictest;
    case 'found': {
      const parsed = PolicyFile.safeParse(parseJson(reading.text));
      return parsed.success ? { rules: parsed.data, unreadable: false } : strictest;
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
