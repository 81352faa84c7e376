import { useState } from 'react';
import { sentenceFor } from '../status/sentences.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { useBusinessName } from '../view/use-business.ts';
import { isSomebody, whoAmI } from './who-am-i.ts';

/** Says what will be gone before it is gone. "Cancel" is where Enter lands. */
export function SignOutDialog({ onClose }: { readonly onClose: () => void }) {
  const { smooch } = useSurroundings();
  const session = useView((view) => view.session);
  const [state, setState] = useState<{ busy: boolean; problem: string | null }>({
    busy: false,
    problem: null,
  });
  const say = strings.signOut;
  const anonymous = !isSomebody(session);
  const confirm = async () => {
    setState({ busy: true, problem: null });
    const answer = await answered('logout', smooch.logout());
    if (!answer.ok) setState({ busy: false, problem: sentenceFor(answer.failure) });
  };
  return (
    <Dialog role="alertdialog" title={say.title(anonymous)} onClose={onClose}>
      <p>{anonymous ? say.whatAnonymous : say.what(whoAmI(session).name)}</p>
      <Keeps anonymous={anonymous} />
      <UnsentCount />
      {state.problem !== null && (
        <p className="problem" role="alert">
          {state.problem}
        </p>
      )}
      <div className="dialog-buttons">
        <Button {...{ [firstFocus]: '' }} onClick={onClose}>
          {strings.common.cancel}
        </Button>
        <Button look="danger" busy={state.busy} onClick={() => void confirm()}>
          {state.busy ? say.busy : say.confirm(anonymous)}
        </Button>
      </div>
    </Dialog>
  );
}

function Keeps({ anonymous }: { readonly anonymous: boolean }) {
  const business = useBusinessName();
  const say = strings.signOut;
  return <p>{anonymous ? say.keptAnonymous : say.kept(business)}</p>;
}

function UnsentCount() {
  const waiting = useView((view) => view.waiting);
  const failed = useView(
    (view) => view.thread.messages.filter((message) => message.status === 'failed').length,
  );
  const unsent = waiting + failed;
  return unsent === 0 ? null : <p className="warning">{strings.signOut.unsent(unsent)}</p>;
}
