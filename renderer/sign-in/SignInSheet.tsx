import { useId, useState } from 'react';
import type { FormEvent, KeyboardEvent } from 'react';
import { UserId } from '../../contract/ids.ts';
import type { Result } from '../../contract/failure.ts';
import type { Session } from '../../contract/session.ts';
import { isSomebody, whoAmI } from '../account/who-am-i.ts';
import { sentenceFor } from '../status/sentences.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

type Method = 'password' | 'token';
type Progress =
  | { readonly kind: 'filling' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'refused'; readonly why: string };

/** Becoming somebody, or somebody else. A refusal leaves the old session as it was, and everything typed here but secrets. */
export function SignInSheet({ onClose }: { readonly onClose: () => void }) {
  const session = useView((view) => view.session);
  const withPassword = useView((view) => view.passwordSignIn);
  const [chosen, choose] = useState<Method>('password');
  const method = withPassword ? chosen : 'token';
  const { draft, change, progress, submit } = useSignIn(method, session, onClose);
  const say = strings.signIn;
  const panel = useId();
  return (
    <Dialog title={session.kind === 'identified' ? say.switchTitle : say.title} onClose={onClose}>
      {withPassword && <Methods method={method} onChoose={choose} panel={panel} />}
      <div
        id={panel}
        {...(withPassword ? { role: 'tabpanel', 'aria-labelledby': `${panel}-${method}` } : {})}
      >
        <form noValidate className="fields" onSubmit={submit}>
          <Field
            label={say.userId}
            name="username"
            autoComplete="off"
            dir="auto"
            value={draft.userId}
            onText={(userId) => change({ userId })}
            {...{ [firstFocus]: '' }}
          />
          {method === 'password' ? (
            <Field
              label={say.passwordField}
              type="password"
              autoComplete="off"
              value={draft.password}
              onText={(password) => change({ password })}
            />
          ) : (
            <Field
              label={say.tokenField}
              hint={say.tokenHint}
              type="password"
              autoComplete="off"
              value={draft.token}
              onText={(token) => change({ token })}
            />
          )}
          {method === 'token' && draft.token.trim() === '' && <p className="warning">{say.unproven}</p>}
          <Consequence session={session} />
          <div aria-live="assertive">
            {progress.kind === 'refused' && <p className="problem">{progress.why}</p>}
          </div>
          <div className="dialog-buttons">
            <Button onClick={onClose}>{strings.common.cancel}</Button>
            <Button look="main" submits busy={progress.kind === 'busy'}>
              {progress.kind === 'busy' ? say.busy : say.submit}
            </Button>
          </div>
        </form>
      </div>
    </Dialog>
  );
}

function useSignIn(method: Method, session: Session, onDone: () => void) {
  const { smooch } = useSurroundings();
  const known = session.kind === 'signInNeeded' ? session.userId : '';
  const [draft, setDraft] = useState({ userId: known as string, password: '', token: '' });
  const [progress, setProgress] = useState<Progress>({ kind: 'filling' });
  const ask = (): Promise<Result<Session>> | string => {
    const userId = UserId.safeParse(draft.userId.trim());
    if (!userId.success) return strings.signIn.missingUserId;
    const token = draft.token.trim();
    if (method === 'token') {
      return answered('login', token === '' ? smooch.login(userId.data) : smooch.login(userId.data, token));
    }
    if (draft.password === '') return strings.signIn.missingPassword;
    return answered('signIn', smooch.signIn({ userId: userId.data, password: draft.password }));
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (progress.kind === 'busy') return;
    const asked = ask();
    if (typeof asked === 'string') return setProgress({ kind: 'refused', why: asked });
    setProgress({ kind: 'busy' });
    const answer = await asked;
    if (answer.ok) return onDone();
    setProgress({ kind: 'refused', why: sentenceFor(answer.failure) });
  };
  return {
    draft,
    progress,
    change: (part: Partial<typeof draft>) => setDraft({ ...draft, ...part }),
    submit: (event: FormEvent) => void submit(event),
  };
}

const methods = ['password', 'token'] as const;

function Methods({
  method,
  onChoose,
  panel,
}: {
  readonly method: Method;
  readonly onChoose: (method: Method) => void;
  readonly panel: string;
}) {
  const move = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const other = method === 'password' ? 'token' : 'password';
    onChoose(other);
    document.getElementById(`${panel}-${other}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={strings.signIn.ways} onKeyDown={move}>
      {methods.map((each) => (
        <button
          key={each}
          id={`${panel}-${each}`}
          type="button"
          role="tab"
          className="tab"
          aria-selected={each === method}
          aria-controls={panel}
          tabIndex={each === method ? 0 : -1}
          onClick={() => onChoose(each)}
        >
          {strings.signIn.methods[each]}
        </button>
      ))}
    </div>
  );
}

/** What becomes of the conversation that is open now. */
function Consequence({ session }: { readonly session: Session }) {
  const talked = useView((view) => view.thread.messages.length > 0);
  if (session.kind === 'anonymous' && talked) return <p className="hint">{strings.signIn.comesAlong}</p>;
  // Renewing a sign-in as the same person is not a switch.
  if (session.kind === 'identified' && isSomebody(session)) {
    return <p className="hint">{strings.signIn.staysHere(whoAmI(session).name)}</p>;
  }
  return null;
}
