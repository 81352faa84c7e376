/** What a run is to do and what is to be done to it: all that a seed decides, so that a run can be repeated and shrunk. */
import { z } from 'zod';
import { FaultAction } from './action.ts';

/** Milliseconds since the load began. */
const at = z.int().nonnegative();

/** A device, `d1`. */
export const DeviceName = z.string().regex(/^[a-z][a-z0-9]{0,15}$/);
/** A person, by the customer's own id. */
export const UserName = z.string().regex(/^[a-z][a-z0-9]{0,15}$/);

/** A message that a person writes. */
export const Send = z.strictObject({
  at,
  dev: DeviceName,
  /** The client message id. On the real app the page makes up its own; there a message is known by its text. */
  key: z.uuid(),
  /** No two of a plan are the same. */
  text: z.string().min(1),
});
export type Send = z.infer<typeof Send>;

/** What a person does besides writing, and what the business says. */
export const Op = z.discriminatedUnion('kind', [
  z.strictObject({ at, kind: z.literal('list'), dev: DeviceName }),
  z.strictObject({ at, kind: z.literal('logout'), dev: DeviceName }),
  z.strictObject({ at, kind: z.literal('login'), dev: DeviceName, user: UserName }),
  z.strictObject({ at, kind: z.literal('stop'), dev: DeviceName }),
  z.strictObject({ at, kind: z.literal('start'), dev: DeviceName }),
  /** No two texts of a plan are the same. */
  z.strictObject({ at, kind: z.literal('say'), to: UserName, text: z.string().min(1) }),
]);
export type Op = z.infer<typeof Op>;

export const Fault = z.strictObject({
  at,
  /** When it ends; null for what happens once, or lasts until everything heals. */
  until: at.nullable(),
  /** A device, by name; `every` device; or the `service`. A link is named by its device. */
  where: z.union([z.literal('every'), z.literal('service'), DeviceName]),
  action: FaultAction,
});
export type Fault = z.infer<typeof Fault>;

export const Plan = z
  .strictObject({
    seed: z.int().nonnegative(),
    /** Who signs in where before the load begins. */
    devices: z.array(z.strictObject({ name: DeviceName, user: UserName })).min(1),
    sends: z.array(Send),
    ops: z.array(Op),
    faults: z.array(Fault),
  })
  .refine(({ sends }) => new Set(sends.map(({ key }) => key)).size === sends.length, 'a key is used twice')
  .refine(({ sends, ops }) => {
    const texts = [...sends, ...ops].flatMap((one) => ('text' in one ? [one.text] : []));
    return new Set(texts).size === texts.length;
  }, 'a text is used twice');
export type Plan = z.infer<typeof Plan>;
