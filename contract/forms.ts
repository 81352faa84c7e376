import { z } from 'zod';

/** The most questions a form has, in the service's own words. */
export const maxFields = 20;

const named = {
  /** What the business knows the answer by. */
  name: z.string(),
  label: z.string(),
};
const Choice = z.object({ name: z.string(), label: z.string() }).readonly();

/** A question of a form. */
export const FormField = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('text'),
      ...named,
      placeholder: z.string().nullable(),
      /** In characters; every question must be answered, so never below 1. */
      minLength: z.int().positive(),
      maxLength: z.int().positive(),
    })
    .readonly(),
  z.object({ type: z.literal('email'), ...named, placeholder: z.string().nullable() }).readonly(),
  z
    .object({
      type: z.literal('select'),
      ...named,
      placeholder: z.string().nullable(),
      options: z.array(Choice).min(1).readonly(),
    })
    .readonly(),
]);
export type FormField = z.infer<typeof FormField>;

/** The answer to one question: the value stands under the name of the type. */
export const FormAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), ...named, text: z.string() }).readonly(),
  z.object({ type: z.literal('email'), ...named, email: z.string() }).readonly(),
  z.object({ type: z.literal('select'), ...named, select: z.array(Choice).readonly() }).readonly(),
]);
export type FormAnswer = z.infer<typeof FormAnswer>;

/** The longest answers the service takes, in characters. */
export const maxAnswerLength = 256;
export const maxEmailLength = 128;

/** What was answered, as a person reads it. */
export function answerText(answer: FormAnswer): string {
  switch (answer.type) {
    case 'text':
      return answer.text;
    case 'email':
      return answer.email;
    case 'select':
      return answer.select.map(({ label }) => label).join(', ');
  }
}

/** A line for each question, for those who cannot draw forms. */
export function answersText(answers: readonly FormAnswer[]): string {
  return answers.map((answer) => `${answer.label}: ${answerText(answer)}`).join('\n');
}

/** A readable address: something, an @, and a host with a dot. Whether anybody reads mail there only a mail can tell. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const host = text.slice(at + 1);
  return (
    at > 0 &&
    text.length <= maxEmailLength &&
    !/[\s<>",;:]/u.test(text) &&
    /^[^.@]+(\.[^.@]+)+$/u.test(host) &&
    !text.slice(0, at).includes('@')
  );
}
