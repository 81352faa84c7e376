import type { ContextMenuParams, Menu, MenuItemConstructorOptions, WebContents } from 'electron';
import type { MenuWords } from './words.ts';

type Params = Pick<ContextMenuParams, 'isEditable' | 'misspelledWord' | 'selectionText' | 'editFlags'>;

/** How long a menu waits for what may have been meant, before it opens without. */
const patienceMs = 700;

/**
 * What a click with the other button offers in a text box: another spelling, and the usual. Elsewhere only what is
 * selected can be copied.
 */
export function contextMenuTemplate(
  params: Params,
  suggestions: readonly string[],
  deps: { readonly words: MenuWords; readonly replace: (word: string) => void },
): MenuItemConstructorOptions[] {
  const { words } = deps;
  const { isEditable, misspelledWord, selectionText, editFlags } = params;
  if (!isEditable)
    return selectionText.trim() === ''
      ? []
      : [{ role: 'copy', label: words.copy, enabled: editFlags.canCopy }];
  const spelling: MenuItemConstructorOptions[] =
    misspelledWord === ''
      ? []
      : [
          ...(suggestions.length === 0
            ? [{ label: words.noSuggestions, enabled: false }]
            : suggestions.map((word) => ({
                // A single & would underline the letter behind it.
                label: word.replaceAll('&', '&&'),
                click: () => deps.replace(word),
              }))),
          { type: 'separator' },
        ];
  return [
    ...spelling,
    { role: 'undo', label: words.undo, enabled: editFlags.canUndo },
    { role: 'redo', label: words.redo, enabled: editFlags.canRedo },
    { type: 'separator' },
    { role: 'cut', label: words.cut, enabled: editFlags.canCut },
    { role: 'copy', label: words.copy, enabled: editFlags.canCopy },
    { role: 'paste', label: words.paste, enabled: editFlags.canPaste },
    { role: 'selectAll', label: words.selectAll, enabled: editFlags.canSelectAll },
  ];
}

/** Open that menu whenever it is asked for in this page. */
export function offerContextMenu(
  contents: Pick<WebContents, 'on' | 'replaceMisspelling' | 'isDestroyed'>,
  deps: {
    readonly words: MenuWords;
    readonly build: (items: MenuItemConstructorOptions[]) => Pick<Menu, 'popup'>;
    readonly suggestions: (word: string) => Promise<readonly string[]>;
    readonly after: (delayMs: number, task: () => void) => void;
  },
): void {
  const { words, build, suggestions, after } = deps;
  contents.on('context-menu', async (_event, params) => {
    const { isEditable, misspelledWord } = params;
    const isWrong = isEditable && misspelledWord !== '';
    const late = new Promise<readonly string[]>((resolve) => after(patienceMs, () => resolve([])));
    const found = isWrong ? await Promise.race([suggestions(misspelledWord), late]) : [];
    if (contents.isDestroyed()) return;
    const replace = (word: string): void => contents.replaceMisspelling(word);
    const items = contextMenuTemplate(params, found, { words, replace });
    if (items.length > 0) build(items).popup();
  });
}
