import { useRef, useState } from 'react';
import { ClientMessageId } from '../../contract/ids.ts';
import type { Action, Message } from '../../contract/model.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { shownText } from '../ui/names.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

type Reply = Extract<Action, { kind: 'reply' | 'locationRequest' }>;

/** The answers offered with the last message. Once anything follows it, they are gone; what was chosen is in the text. */
export function QuickReplies({ onReplied }: { readonly onReplied: () => void }) {
  const last = useView((view) => view.thread.messages.at(-1));
  const newer = useView((view) => view.thread.newer);
  const replies = newer ? [] : offered(last);
  if (last === undefined || replies.length === 0) return null;
  return <Replies key={last.key} replies={replies} onReplied={onReplied} />;
}

function Replies({
  replies,
  onReplied,
}: {
  readonly replies: readonly Reply[];
  readonly onReplied: () => void;
}) {
  const { smooch, complaints } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const [chosen, setChosen] = useState<Reply['id'] | null>(null);
  // One id for whichever reply is pressed: two presses are one answer.
  const [clientMessageId] = useState(() => ClientMessageId.parse(crypto.randomUUID()));
  const asking = useRef(false);
  const choose = async (reply: Reply) => {
    onReplied();
    // This machine gives no position away; the person says where they are.
    if (reply.kind === 'locationRequest' || asking.current) return;
    asking.current = true;
    setChosen(reply.id);
    const { text, payload } = reply;
    const answer = await answered(
      'sendMessage',
      smooch.sendMessage({ epoch, clientMessageId, text, payload }),
    );
    if (answer.ok) return;
    asking.current = false;
    setChosen(null);
    complaints.complain(answer.failure);
  };
  return (
    <div className="replies" role="group" aria-label={strings.composer.replies}>
      {replies.map((reply) => (
        <Button
          key={reply.id}
          aria-disabled={chosen !== null || undefined}
          {...(reply.kind === 'locationRequest' ? { icon: 'pin' } : {})}
          onClick={() => void choose(reply)}
        >
          <bdi>{reply.kind === 'locationRequest' ? strings.cards.locationAsked : shownText(reply.text)}</bdi>
        </Button>
      ))}
    </div>
  );
}

function offered(message: Message | undefined): readonly Reply[] {
  if (message?.author.kind !== 'business') return [];
  return message.actions.filter((action) => action.kind === 'reply' || action.kind === 'locationRequest');
}
