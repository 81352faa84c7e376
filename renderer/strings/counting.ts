type Forms = { readonly one: string; readonly other: string };

/**
 * "1 message", "12,000 messages": `#` stands for the number, written as the language writes it. English and German have
 * these two forms only; a language with more adds them to `Forms`.
 */
export function counting(language: string): (forms: Forms) => (count: number) => string {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (forms) => (count) =>
    (rules.select(count) === 'one' ? forms.one : forms.other).replace('#', digits.format(count));
}
