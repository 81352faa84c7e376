// Names that are not what they look like. A row: what is shown already, and who comes along with nearly the same.

const unreadable = [
  '',
  ' ',
  '\u00a0',
  '\u200b',
  '\u200b\u200c\u200d',
  '\u2060',
  '\ufeff',
  '\u202e',
  '\u2066\u2069',
  '\t\n',
  '\u00ad',
  '\u180e',
];

const letters: Readonly<Record<string, readonly string[]>> = {
  a: ['а', 'α', 'ａ', '𝐚', 'á', '@'],
  c: ['с', 'ｃ', '𝒄', 'ç'],
  d: ['ԁ', 'ｄ', '𝐝'],
  e: ['е', 'ｅ', 'é', '3', 'ε'],
  i: ['і', 'l', '1', 'ι', 'í', '|'],
  l: ['ӏ', '1', 'I', 'ｌ', '|'],
  m: ['rn', 'м', 'ｍ'],
  n: ['η', 'ո', 'ñ', 'ｎ'],
  o: ['о', 'ο', '0', 'օ', 'ö', 'ｏ', 'ø'],
  p: ['р', 'ρ', 'ｐ'],
  r: ['ｒ', 'ŕ'],
  s: ['ѕ', '5', '$', 'ｓ'],
  t: ['т', 'τ', 'ｔ'],
  u: ['υ', 'ս', 'ü', 'ｕ'],
  x: ['х', 'χ', 'ｘ'],
  y: ['у', 'γ', 'ｙ'],
};

const originals = ['Lena Petrovic', 'Support Team', 'Anna Maxim', 'Dr. Cyrus', 'System', 'nordwind'];

/** Each name that can be written with another letter in one place, or with something unseen in it. */
export const lookAlikes: readonly (readonly [shown: string, pretender: string])[] = originals.flatMap(
  (name) => [
    ...[...name.toLowerCase()].flatMap((letter, place) =>
      (letters[letter] ?? []).map(
        (twin) => [name, name.slice(0, place) + twin + name.slice(place + 1)] as const,
      ),
    ),
    ...['\u200b', '\u00ad', '\u2060', '\u034f'].map(
      (unseen) => [name, `${name.slice(0, 2)}${unseen}${name.slice(2)}`] as const,
    ),
    [name, `${name}.`] as const,
    [name, name.toUpperCase()] as const,
  ],
);

export const unreadableNames: readonly string[] = unreadable;

/** Names of different people. */
export const differentNames: readonly (readonly [string, string])[] = [
  ['Lena', 'Lea'],
  ['Ann', 'Anna'],
  ['Ми́ша', 'Маша'],
  ['李雷', '李蕾'],
  ['José', 'Jose Luis'],
];
