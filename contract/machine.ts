import { z } from 'zod';

/**
 * Whose machine this is. `personal`: one person's own. `shared`: several people in turn, nobody is remembered unless they
 * ask for it. `kiosk`: visitors; nothing is written to the disk and everything is reset between two of them.
 */
export const MachineMode = z.enum(['personal', 'shared', 'kiosk']);
export type MachineMode = z.infer<typeof MachineMode>;

/** What is done when nobody is there any more. */
export const Absence = z.enum(['lock', 'signOut']);
export type Absence = z.infer<typeof Absence>;

export const IdleRule = z
  .object({
    afterSeconds: z.int().min(5).max(86_400),
    /** How long "Still there?" is asked before it is done. */
    graceSeconds: z.int().min(3).max(300),
    then: Absence,
  })
  .readonly();
export type IdleRule = z.infer<typeof IdleRule>;

/** How much of a person's history is kept on this computer; null is without a bound. The service keeps all of it. */
export const RetentionRule = z
  .object({
    days: z.int().min(1).max(3650).nullable(),
    /** Millions of bytes on disk. */
    megabytes: z.int().min(1).max(1_000_000).nullable(),
  })
  .readonly();
export type RetentionRule = z.infer<typeof RetentionRule>;

/** What the operating system's notifications show: who and what, only which business, neither, or nothing is shown at all. */
export const NotificationLevel = z.enum(['full', 'name', 'hidden', 'off']);
export type NotificationLevel = z.infer<typeof NotificationLevel>;

/** The one of two that shows less. */
export function quieter(one: NotificationLevel, other: NotificationLevel): NotificationLevel {
  const { options } = NotificationLevel;
  return options.indexOf(one) > options.indexOf(other) ? one : other;
}

const rules = z.object({
  mode: MachineMode,
  /** Whether a sign-in is remembered on this computer if the person does not say otherwise. */
  remember: z.boolean(),
  /** Null: never. */
  idle: IdleRule.nullable(),
  /** When the desktop itself is locked or goes to sleep. */
  onSystemLock: z.enum(['nothing', 'lock', 'signOut']),
  onQuit: z.enum(['keep', 'signOut']),
  /** A userId without proof is refused. */
  requireVerified: z.boolean(),
  retention: RetentionRule,
  /** Whether a conversation may be written into a plain file. */
  allowExport: z.boolean(),
  /** The most that notifications may show, whatever a person wishes. */
  notifications: NotificationLevel,
});

/** What a person or a policy may fix; the rest follows from the mode. */
export const MachineChoices = rules.partial().readonly();
export type MachineChoices = z.infer<typeof MachineChoices>;

/** How this machine treats the people who use it, as it is in force now. */
export const MachineRules = rules
  .extend({
    /** The rules set by the organization, which nobody changes here. */
    managed: z.array(rules.keyof()).readonly(),
    /** A policy is there but cannot be read: the strictest rules are in force. */
    policyUnreadable: z.boolean(),
  })
  .readonly();
export type MachineRules = z.infer<typeof MachineRules>;
export type MachineRule = keyof MachineChoices;
