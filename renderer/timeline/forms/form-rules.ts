import { isEmail } from '../../../contract/forms.ts';
import type { FormAnswer, FormField } from '../../../contract/forms.ts';

/** What stands in the fields of one form, by the name of the question; a choice by the name of what was chosen. */
export type Draft = Readonly<Record<string, string>>;

export type FieldProblem =
  | { readonly kind: 'missing' | 'choice' | 'email' }
  | { readonly kind: 'short' | 'long'; readonly limit: number };

/** What is wrong with `value` as the answer to a question; null if it will do. */
export function problemOf(field: FormField, value: string): FieldProblem | null {
  const said = value.trim();
  switch (field.type) {
    case 'select':
      return field.options.some(({ name }) => name === value) ? null : { kind: 'choice' };
    case 'email':
      if (said === '') return { kind: 'missing' };
      return isEmail(said) ? null : { kind: 'email' };
    case 'text': {
      if (said === '') return { kind: 'missing' };
      // Counted as the service counts: in UTF-16 code units.
      if (said.length < field.minLength) return { kind: 'short', limit: field.minLength };
      return said.length > field.maxLength ? { kind: 'long', limit: field.maxLength } : null;
    }
  }
}

/** The answer to a question that has no problem. */
export function answerTo(field: FormField, value: string): FormAnswer {
  const { name, label } = field;
  switch (field.type) {
    case 'text':
      return { type: 'text', name, label, text: value.trim() };
    case 'email':
      return { type: 'email', name, label, email: value.trim() };
    case 'select':
      return { type: 'select', name, label, select: field.options.filter((each) => each.name === value) };
  }
}
