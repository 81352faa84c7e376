import { useState } from 'react';
import type { AccountCard } from '../../contract/view.ts';
import { useAsking } from '../status/use-asking.ts';
import { useOpenSheet } from '../sheet.ts';
import { strings } from '../strings/strings.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Problem } from '../ui/Problem.tsx';
import { useView } from '../view/surroundings.tsx';
import { ForgetDialog } from './ForgetDialog.tsx';
import { PersonLine, personDetails } from './PersonLine.tsx';
import { SwitchDialog } from './SwitchDialog.tsx';
import { nextDoor, useSwitch } from './use-switch.ts';
import { nameOf } from './who-am-i.ts';

type Asked = { readonly kind: 'passcode' | 'forget'; readonly card: AccountCard };

/** Everybody this computer remembers: one click to become them, another to forget them. */
export function PeopleDialog({ onClose }: { readonly onClose: () => void }) {
  const say = strings.people;
  const cards = useView((view) => view.accounts);
  const open = useOpenSheet();
  const switchTo = useSwitch();
  const { busy, problem, ask } = useAsking();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState('');
  const become = async (card: AccountCard) => {
    setDone('');
    if (card.passcode) return setAsked({ kind: 'passcode', card });
    const answer = await ask(() => switchTo(card));
    if (answer === null) return;
    if (answer.ok || answer.failure.kind === 'questionOpen') return onClose();
    const door = nextDoor(answer.failure, card);
    if (door !== null) open(door);
  };
  const close = () => setAsked(null);
  return (
    <Dialog title={say.title} onClose={onClose}>
      <p className="hint">{cards.length === 0 ? say.nobody : say.intro}</p>
      <ul className="people" aria-busy={busy}>
        {cards.map((card) => (
          <Person
            key={card.account}
            card={card}
            onChoose={() => void become(card)}
            onForget={() => setAsked({ kind: 'forget', card })}
          />
        ))}
      </ul>
      <Problem text={problem} />
      <p className="hint" role="status">
        {done}
      </p>
      <div className="dialog-buttons">
        <Button icon="signIn" onClick={() => open({ kind: 'signIn' })}>
          {strings.account.signInAsAnother}
        </Button>
        <Button onClick={onClose}>{strings.common.close}</Button>
      </div>
      {asked?.kind === 'passcode' && <SwitchDialog card={asked.card} onClose={close} />}
      {asked?.kind === 'forget' && <ForgetDialog card={asked.card} onClose={close} onForgotten={setDone} />}
    </Dialog>
  );
}

type PersonProps = {
  readonly card: AccountCard;
  readonly onChoose: () => void;
  readonly onForget: () => void;
};

function Person({ card, onChoose, onForget }: PersonProps) {
  const name = nameOf(card);
  if (card.current) {
    return (
      <li className="person person-here">
        <PersonLine card={card} />
      </li>
    );
  }
  return (
    <li className="person">
      <button
        type="button"
        className="person-button"
        aria-label={strings.people.switchTo(name, personDetails(card))}
        onClick={onChoose}
      >
        <PersonLine card={card} />
      </button>
      <IconButton icon="erase" label={strings.people.forget(name)} onClick={onForget} />
    </li>
  );
}
