import { useId, useState } from 'react';
import type { StillThere } from '../../contract/view.ts';
import { isSomebody, whoAmI } from '../account/who-am-i.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import { useSecondsLeft } from '../view/now.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

/** Asked before a machine that is left alone locks or signs out. Every way out of it but one means "yes, still here". */
export function StillThereDialog({ stillThere }: { readonly stillThere: StillThere }) {
  const { smooch } = useSurroundings();
  const session = useView((view) => view.session);
  const waiting = useView((view) => view.waiting);
  const { busy, problem, ask } = useAsking();
  const left = useSecondsLeft(stillThere.at);
  // What is read out with the title names the time once; only the eyes follow the count.
  const [atFirst] = useState(left);
  const id = useId();
  const say = strings.stillThere;
  const named = isSomebody(session);
  const what = stillThere.then === 'lock' ? 'lock' : named ? 'signOut' : 'signOutNameless';
  const stay = () => void ask(() => answered('stay', smooch.stay()));
  const leave = () =>
    void (what === 'lock'
      ? ask(() => answered('lock', smooch.lock()))
      : ask(() => answered('logout', smooch.logout())));
  return (
    <Dialog
      role="alertdialog"
      title={say.title(named ? whoAmI(session).name : null)}
      describedBy={id}
      onClose={stay}
    >
      <div className="countdown">
        <span className="countdown-number" aria-hidden="true">
          {left}
        </span>
        <div id={id} className="paragraphs">
          <p>{say.what[what](atFirst)}</p>
          {waiting > 0 && what !== 'lock' && <p className="warning">{say.unsent(waiting)}</p>}
        </div>
      </div>
      <Problem text={problem} />
      <div className="dialog-buttons">
        <Button busy={busy} onClick={leave}>
          {say.now[what]}
        </Button>
        <Button look="main" {...{ [firstFocus]: '' }} onClick={stay}>
          {say.stay}
        </Button>
      </div>
    </Dialog>
  );
}
