import { useId, useState } from 'react';
import type { UserId } from '../../contract/ids.ts';
import type { Session } from '../../contract/session.ts';
import { isSomebody, whoAmI } from '../account/who-am-i.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Check } from '../ui/Check.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { Problem } from '../ui/Problem.tsx';
import { TabPanel, Tabs } from '../ui/Tabs.tsx';
import { useView } from '../view/surroundings.tsx';
import { BrowserDoor, BrowserWaiting } from './Browser.tsx';
import { useBrowserSignIn } from './use-browser-sign-in.ts';
import { useRemember, useSignIn } from './use-sign-in.ts';
import type { Method } from './use-sign-in.ts';

type Props = {
  /** Who is expected to come back; empty where anybody may come. */
  readonly userId?: UserId | undefined;
  readonly onClose: () => void;
};

/** Becoming somebody, or somebody else. A refusal leaves the old session as it was. */
export function SignInSheet({ userId, onClose }: Props) {
  const session = useView((view) => view.session);
  const inBrowser = useView((view) => view.browserSignIn);
  const memory = useRemember();
  const browser = useBrowserSignIn(memory.remember, onClose);
  const say = strings.signIn;
  if (browser.isWaiting) {
    return (
      <Dialog key="waiting" title={say.waitingTitle} onClose={onClose}>
        <BrowserWaiting browser={browser} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title={title(session, userId)} onClose={onClose}>
      {inBrowser && <BrowserDoor browser={browser} />}
      <SignInForm userId={userId ?? ''} memory={memory} onClose={onClose} />
    </Dialog>
  );
}

function title(session: Session, userId: UserId | undefined): string {
  const say = strings.signIn;
  if (session.kind === 'locked' && userId !== undefined) return say.unlockTitle;
  return session.kind === 'identified' || session.kind === 'locked' ? say.switchTitle : say.title;
}

type FormProps = {
  readonly userId: string;
  readonly memory: ReturnType<typeof useRemember>;
  readonly onClose: () => void;
};

const methods = ['password', 'token'] as const satisfies readonly Method[];

function SignInForm({ userId, memory, onClose }: FormProps) {
  const withPassword = useView((view) => view.passwordSignIn);
  const [chosen, choose] = useState<Method>('password');
  const method = withPassword ? chosen : 'token';
  const signIn = useSignIn({ method, userId, remember: memory.remember, onDone: onClose });
  const { draft, change, busy, problem, submit } = signIn;
  const panel = useId();
  const say = strings.signIn;
  const form = (
    <form noValidate className="fields" onSubmit={submit}>
      <Field
        label={say.userId}
        name="username"
        autoComplete="off"
        dir="auto"
        value={draft.userId}
        onText={(text) => change({ userId: text })}
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
        <TokenField token={draft.token} onText={(token) => change({ token })} />
      )}
      <RememberTick memory={memory} />
      <Consequence />
      <Problem text={problem} />
      <div className="dialog-buttons">
        <Button onClick={onClose}>{strings.common.cancel}</Button>
        <Button look="main" submits busy={busy}>
          {busy ? say.busy : say.submit}
        </Button>
      </div>
    </form>
  );
  if (!withPassword) return form;
  const tabs = methods.map((name) => ({ name, label: say.methods[name] }));
  return (
    <>
      <Tabs panel={panel} label={say.ways} tabs={tabs} chosen={method} onChoose={choose} />
      <TabPanel panel={panel} chosen={method}>
        {form}
      </TabPanel>
    </>
  );
}

function TokenField({ token, onText }: { readonly token: string; readonly onText: (token: string) => void }) {
  const isNeeded = useView((view) => view.machine.requireVerified);
  const say = strings.signIn;
  return (
    <>
      <Field
        label={isNeeded ? say.tokenNeededField : say.tokenField}
        hint={say.tokenHint}
        type="password"
        autoComplete="off"
        value={token}
        onText={onText}
      />
      {!isNeeded && token.trim() === '' && <p className="warning">{say.unproven}</p>}
    </>
  );
}

function RememberTick({ memory }: { readonly memory: FormProps['memory'] }) {
  const { ticked, tick, isManaged, isShown } = memory;
  if (!isShown) return null;
  const say = strings.signIn;
  return (
    <Check
      label={say.remember}
      hint={isManaged ? strings.settings.managed : ticked ? undefined : say.rememberHint}
      checked={ticked}
      disabled={isManaged}
      onCheck={tick}
    />
  );
}

/** What becomes of the conversation that is open now. */
function Consequence() {
  const session = useView((view) => view.session);
  const talked = useView((view) => view.thread.messages.length > 0);
  const isKept = useView((view) => view.accounts.some((card) => card.current));
  const say = strings.signIn;
  if (session.kind === 'anonymous' && talked) return <p className="hint">{say.comesAlong}</p>;
  // Renewing a sign-in as the same person is not a switch.
  if (session.kind !== 'identified' || !isSomebody(session)) return null;
  const { name } = whoAmI(session);
  return <p className="hint">{isKept ? say.staysHere(name) : say.isErased(name)}</p>;
}
