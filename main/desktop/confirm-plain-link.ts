import type { Dialog } from 'electron';
import type { DialogWords } from './words.ts';

/** The question about a link that is not encrypted, as the system's own dialog. */
export function confirmPlainLink(
  dialog: Pick<Dialog, 'showMessageBox'>,
  words: DialogWords,
): (host: string) => Promise<boolean> {
  return async (host) => {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: words.openLink(host),
      detail: words.plainLink,
      buttons: [words.openIt, words.cancel],
      defaultId: 1,
      cancelId: 1,
    });
    return response === 0;
  };
}
