import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { useBusinessName } from '../view/use-business.ts';
import { SendingOut, UnsentMessages } from './UnsentMessages.tsx';
import { useSendOut } from './use-unsent.ts';
import { isSomebody, whoAmI } from './who-am-i.ts';

/** Says what will be gone before it is gone, and what can still be saved. "Cancel" is where Enter lands. */
export function SignOutDialog({ onClose }: { readonly onClose: () => void }) {
  const { smooch } = useSurroundings();
  const session = useView((view) => view.session);
  const { busy, problem, ask } = useAsking();
  const say = strings.signOut;
  const anonymous = !isSomebody(session);
  // The next view shows what it came to: by then this page may be another one.
  const signOut = () => void ask(() => answered('logout', smooch.logout()));
  const sendOut = useSendOut(signOut);
  const { run, left } = sendOut;
  return (
    <Dialog role="alertdialog" title={say.title(anonymous)} onClose={onClose}>
      <p>{anonymous ? say.whatAnonymous : say.what(whoAmI(session).name)}</p>
      <Keeps anonymous={anonymous} />
      {session.kind === 'locked' && <p className="warning">{say.unsentUnknown}</p>}
      {run === null && left > 0 && <UnsentMessages sendOut={sendOut} />}
      {run !== null && <SendingOut all={run.all} left={left} onStop={sendOut.stop} />}
      <Problem text={problem} />
      <div className="dialog-buttons">
        <Button {...{ [firstFocus]: '' }} onClick={onClose}>
          {strings.common.cancel}
        </Button>
        <Button look="danger" busy={busy} onClick={signOut}>
          {busy ? say.busy : left > 0 ? say.discard(anonymous) : say.confirm(anonymous)}
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
