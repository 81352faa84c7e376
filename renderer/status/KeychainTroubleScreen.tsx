import { useState } from 'react';
import type { Failure, Result } from '../../contract/failure.ts';
import type { KeychainTrouble, Session } from '../../contract/session.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings } from '../view/surroundings.tsx';
import { keychainAdvice, keychainHeading, sentenceFor } from './sentences.ts';

type Props = { readonly trouble: KeychainTrouble; readonly remembered: boolean };

/** The key is not handed out. Nothing is lost, and nobody is stuck: wait and try again, or write without saving. */
export function KeychainTroubleScreen({ trouble, remembered }: Props) {
  const { smooch } = useSurroundings();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const ask = async (asking: Promise<Result<Session>>) => {
    setBusy(true);
    setFailure(null);
    const answer = await asking;
    setBusy(false);
    if (!answer.ok) setFailure(answer.failure);
  };
  const say = strings.keychain;
  return (
    <div className="screen">
      <Icon name="key" />
      <h2>{keychainHeading(trouble)}</h2>
      {remembered && <p>{say.remembered}</p>}
      <p>{keychainAdvice(trouble)}</p>
      <div aria-live="assertive">{failure !== null && <p className="problem">{sentenceFor(failure)}</p>}</div>
      <div className="screen-buttons">
        <Button
          look="main"
          busy={busy}
          onClick={() => void ask(answered('retryKeychain', smooch.retryKeychain()))}
        >
          {strings.common.tryAgain}
        </Button>
        <Button busy={busy} onClick={() => void ask(answered('useWithoutSaving', smooch.useWithoutSaving()))}>
          {say.withoutSaving}
        </Button>
      </div>
      <p className="hint">{say.withoutSavingHint}</p>
    </div>
  );
}
