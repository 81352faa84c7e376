import { useEffect, useId, useRef, useState } from 'react';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import type { useSendOut } from './use-unsent.ts';

type Props = { readonly sendOut: ReturnType<typeof useSendOut> };

/** What would be lost, and the two ways to keep it. */
export function UnsentMessages({ sendOut }: Props) {
  const { smooch } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  // Whoever has to sign in first cannot send anything by waiting.
  const canSend = useView((view) => view.session.kind !== 'signInNeeded');
  const { busy, problem, ask } = useAsking();
  const [saved, setSaved] = useState(false);
  const say = strings.signOut;
  const save = async () => {
    const answer = await ask(() => answered('saveUnsent', smooch.saveUnsent({ epoch })));
    if (answer?.ok) setSaved(answer.value.saved);
  };
  return (
    <div className="unsent">
      <p className="warning">{sendOut.isStuck ? say.couldNotSend(sendOut.left) : say.unsent(sendOut.left)}</p>
      <div className="unsent-buttons">
        {canSend && (
          <Button icon="send" onClick={sendOut.start}>
            {say.sendAndWait}
          </Button>
        )}
        <Button icon="save" busy={busy} onClick={() => void save()}>
          {say.saveUnsent}
        </Button>
      </div>
      <p className="hint" role="status">
        {saved ? say.saved : ''}
      </p>
      <Problem text={problem} />
    </div>
  );
}

type SendingOutProps = { readonly all: number; readonly left: number; readonly onStop: () => void };

/** How far it has come. The sign-out follows by itself when nothing is left. */
export function SendingOut({ all, left, onStop }: SendingOutProps) {
  const offline = useView((view) => view.link.kind === 'offline');
  const stop = useRef<HTMLButtonElement>(null);
  const id = useId();
  const say = strings.signOut;
  // The button that started this is gone; its place is taken by the one that stops it.
  useEffect(() => stop.current?.focus(), []);
  return (
    <div className="unsent">
      <p id={id} role="status">
        {offline ? say.sendingOffline : say.sending(left, all)}
      </p>
      <progress aria-labelledby={id} max={all} value={all - left} />
      <div className="unsent-buttons">
        <Button ref={stop} onClick={onStop}>
          {say.stopSending}
        </Button>
      </div>
    </div>
  );
}
