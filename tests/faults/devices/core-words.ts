/** What is said between the harness and a device that runs in a process of its own: one JSON value a line. */
import { z } from 'zod';
import { Entry } from '../history.ts';

/** The one argument of the device's program. */
export const CoreOrder = z.object({
  /** The data folder. */
  folder: z.string(),
  /** The folder of its `FileVault`. */
  vault: z.string(),
  service: z.object({ configBaseUrl: z.string(), appId: z.string() }),
  /** What the wall clock shows at the start, if it is wrong. */
  clock: z.object({ to: z.int(), factor: z.number().nonnegative() }).nullable(),
});
export type CoreOrder = z.infer<typeof CoreOrder>;

const Asked = z.discriminatedUnion('do', [
  z.object({ do: z.literal('send'), key: z.string(), text: z.string() }),
  z.object({ do: z.literal('list') }),
  z.object({ do: z.literal('look') }),
  z.object({ do: z.literal('login'), userId: z.string(), jwt: z.string().optional() }),
  z.object({ do: z.literal('logout') }),
  /** The machine woke up, or the network changed. */
  z.object({ do: z.literal('tryNow') }),
  /** `to`: milliseconds since 1970. */
  z.object({ do: z.literal('setClock'), to: z.int(), factor: z.number().nonnegative() }),
  z.object({ do: z.literal('stop') }),
]);
export type Asked = z.infer<typeof Asked>;

export const Question = z.intersection(z.object({ id: z.int() }), Asked);
export type Question = z.infer<typeof Question>;

const Standing = z.object({ session: z.string(), link: z.string(), waiting: z.int().nonnegative() });

/** `failure` is the kind of an expected failure: the device said no. */
export const Answer = z.object({
  id: z.int(),
  failure: z.string().nullable(),
  /** Null where it could not be read whole: older messages were out of reach. */
  list: z.array(Entry).nullable().optional(),
  standing: Standing.optional(),
});
export type Answer = z.infer<typeof Answer>;

/** The first line: the device has started and can be written on. */
export const Begun = z.object({ begun: z.literal(true) });
