import { useEffect, useEffectEvent } from 'react';
import { answered } from './view/smooch.ts';
import { useSurroundings, useView } from './view/surroundings.tsx';

/**
 * What is copied out of the conversation goes into the clipboard by main, which takes it out again when this person signs
 * out. Plain text: nothing of the page's own markup leaves it.
 */
export function useCopy(): void {
  const { smooch, complaints } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const onCopy = useEffectEvent((event: ClipboardEvent) => {
    const text = textOfConversation(event.target);
    if (text === '') return;
    // A cut still has to take the text out of the box; then both write the same words.
    if (event.type === 'copy') event.preventDefault();
    void answered('copyText', smooch.copyText({ epoch, text })).then((answer) => {
      if (!answer.ok) complaints.complain(answer.failure);
    });
  });
  useEffect(() => {
    const listener = (event: ClipboardEvent) => onCopy(event);
    document.addEventListener('copy', listener);
    document.addEventListener('cut', listener);
    return () => {
      document.removeEventListener('copy', listener);
      document.removeEventListener('cut', listener);
    };
  }, []);
}

/** The selected words of the thread or of what is being written; empty if the selection is elsewhere. */
function textOfConversation(target: EventTarget | null): string {
  if (target instanceof HTMLTextAreaElement)
    return target.value.slice(target.selectionStart, target.selectionEnd);
  const selection = document.getSelection();
  const where = selection?.anchorNode?.parentElement?.closest('[role="log"]') ?? null;
  return where === null ? '' : (selection?.toString() ?? '');
}
