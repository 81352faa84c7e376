import { useId, useLayoutEffect, useRef } from 'react';
import type { ReactNode } from 'react';

/** Put on the element where a dialog's focus shall start: `{...{ [firstFocus]: '' }}`. */
export const firstFocus = 'data-first-focus';

type Props = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** `alertdialog` for a question about something that cannot be undone. */
  readonly role?: 'dialog' | 'alertdialog';
  /** The id of what is read out together with the title. */
  readonly describedBy?: string;
  /** Where nothing may happen by a stray Enter: the focus starts on the title. */
  readonly startsAtTitle?: boolean;
  /** `stage` takes the whole window and stays dark, for something to be looked at. */
  readonly look?: 'card' | 'stage';
};

/**
 * A modal built on `<dialog>`: the browser keeps the rest inert, traps Tab, and gives the focus back to the opener.
 * Focus starts at the element marked with `firstFocus`, else at the first field or button.
 */
export function Dialog(props: Props) {
  const {
    title,
    onClose,
    children,
    role = 'dialog',
    describedBy,
    startsAtTitle = false,
    look = 'card',
  } = props;
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    const putCaretBack = rememberCaret(document.activeElement);
    dialog.showModal();
    dialog.querySelector<HTMLElement>(`[${firstFocus}]`)?.focus();
    return () => {
      dialog.close();
      putCaretBack();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={look === 'card' ? 'dialog' : 'dialog-stage'}
      role={role}
      aria-labelledby={id}
      aria-describedby={describedBy}
      onCancel={(event) => {
        event.preventDefault();
        // React lets it rise, from a dialog opened within this one.
        if (event.target !== event.currentTarget) return;
        onClose();
      }}
      // A second Esc closes the element whatever `cancel` said: then our state has to follow.
      onClose={(event) => {
        const { isConnected, open } = event.currentTarget;
        if (event.target !== event.currentTarget) return;
        // The event comes late: by then the element may be gone, or open again.
        if (isConnected && !open) onClose();
      }}
    >
      <h2 id={id} {...(startsAtTitle ? { tabIndex: -1, [firstFocus]: '' } : {})}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}

/**
 * Chromium gives a field its focus back without its caret, if a click within the dialog has taken that away: what is typed then
 * goes nowhere (seen in 114).
 *
 * @returns to be called when the dialog is closed
 */
function rememberCaret(field: Element | null): () => void {
  if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return () => undefined;
  const { selectionStart, selectionEnd } = field;
  return () => {
    if (selectionStart !== null && document.activeElement === field)
      field.setSelectionRange(selectionStart, selectionEnd);
  };
}
