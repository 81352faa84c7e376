import type { Dialog } from 'electron';

/** The question about a link that is not encrypted, as the system's own dialog. */
export function confirmPlainLink(dialog: Pick<Dialog, 'showMessageBox'>): (host: string) => Promise<boolean> {
  return async (host) => {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: `Open ${host}?`,
      detail: 'This link is not encrypted: others on the network can see and change what you get.',
      buttons: ['Open', 'Cancel'],
      defaultId: 1,
      cancelId: 1,
    });
    return response === 0;
  };
}
