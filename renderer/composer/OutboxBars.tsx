import { useEffect } from 'react';
import type { Held } from '../../contract/view.ts';
import { strings } from '../strings/strings.ts';
import { useOutboxRequests } from '../timeline/use-outbox-requests.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { useSecondsLeft } from '../view/now.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

/** What stands between the thread and the box about messages on their way: those that can be taken back, those that failed. */
export function OutboxBars({ onUndone }: { readonly onUndone: (text: string) => void }) {
  const last = useView((view) => view.held.at(-1));
  return (
    <>
      <FailedBar />
      {last !== undefined && <UndoBar key={last.key} held={last} onUndone={onUndone} />}
    </>
  );
}

/** One failed message has its own buttons. */
function FailedBar() {
  const failed = useView((view) => view.thread.messages.filter(({ status }) => status === 'failed').length);
  const { retryAll } = useOutboxRequests();
  if (failed < 2) return null;
  return (
    <div className="outbox-bar outbox-bar-failed">
      <Icon name="alert" />
      <span>{strings.outbox.failed(failed)}</span>
      <Button look="quiet" onClick={retryAll}>
        {strings.outbox.retryAll}
      </Button>
    </div>
  );
}

type UndoProps = { readonly held: Held; readonly onUndone: (text: string) => void };

/** The last of those that wait; each Undo takes back one. The seconds are for the eye: they would be told every second. */
function UndoBar({ held: { key, until }, onUndone }: UndoProps) {
  const { smooch, announcer, complaints } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const text = useView((view) => view.thread.messages.find((message) => message.key === key)?.content.text);
  const left = useSecondsLeft(until);
  useEffect(() => announcer.say(strings.outbox.canUndo), [announcer]);
  const undo = async () => {
    const answer = await answered('discardMessage', smooch.discardMessage({ epoch, key }));
    if (!answer.ok) return complaints.complain(answer.failure);
    announcer.say(strings.outbox.undone);
    onUndone(text ?? '');
  };
  return (
    <div className="outbox-bar">
      <Icon name="clock" />
      <span aria-hidden="true">{strings.outbox.sendingIn(left)}</span>
      <Button look="quiet" icon="undo" aria-label={strings.outbox.undoLabel} onClick={() => void undo()}>
        {strings.outbox.undo}
      </Button>
    </div>
  );
}
