import { useId } from 'react';
import type { BringQuestion } from '../../contract/view.ts';
import type { Input } from '../../contract/requests.ts';
import { nameOf } from '../account/who-am-i.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings } from '../view/surroundings.tsx';
import { useBusinessName } from '../view/use-business.ts';

/** Neither way can be taken back, so neither is where Enter lands. Esc is "nothing has happened". */
export function BringDialog({ question }: { readonly question: BringQuestion }) {
  const { smooch } = useSurroundings();
  const business = useBusinessName();
  const { busy, problem, ask } = useAsking();
  const id = useId();
  const say = strings.bring;
  const answer = (how: Input<'answerQuestion'>['answer']) =>
    void ask(() => answered('answerQuestion', smooch.answerQuestion({ answer: how })));
  return (
    <Dialog
      role="alertdialog"
      title={say.title}
      describedBy={id}
      startsAtTitle
      onClose={() => answer('cancel')}
    >
      <div id={id} className="paragraphs">
        <p>{say.what(nameOf(question), business)}</p>
        {question.unsent > 0 && <p>{say.unsent(question.unsent)}</p>}
        <p>{say.leaveWhat}</p>
      </div>
      <Problem text={problem} />
      <div className="dialog-stack">
        <Button busy={busy} onClick={() => answer('bring')}>
          {say.bring}
        </Button>
        <Button busy={busy} onClick={() => answer('leave')}>
          {say.leave}
        </Button>
      </div>
      <div className="dialog-buttons">
        <Button busy={busy} onClick={() => answer('cancel')}>
          {strings.common.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
