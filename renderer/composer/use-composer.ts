import { useEffect, useRef, useState } from 'react';
import { maxTextLength } from '../../contract/text.ts';
import { sentenceFor } from '../status/sentences.ts';
import { after } from '../view/now.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { DraftKeeper } from './draft-keeper.ts';
import { attemptFor, judge, leftAfter } from './rules.ts';
import type { Attempt } from './rules.ts';
import { TypingSignal } from './typing-signal.ts';

/**
 * The text being written in one session, from the restored draft to the accepted message. The box is emptied only when
 * main has accepted the text; whatever goes wrong before that leaves it as it is, with a sentence beneath.
 */
export function useComposer(onAccepted: () => void) {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const stored = useView((view) => view.draft);
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const attempt = useRef<Attempt | null>(null);
  const sending = useRef(false);
  const latest = useRef<string | null>(null);
  const { keeper, typing } = useKeepers();
  // Until the first key the box shows what main remembers, which may arrive after the first view.
  const shown = text ?? stored;

  const become = (next: string) => {
    latest.current = next;
    setText(next);
    setProblem(null);
    keeper.change(next);
  };
  const change = (next: string) => {
    become(next);
    typing.typed(next);
  };
  const send = async () => {
    const judgement = judge(shown);
    if (judgement.kind === 'empty' || sending.current) return;
    if (judgement.kind === 'tooLong')
      return setProblem(sentenceFor({ kind: 'tooLong', limit: maxTextLength }));
    attempt.current = attemptFor(shown, attempt.current, () => crypto.randomUUID());
    const { clientMessageId } = attempt.current;
    sending.current = true;
    keeper.hold();
    const answer = await answered('sendMessage', smooch.sendMessage({ epoch, clientMessageId, text: shown }));
    sending.current = false;
    keeper.release();
    if (!answer.ok) return setProblem(sentenceFor(answer.failure));
    attempt.current = null;
    typing.stop();
    become(leftAfter(shown, latest.current ?? shown));
    keeper.flush();
    onAccepted();
  };
  const leave = () => {
    typing.stop();
    keeper.flush();
  };
  return { text: shown, problem, change, send, leave };
}

function useKeepers() {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [keepers] = useState(() => ({
    keeper: new DraftKeeper({
      save: (text) => void answered('saveDraft', smooch.saveDraft({ epoch, text })),
      after,
    }),
    typing: new TypingSignal({
      start: () => void answered('startTyping', smooch.startTyping({ epoch })),
      stop: () => void answered('stopTyping', smooch.stopTyping({ epoch })),
      now: () => Date.now(),
      after,
    }),
  }));
  useEffect(() => {
    const { keeper, typing } = keepers;
    const leave = () => {
      typing.stop();
      keeper.flush();
    };
    window.addEventListener('pagehide', leave);
    window.addEventListener('blur', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('blur', leave);
      leave();
    };
  }, [keepers]);
  return keepers;
}
