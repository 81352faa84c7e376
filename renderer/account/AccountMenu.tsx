import type { Appearance } from '../../contract/view.ts';
import type { Session } from '../../contract/session.ts';
import { strings } from '../strings/strings.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { MenuButton } from '../ui/Menu.tsx';
import type { MenuEntry } from '../ui/Menu.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { hasThread, isSomebody, whoAmI } from './who-am-i.ts';

type Props = { readonly onSignIn: () => void; readonly onSignOut: () => void };

/** Who I am, at the left of the top bar: always visible, and the door to becoming somebody else. */
export function AccountMenu({ onSignIn, onSignOut }: Props) {
  const session = useView((view) => view.session);
  const me = whoAmI(session);
  const face = (
    <>
      <Avatar name={me.name} tone={me.avatar} />
      <span className="who">
        <bdi className="who-name">{me.name}</bdi>
        <span className={`who-standing who-${me.tone}`}>
          {me.tone === 'verified' && <Icon name="verified" />}
          {me.tone === 'caution' && <Icon name="alert" />}
          {me.standing}
        </span>
      </span>
      <Icon name="chevronDown" />
    </>
  );
  return (
    <MenuButton
      label={strings.account.menu}
      button={face}
      buttonLabel={strings.account.button(me.name, me.standing)}
      entries={[...doors(session, onSignIn, onSignOut), useAppearanceEntry()]}
    />
  );
}

function doors(session: Session, onSignIn: () => void, onSignOut: () => void): readonly MenuEntry[] {
  const say = strings.account;
  if (session.kind === 'keychainTrouble' && session.remembered) {
    return [
      { kind: 'item', label: say.signIn, icon: 'signIn', choose: onSignIn },
      { kind: 'item', label: say.eraseConversation, icon: 'erase', danger: true, choose: onSignOut },
    ];
  }
  if (!hasThread(session)) return [];
  const signIn: MenuEntry =
    session.kind === 'anonymous'
      ? { kind: 'item', label: say.signIn, icon: 'signIn', choose: onSignIn }
      : session.kind === 'signInNeeded'
        ? { kind: 'item', label: say.signInAgain, icon: 'signIn', choose: onSignIn }
        : { kind: 'item', label: say.switchUser, icon: 'switch', choose: onSignIn };
  const signOut: MenuEntry = isSomebody(session)
    ? { kind: 'item', label: say.signOut, icon: 'signOut', danger: true, choose: onSignOut }
    : { kind: 'item', label: say.eraseConversation, icon: 'erase', danger: true, choose: onSignOut };
  return [signIn, signOut];
}

const themes = ['system', 'light', 'dark'] as const satisfies readonly Appearance['theme'][];

function useAppearanceEntry(): MenuEntry {
  const { smooch, complaints } = useSurroundings();
  const current = useView((view) => view.appearance.theme);
  const choose = async (theme: Appearance['theme']) => {
    const answer = await answered('setAppearance', smooch.setAppearance({ theme }));
    if (!answer.ok) complaints.complain(answer.failure);
  };
  const options = themes.map((theme) => ({
    label: strings.account.themes[theme],
    checked: theme === current,
    choose: () => void choose(theme),
  }));
  return { kind: 'choice', label: strings.account.appearance, options };
}
