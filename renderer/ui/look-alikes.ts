// Names come from strangers, and two that read alike need not be the same.

/** Letters of other scripts that a reader takes for Latin ones, and digits for letters (Unicode Technical Standard 39, 4). */
const twins: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  к: 'k',
  м: 'm',
  т: 't',
  н: 'h',
  в: 'b',
  і: 'l',
  ѕ: 's',
  ј: 'j',
  ԁ: 'd',
  ԛ: 'q',
  ԝ: 'w',
  һ: 'h',
  ӏ: 'l',
  ґ: 'r',
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'l',
  κ: 'k',
  μ: 'u',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  σ: 'o',
  τ: 't',
  υ: 'u',
  χ: 'x',
  γ: 'y',
  ω: 'w',
  օ: 'o',
  ս: 'u',
  ո: 'n',
  հ: 'h',
  ց: 'g',
  զ: 'q',
  ı: 'l',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ħ: 'h',
  ß: 'b',
  æ: 'ae',
  œ: 'oe',
  0: 'o',
  1: 'l',
  3: 'e',
  5: 's',
  i: 'l',
  '|': 'l',
  '!': 'l',
  $: 's',
  '@': 'a',
};

const unseen = /[\p{M}\p{C}\p{Z}\p{P}\u115f\u1160\u3164\uffa0\u2800]/gu;

/** Nobody reads on for longer. */
const longest = 200;

/** What a hurried reader sees of a name: two that come to the same cannot be told apart. */
export function skeletonOf(name: string): string {
  const folded = name.slice(0, longest).normalize('NFKD').toLowerCase().normalize('NFKD');
  const seen = folded.replace(/[|!$@]/g, (character) => twins[character] ?? character).replace(unseen, '');
  return [...seen]
    .map((character) => twins[character] ?? character)
    .join('')
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w');
}

/** Whether a reader would take `name` for one of `others`, and it is none of them to the letter. */
export function looksLike(name: string, others: readonly string[]): boolean {
  const skeleton = skeletonOf(name);
  const written = name.normalize('NFC').trim();
  return others.some((other) => other.normalize('NFC').trim() !== written && skeletonOf(other) === skeleton);
}
