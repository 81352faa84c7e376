import {
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { RefObject } from 'react';
import { createPortal } from 'react-dom';
import { strings } from '../strings/strings.ts';
import { IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { AttachSheet } from './AttachSheet.tsx';
import { dropped, offerOf, pasted } from './offer.ts';
import type { Offer } from './offer.ts';
import { Selection } from './selection.ts';

type Props = {
  /** Nothing can be attached now. */
  readonly isAside: boolean;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** Files were accepted: they stand at the end of the thread. */
  readonly onSent: () => void;
};

/** Files for this conversation: chosen with the button, dropped on the window, or pasted. */
export function Attach({ isAside, field, onSent }: Props) {
  const selection = useSelection();
  const { chosen, refused, isSending } = useSyncExternalStore(selection.subscribe, selection.current);
  const input = useRef<HTMLInputElement>(null);
  const isOpen = chosen.length + refused.length > 0;
  const offer = (make: (already: number) => Offer) => selection.add(make(selection.current().chosen.length));
  const isOver = useFilesFromOutside(() => !isAside && !isSending && mayTake(isOpen), offer);
  const { announcer } = useSurroundings();
  const send = async () => {
    const accepted = await selection.send();
    if (accepted === 0) return;
    announcer.say(strings.attachments.sending(accepted));
    onSent();
    if (selection.current().chosen.length === 0) field.current?.focus();
  };
  const pick = () => input.current?.click();
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          const { files } = currentTarget;
          if (files !== null) offer((already) => offerOf(files, already));
          // So that the same file can be chosen again.
          currentTarget.value = '';
        }}
      />
      <IconButton
        icon="attach"
        label={strings.attachments.attach}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+O"
        data-shortcut="attach"
        onClick={pick}
      />
      {isOver && <DropTarget />}
      {isOpen &&
        // Not within the form of the composer, which Enter in a field of the sheet would send.
        createPortal(
          <AttachSheet
            selection={selection}
            onMore={pick}
            onSend={() => void send()}
            onClose={() => {
              selection.clear();
              field.current?.focus();
            }}
          />,
          document.body,
        )}
    </>
  );
}

/** Whatever dialog is open has the window, unless it is the one with the files. */
function mayTake(isOpen: boolean): boolean {
  return isOpen || document.querySelector('dialog[open]') === null;
}

function useSelection(): Selection {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [selection] = useState(
    () =>
      new Selection({
        mint: () => crypto.randomUUID(),
        send: (clientMessageId, file) =>
          answered('sendFile', smooch.sendFile({ epoch, clientMessageId, ...file })),
      }),
  );
  useEffect(() => selection.clear, [selection]);
  return selection;
}

/** @returns whether files are held over the window that could be dropped */
function useFilesFromOutside(
  mayTake: () => boolean,
  offer: (make: (already: number) => Offer) => void,
): boolean {
  const [isOver, setOver] = useState(false);
  const onDrag = useEffectEvent((event: DragEvent) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    // A file that is dropped anywhere else would be opened in place of the page.
    event.preventDefault();
    event.dataTransfer.dropEffect = mayTake() ? 'copy' : 'none';
    setOver(mayTake());
  });
  const onLeave = useEffectEvent((event: DragEvent) => {
    if (event.relatedTarget === null) setOver(false);
  });
  const onDrop = useEffectEvent((event: DragEvent) => {
    setOver(false);
    const { dataTransfer } = event;
    if (dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    if (mayTake()) offer((already) => dropped(dataTransfer, already));
  });
  const onPaste = useEffectEvent((event: ClipboardEvent) => {
    const files = event.clipboardData === null ? null : pasted(event.clipboardData);
    if (files === null || !mayTake()) return;
    event.preventDefault();
    offer((already) => offerOf(files, already));
  });
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    window.addEventListener('dragenter', (event) => onDrag(event), { signal });
    window.addEventListener('dragover', (event) => onDrag(event), { signal });
    window.addEventListener('dragleave', (event) => onLeave(event), { signal });
    window.addEventListener('drop', (event) => onDrop(event), { signal });
    window.addEventListener('paste', (event) => onPaste(event), { signal });
    return () => listening.abort();
  }, []);
  return isOver;
}

/** Above everything, an open dialog included. */
function DropTarget() {
  const element = useRef<HTMLDivElement>(null);
  const id = useId();
  useLayoutEffect(() => element.current?.showPopover(), []);
  return (
    <div ref={element} id={id} popover="manual" className="drop-target">
      <div>
        <Icon name="attach" />
        <strong>{strings.attachments.drop}</strong>
        <span>{strings.attachments.dropHint}</span>
      </div>
    </div>
  );
}
