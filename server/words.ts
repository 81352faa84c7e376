/** Schemas for what both sides may write: every text that enters passes `normalizeText`. */
import { z } from 'zod';
import { normalizeText } from '../contract/text.ts';

export const words = (max: number) => z.string().max(max).transform(normalizeText);

/** Databases and JSON disagree about NUL and lone surrogates; an identity must not depend on who reads it. */
export const plain = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => normalizeText(text) === text);

/** What a customer's system attaches to things: flat, 4 kB. */
export const FlatData = z
  .record(z.string().max(128), z.union([z.string().max(4096), z.number(), z.boolean()]))
  .refine((data) => JSON.stringify(data).length <= 4096);
