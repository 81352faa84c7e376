import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

// Writes renderer/composer/emoji/en.json and de.json anew from an unpacked `emojibase-data` (MIT; its names are those of
// the Unicode CLDR, Unicode License v3). The package is 49 MB and is needed for nothing else, so it is no dependency:
//
//   node scripts/emoji.ts <folder of emojibase-data 17.0.0>
//
// One line for each emoji: itself, its name, its codes and the words it is found by, parted by `|`. A `*` in front: it
// takes a skin tone, by the rule of `withTone` in renderer/composer/emoji/catalogue.ts.

/** What the fonts of the systems we run on can draw. */
const newestVersion = 15;

/** In the order of Unicode; its skin tones and hair styles are no emoji by themselves. */
const groups = [
  ['smileys', 0],
  ['people', 1],
  ['animals', 3],
  ['food', 4],
  ['travel', 5],
  ['activities', 6],
  ['objects', 7],
  ['symbols', 8],
  ['flags', 9],
] as const;

const Tone = z.union([z.int(), z.array(z.int())]);
const Emojis = z.array(
  z.object({
    hexcode: z.string(),
    emoji: z.string(),
    label: z.string(),
    tags: z.array(z.string()).default([]),
    group: z.int().optional(),
    order: z.int().default(0),
    version: z.number(),
    skins: z.array(z.object({ emoji: z.string(), tone: Tone.optional() })).optional(),
  }),
);
const Codes = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
type Emoji = z.infer<typeof Emojis>[number];

const tones = ['\u{1f3fb}', '\u{1f3fc}', '\u{1f3fd}', '\u{1f3fe}', '\u{1f3ff}'];

/** Whether the tone stands behind its first character, and is all that changes. */
function takesTone({ emoji, skins = [] }: Emoji): boolean {
  const [first = '', ...rest] = [...emoji];
  const tail = rest.join('').replace(/^\uFE0F/u, '');
  return tones.every((tone, n) =>
    skins.some((skin) => skin.tone === n + 1 && skin.emoji === `${first}${tone}${tail}`),
  );
}

function lineOf(emoji: Emoji, codes: readonly string[]): string {
  const name = emoji.label.replaceAll('|', ' ');
  const said = new Set(name.toLowerCase().split(/[^\p{L}\d]+/u));
  const words = emoji.tags.map((tag) => tag.toLowerCase()).filter((tag) => !said.has(tag));
  return [
    `${takesTone(emoji) ? '*' : ''}${emoji.emoji}`,
    name,
    codes.join(','),
    words.join(',').replaceAll('|', ' '),
  ].join('|');
}

function write(from: string, language: 'en' | 'de'): void {
  const read = (path: string): unknown => JSON.parse(readFileSync(join(from, path), 'utf8'));
  const emojis = Emojis.parse(read(`${language}/data.json`)).sort((one, other) => one.order - other.order);
  const known = ['github', 'emojibase'].map((set) => Codes.parse(read(`en/shortcodes/${set}.json`)));
  const codesOf = (hexcode: string): string[] => [...new Set(known.flatMap((codes) => codes[hexcode] ?? []))];
  const lines = Object.fromEntries(
    groups.map(([name, group]) => [
      name,
      emojis
        .filter((emoji) => emoji.group === group && emoji.version <= newestVersion)
        .map((emoji) => lineOf(emoji, codesOf(emoji.hexcode))),
    ]),
  );
  const folder = resolve(import.meta.dirname, '../renderer/composer/emoji');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${language}.json`), `${JSON.stringify(lines, null, 2)}\n`);
}

const [from] = process.argv.slice(2);
if (from === undefined) throw new Error('Name the folder of emojibase-data.');
write(from, 'en');
write(from, 'de');
