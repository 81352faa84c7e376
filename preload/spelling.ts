import type { WebFrame } from 'electron';
import { bridge } from './bridge.ts';

/** What the person writes is checked by main, with the app's own dictionaries. Chromium's checker is off: it fetches its. */
export function checkSpelling(frame: Pick<WebFrame, 'setSpellCheckProvider'>): void {
  frame.setSpellCheckProvider(navigator.language, {
    spellCheck: (words, tell) =>
      void bridge.misspelled({ words }).then((answer) => tell(answer.ok ? [...answer.value] : [])),
  });
}
