import type { Language } from '../../strings/strings.ts';

// The emoji that can be chosen, with their names. The data (scripts/emoji.ts) is a chunk of its own for each language, read
// when somebody first wants an emoji: the start of the app does not pay for it.

export const groupNames = [
  'smileys',
  'people',
  'animals',
  'food',
  'travel',
  'activities',
  'objects',
  'symbols',
  'flags',
] as const;
export type GroupName = (typeof groupNames)[number];
/** What the picker shows: a group, or what was used last. */
export type Place = GroupName | 'recent';

export type Emoji = {
  readonly char: string;
  readonly name: string;
  /** What stands between colons, without them. */
  readonly codes: readonly string[];
  /** More words it is found by, in lower case. */
  readonly words: readonly string[];
  readonly takesTone: boolean;
};

/** 0 is the yellow of none; 1 to 5 go from light to dark. */
export const tones = [0, 1, 2, 3, 4, 5] as const;
export type Tone = (typeof tones)[number];

export class EmojiCatalogue {
  readonly #groups: ReadonlyMap<GroupName, readonly Emoji[]>;
  readonly #all: readonly Emoji[];

  constructor(lines: Readonly<Record<GroupName, readonly string[]>>) {
    this.#groups = new Map(groupNames.map((name) => [name, lines[name].map(parseLine)]));
    this.#all = [...this.#groups.values()].flat();
  }

  group(name: GroupName): readonly Emoji[] {
    return this.#groups.get(name) ?? [];
  }

  /** Best first: by its code, by the beginning of its code, of a word of its name, of any other word. */
  find(query: string, most: number): readonly Emoji[] {
    const wanted = query.trim().toLowerCase();
    if (wanted === '') return [];
    return this.#all
      .map((emoji) => ({ emoji, rank: rankOf(emoji, wanted) }))
      .filter(({ rank }) => rank < noMatch)
      .sort((one, other) => one.rank - other.rank)
      .slice(0, most)
      .map(({ emoji }) => emoji);
  }

  /** Whether this is the whole of a code. */
  named(code: string): Emoji | null {
    return this.#all.find(({ codes }) => codes.includes(code.toLowerCase())) ?? null;
  }

  of(chars: readonly string[]): readonly Emoji[] {
    return chars.flatMap((char) => this.#all.find((emoji) => emoji.char === char) ?? []);
  }
}

export async function loadEmoji(language: Language): Promise<EmojiCatalogue> {
  const { default: lines } = await (language === 'de' ? import('./de.json') : import('./en.json'));
  return new EmojiCatalogue(lines);
}

const noMatch = 5;

function rankOf({ codes, name, words }: Emoji, wanted: string): number {
  if (codes.includes(wanted)) return 0;
  if (codes.some((code) => code.startsWith(wanted))) return 1;
  const named = name.toLowerCase();
  if (named.startsWith(wanted)) return 2;
  if (named.split(/[\s:,“”()-]+/u).some((word) => word.startsWith(wanted))) return 3;
  return words.some((word) => word.startsWith(wanted)) ? 4 : noMatch;
}

function parseLine(line: string): Emoji {
  const [char = '', name = '', codes = '', words = ''] = line.split('|');
  const takesTone = char.length > 1 && char.startsWith('*');
  return {
    char: takesTone ? char.slice(1) : char,
    name,
    codes: list(codes),
    words: list(words),
    takesTone,
  };
}

function list(words: string): readonly string[] {
  return words === '' ? [] : words.split(',');
}

/** U+1F3FB to U+1F3FF stand behind the first character, in the place of what asks for a coloured picture. */
export function withTone({ char, takesTone }: Emoji, tone: Tone): string {
  if (!takesTone || tone === 0) return char;
  const [first = '', ...rest] = [...char];
  const tail = rest.join('').replace(/^\uFE0F/u, '');
  return `${first}${String.fromCodePoint(0x1f3fa + tone)}${tail}`;
}
