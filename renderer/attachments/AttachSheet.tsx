import { useEffect, useRef, useSyncExternalStore } from 'react';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { AttachRow } from './AttachRow.tsx';
import { sayRefusal } from './offer.ts';
import type { Selection } from './selection.ts';

type Props = {
  readonly selection: Selection;
  readonly onMore: () => void;
  readonly onSend: () => void;
  readonly onClose: () => void;
};

/** What is about to be sent, to be looked over. Leaving it sends nothing. */
export function AttachSheet({ selection, onMore, onSend, onClose }: Props) {
  const { chosen, refused, isSending } = useSyncExternalStore(selection.subscribe, selection.current);
  const list = useRef<HTMLUListElement>(null);
  const say = strings.attachments.sheet;
  const count = chosen.length;
  useEffect(() => {
    // Whoever had the focus on a row that has gone is still in the sheet.
    if (document.activeElement === document.body)
      list.current?.closest('dialog')?.querySelector<HTMLElement>('.dialog-buttons > :last-child')?.focus();
  }, [count]);
  return (
    <Dialog title={count === 0 ? say.none : say.title(count)} onClose={onClose}>
      <div aria-live="assertive" className="problem-place">
        {refused.length > 0 && (
          <ul className="refusals">
            {refused.map((refusal, index) => (
              <li key={index} className="problem">
                {sayRefusal(refusal)}
              </li>
            ))}
          </ul>
        )}
      </div>
      <ul ref={list} className="chosen-files" aria-label={say.list}>
        {chosen.map((each) => (
          <AttachRow
            key={each.row}
            chosen={each}
            disabled={isSending}
            onChange={(wish) => selection.change(each.row, wish)}
            onRemove={() => selection.remove(each.row)}
          />
        ))}
      </ul>
      <div className="dialog-buttons attach-buttons">
        <Button busy={isSending} icon="attach" onClick={onMore}>
          {say.more}
        </Button>
        <Button onClick={onClose}>{count === 0 ? strings.common.close : strings.common.cancel}</Button>
        {count > 0 && (
          <Button look="main" busy={isSending} {...{ [firstFocus]: '' }} onClick={onSend}>
            {isSending ? say.busy : say.send(count)}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
