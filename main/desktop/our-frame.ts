import type { WebContents, WebFrameMain } from 'electron';

/** What a message from a page says about where it comes from: `IpcMainInvokeEvent`, as far as it matters. */
export interface FrameEvent {
  readonly sender: Pick<WebContents, 'id' | 'isDestroyed' | 'mainFrame'>;
  /** Null if the frame navigated or was destroyed meanwhile. */
  readonly senderFrame: Pick<WebFrameMain, 'url' | 'parent' | 'routingId' | 'processId'> | null;
}

/**
 * Whether a message comes from the main frame of one of our windows, showing our page. Ask it first and synchronously:
 * a moment later the frame may be another one.
 *
 * @param isOurs tells our windows by the id of their web contents.
 */
export function isOurMainFrame(
  event: FrameEvent,
  page: string,
  isOurs: (webContentsId: number) => boolean,
): boolean {
  try {
    const { sender, senderFrame: frame } = event;
    if (frame === null || sender.isDestroyed() || !isOurs(sender.id)) return false;
    const { mainFrame } = sender;
    return (
      frame.parent === null &&
      frame.routingId === mainFrame.routingId &&
      frame.processId === mainFrame.processId &&
      isPage(frame.url, page)
    );
  } catch {
    // A frame that is gone throws when it is looked at.
    return false;
  }
}

/** The very page, whatever stands behind `#`. */
export function isPage(url: string, page: string): boolean {
  const hash = url.indexOf('#');
  return (hash < 0 ? url : url.slice(0, hash)) === page;
}
