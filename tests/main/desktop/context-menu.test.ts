import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { MenuItemConstructorOptions } from 'electron';
import { contextMenuTemplate, offerContextMenu } from '../../../main/desktop/context-menu.ts';
import { wordsFor } from '../../../main/desktop/words.ts';

const words = wordsFor('en-GB').menu;
const all = { canUndo: true, canRedo: true, canCut: true, canCopy: true, canPaste: true, canSelectAll: true };
const inBox = (misspelledWord = '') =>
  ({ isEditable: true, misspelledWord, selectionText: '', editFlags: all }) as Parameters<
    typeof contextMenuTemplate
  >[0];

class FakeContents extends EventEmitter {
  readonly replaced: string[] = [];
  isDestroyed = (): boolean => false;
  replaceMisspelling = (word: string): void => void this.replaced.push(word);
}

/** Opens the menu for a word, and chooses its first entry. */
async function menuFor(misspelledWord: string, suggestions: () => Promise<readonly string[]>) {
  const contents = new FakeContents();
  const shown: MenuItemConstructorOptions[][] = [];
  const opened = new Promise<void>((popup) => {
    offerContextMenu(contents as never, {
      words,
      build(items) {
        shown.push(items);
        return { popup: () => popup() };
      },
      suggestions,
      after: (_delayMs, task) => queueMicrotask(task),
    });
  });
  contents.emit('context-menu', {}, inBox(misspelledWord));
  await opened;
  const [first] = shown[0] ?? [];
  (first?.click as (() => void) | undefined)?.();
  return { labels: (shown[0] ?? []).flatMap(({ label }) => label ?? []), replaced: contents.replaced };
}

describe('The menu of a text box', () => {
  it('offers other spellings first, and puts the chosen one in the place of the word', async () => {
    const { labels, replaced } = await menuFor('wrold', () => Promise.resolve(['world', 'R&D']));
    expect(labels.slice(0, 3)).toEqual(['world', 'R&&D', words.undo]);
    expect(replaced).toEqual(['world']);
  });

  it('opens without them where the dictionaries take too long, and says that there are none', async () => {
    const { labels, replaced } = await menuFor('wrold', () => new Promise(() => undefined));
    expect(labels[0]).toBe(words.noSuggestions);
    expect(replaced).toEqual([]);
  });

  it('is the usual one for a word that is right, and only copies what is selected elsewhere', () => {
    const deps = { words, replace: () => undefined };
    const roles = (params: ReturnType<typeof inBox>) =>
      contextMenuTemplate(params, [], deps).flatMap(({ role }) => role ?? []);
    expect(roles(inBox())).toEqual(['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll']);
    expect(roles({ ...inBox(), isEditable: false, selectionText: 'a line' })).toEqual(['copy']);
    expect(roles({ ...inBox(), isEditable: false })).toEqual([]);
  });
});
