/** Whether words are spelled right, in the languages of the person at this machine. Nothing of them leaves the machine. */
export interface Spelling {
  /** Those of `words` that no language knows; none where there is no dictionary, or no answer. */
  misspelled(words: readonly string[]): Promise<readonly string[]>;
  /** What may have been meant, the likeliest first. */
  suggestions(word: string): Promise<readonly string[]>;
}
