import type { Session } from '../../contract/session.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings } from '../view/surroundings.tsx';
import { PassphraseForm } from './PassphraseForm.tsx';
import { keychainAdvice, keychainHeading } from './sentences.ts';
import { useAsking } from './use-asking.ts';

type InTrouble = Extract<Session, { kind: 'keychainTrouble' }>;

/** The key is not handed out. Nothing is lost, and nobody is stuck: wait and try again, or write without saving. */
export function KeychainTroubleScreen({ session }: { readonly session: InTrouble }) {
  const { smooch } = useSurroundings();
  const { busy, problem, ask } = useAsking();
  const { trouble, remembered, passphrase } = session;
  const say = strings.keychain;
  return (
    <div className="screen">
      <Icon name="key" />
      <h2>{passphrase === 'set' ? say.passphraseHeading : keychainHeading(trouble)}</h2>
      {remembered && <p>{say.remembered}</p>}
      {passphrase === 'set' ? (
        <PassphraseForm isNew={false} />
      ) : (
        <>
          <p>{keychainAdvice(trouble)}</p>
          <Problem text={problem} />
          <div className="screen-buttons">
            <Button
              look="main"
              busy={busy}
              onClick={() => void ask(() => answered('retryKeychain', smooch.retryKeychain()))}
            >
              {strings.common.tryAgain}
            </Button>
          </div>
        </>
      )}
      {passphrase === 'offered' && <PassphraseForm isNew />}
      <WithoutSaving />
    </div>
  );
}

function WithoutSaving() {
  const { smooch } = useSurroundings();
  const { busy, problem, ask } = useAsking();
  const say = strings.keychain;
  return (
    <div className="other-way">
      <p className="hint">{say.withoutSavingHint}</p>
      <Problem text={problem} />
      <Button
        busy={busy}
        onClick={() => void ask(() => answered('useWithoutSaving', smooch.useWithoutSaving()))}
      >
        {say.withoutSaving}
      </Button>
    </div>
  );
}
