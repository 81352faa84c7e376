import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmail } from '../../contract/forms.ts';
import type { FormField } from '../../contract/forms.ts';
import { answerTo, problemOf } from '../../renderer/timeline/forms/form-rules.ts';

const named = { name: 'n', label: 'N', placeholder: null };
const text: FormField = { type: 'text', ...named, minLength: 2, maxLength: 4 };
const email: FormField = { type: 'email', ...named };
const select: FormField = {
  type: 'select',
  ...named,
  options: [
    { name: 'mo', label: 'Monday' },
    { name: 'tu', label: 'Tuesday' },
  ],
};

describe('An answer to a question', () => {
  it.each<[FormField, string, ReturnType<typeof problemOf>]>([
    [text, '', { kind: 'missing' }],
    [text, ' \n ', { kind: 'missing' }],
    [text, ' a ', { kind: 'short', limit: 2 }],
    [text, ' ab ', null],
    [text, 'abcd', null],
    [text, 'abcde', { kind: 'long', limit: 4 }],
    [email, '', { kind: 'missing' }],
    [email, 'ana', { kind: 'email' }],
    [email, ' ana@example.com ', null],
    [select, '', { kind: 'choice' }],
    [select, 'we', { kind: 'choice' }],
    [select, 'tu', null],
  ])('to %o, “%s” has the problem %o', (field, value, problem) => {
    expect(problemOf(field, value)).toEqual(problem);
  });

  it('travels without the space around it, and a choice by its name and its label', () => {
    expect(answerTo(text, ' ab ')).toEqual({ type: 'text', name: 'n', label: 'N', text: 'ab' });
    expect(answerTo(email, 'a@b.c ')).toEqual({ type: 'email', name: 'n', label: 'N', email: 'a@b.c' });
    expect(answerTo(select, 'mo')).toEqual({
      type: 'select',
      name: 'n',
      label: 'N',
      select: [{ name: 'mo', label: 'Monday' }],
    });
  });
});

describe('An email address', () => {
  it.each(['a@b.c', 'ana.garcia+crate@mail.example.co.uk', 'αννα@παράδειγμα.ελ'])('may be %s', (address) => {
    expect(isEmail(address)).toBe(true);
  });

  it.each(['', '@b.c', 'a@b', 'a@.c', 'a@b.', 'a@@b.c', 'a b@c.d', 'a@b..c', '<a@b.c>', 'a@b.c, d@e.f'])(
    'cannot be “%s”',
    (address) => {
      expect(isEmail(address)).toBe(false);
    },
  );

  it('is judged without a throw, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        (address) => typeof isEmail(address) === 'boolean',
      ),
    );
  });
});
