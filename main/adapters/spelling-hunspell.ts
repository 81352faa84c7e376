import { join } from 'node:path';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Spelling } from '../ports/spelling.ts';
import type { HelperProcess, LaunchHelper } from './child-process.ts';
import { SpellingReply } from './spelling-protocol.ts';

/** Longer than any word of a person; Hunspell's own limit is 100 bytes for the words of its dictionaries. */
const longestWord = 60;
const deadlineMs = 3_000;
/** A process that dies more often is left dead: something is wrong with it that will not get better. */
const mostDeaths = 3;

/** The dictionaries that come with the app, by what they are called in their folder. */
export const dictionaries = ['de', 'en', 'en-gb'] as const;
export type Dictionary = (typeof dictionaries)[number];

/**
 * The dictionaries for the languages a person prefers, best first. Where there is none for the first of them there is
 * none at all: whoever writes French is not helped by English wherever they look.
 */
export function dictionariesFor(preferred: readonly string[]): readonly Dictionary[] {
  const found = preferred.map(dictionaryFor);
  if (found[0] === undefined || found[0] === null) return [];
  return [...new Set(found.filter((each) => each !== null))];
}

function dictionaryFor(tag: string): Dictionary | null {
  const [language = '', ...rest] = tag.toLowerCase().split(/[-_]/);
  if (language === 'de') return 'de';
  if (language !== 'en') return null;
  return rest.length === 0 || rest.includes('us') ? 'en' : 'en-gb';
}

interface Waiting {
  readonly helper: HelperProcess;
  readonly answer: (words: readonly string[]) => void;
}

interface Deps {
  readonly launch: LaunchHelper;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the built `spelling-process.ts`, absolute. */
  readonly entryPath: string;
  /** Where the dictionaries lie, absolute. */
  readonly folder: string;
  /** The languages of the person, as tags, the best first. */
  readonly languages: () => readonly string[];
}

/** `Spelling` by a process of its own, which is started when the first word is asked about. */
export class HunspellSpelling implements Spelling {
  readonly #deps: Deps;
  readonly #waiting = new Map<number, Waiting>();
  #helper: HelperProcess | null = null;
  #deaths = 0;
  #lastId = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  misspelled(words: readonly string[]): Promise<readonly string[]> {
    const checked = words.filter((word) => word.length <= longestWord);
    return checked.length === 0 ? Promise.resolve([]) : this.#ask({ call: 'check', words: checked });
  }

  suggestions(word: string): Promise<readonly string[]> {
    return word.length > longestWord ? Promise.resolve([]) : this.#ask({ call: 'suggest', word });
  }

  /** Whose words they were has gone: so does the process that has seen them. */
  forget(): void {
    const helper = this.#helper;
    this.#helper = null;
    helper?.kill();
  }

  dispose(): void {
    this.#deaths = mostDeaths;
    this.forget();
  }

  #ask(request: object): Promise<readonly string[]> {
    return new Promise((resolve) => {
      const helper = this.#running();
      if (helper === null) return resolve([]);
      const id = (this.#lastId += 1);
      const undo = this.#deps.clock.after(deadlineMs, () => answer([]));
      const answer = (words: readonly string[]): void => {
        undo();
        this.#waiting.delete(id);
        resolve(words);
      };
      this.#waiting.set(id, { helper, answer });
      helper.post({ ...request, id });
    });
  }

  #running(): HelperProcess | null {
    if (this.#helper !== null || this.#deaths >= mostDeaths) return this.#helper;
    const { launch, entryPath, folder, languages, log } = this.#deps;
    const found = dictionariesFor(languages());
    if (found.length === 0) return null;
    const helper = launch({ name: 'spelling', entryPath });
    this.#helper = helper;
    helper.onMessage((raw) => {
      const reply = SpellingReply.safeParse(raw);
      if (reply.success) this.#waiting.get(reply.data.id)?.answer(reply.data.words);
    });
    helper.onExit(() => {
      if (this.#helper === helper) {
        this.#helper = null;
        this.#deaths += 1;
        log.warn('spelling.gone');
      }
      for (const waiting of [...this.#waiting.values()]) if (waiting.helper === helper) waiting.answer([]);
    });
    helper.post({ call: 'open', files: found.map((name) => join(folder, name)) });
    return helper;
  }
}
