import { catalogues as shipped } from '../../../renderer/strings/catalogues.ts';
import type { Strings } from '../../../renderer/strings/en.ts';

// A language that nobody speaks: the English sentences in Hebrew letters, a third longer than they are. It is written from
// right to left, so that the gallery shows whether the app can be. No such language is shipped.

const letters = 'אבגדהוזחטיכלמנסעפצקרשתםןףץ';
/** They stand around what is filled in, which stays as it is; no sentence has them. */
const [begin, end] = ['\ue000', '\ue001'];

function written(sentence: string): string {
  const parts = sentence.split(/(\ue000[^\ue001]*\ue001)/u);
  return parts.map((part) => (part.startsWith(begin) ? part.slice(1, -1) : inHebrew(part))).join('');
}

function inHebrew(words: string): string {
  return words.replace(/[a-z]+/giu, (word) => {
    const spelled = [...word.toLowerCase()]
      .map((letter) => letters[letter.charCodeAt(0) - 97] ?? letter)
      .join('');
    return spelled + spelled.slice(0, Math.floor(word.length / 3));
  });
}

const marked = (given: unknown): unknown => (typeof given === 'string' ? `${begin}${given}${end}` : given);

function translated(part: unknown): unknown {
  if (typeof part === 'string') return written(part);
  if (typeof part === 'function')
    return (...given: readonly unknown[]) =>
      written(String(Reflect.apply(part, undefined, given.map(marked))));
  return Object.fromEntries(
    Object.entries(Object(part) as object).map(([key, value]) => [key, translated(value)]),
  );
}

export const catalogues = { ...shipped, he: translated(shipped.en) as Strings };
