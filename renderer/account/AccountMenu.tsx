import type { Appearance } from '../../contract/view.ts';
import type { Session } from '../../contract/session.ts';
import { useLockNow } from '../lock/use-lock-now.ts';
import { useHasSettings } from '../settings/use-machine.ts';
import { strings } from '../strings/strings.ts';
import { useOpenSheet } from '../sheet.ts';
import type { Sheet } from '../sheet.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { MenuButton } from '../ui/Menu.tsx';
import type { MenuEntry } from '../ui/Menu.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { PersonLine, personDetails } from './PersonLine.tsx';
import { useOthers, useSwitchFromMenu } from './use-switch.ts';
import { hasThread, isSomebody, nameOf, whoAmI } from './who-am-i.ts';

/** Who I am, at the left of the top bar: always visible, and the door to becoming somebody else. */
export function AccountMenu() {
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
          <span className="who-words">{me.standing}</span>
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
      entries={[...usePeople(), ...useDoors(session), useAppearanceEntry()]}
    />
  );
}

/** The others whom this computer remembers, one click away. */
function usePeople(): readonly MenuEntry[] {
  const others = useOthers();
  const open = useOpenSheet();
  const become = useSwitchFromMenu();
  if (others.length === 0) return [];
  const say = strings.account;
  const entries = others.map((card) => ({
    kind: 'person' as const,
    id: card.account,
    label: strings.people.switchTo(nameOf(card), personDetails(card)),
    line: <PersonLine card={card} />,
    choose: () => become(card),
  }));
  return [
    { kind: 'group', label: say.others, entries },
    {
      kind: 'item',
      label: say.people,
      icon: 'people',
      chord: 'A',
      choose: () => open({ kind: 'people' }),
    },
  ];
}

/** In and out, the lock, and the settings. */
function useDoors(session: Session): readonly MenuEntry[] {
  const open = useOpenSheet();
  const lock = useLockNow();
  const hasOthers = useOthers().length > 0;
  const hasSettings = useHasSettings();
  const signIn = signInEntry(session, hasOthers, open);
  const signOut = signOutEntry(session, open);
  const say = strings.account;
  return [
    ...(hasThread(session)
      ? [
          {
            kind: 'item',
            label: strings.dates.open,
            icon: 'calendar',
            choose: () => open({ kind: 'date' }),
          } as const,
        ]
      : []),
    ...(signIn === null ? [] : [signIn]),
    ...(lock === null
      ? []
      : [{ kind: 'item', label: say.lock, icon: 'lock', chord: 'l', choose: lock } as const]),
    ...(hasSettings
      ? [
          {
            kind: 'item',
            label: say.settings,
            icon: 'settings',
            chord: ',',
            choose: () => open({ kind: 'settings' }),
          } as const,
        ]
      : []),
    ...(signOut === null ? [] : [signOut]),
  ];
}

type Open = (sheet: Sheet) => void;

function signInEntry(session: Session, hasOthers: boolean, open: Open): MenuEntry | null {
  const say = strings.account;
  const chord = hasOthers ? {} : { chord: 'A' };
  const signIn = (label: string): MenuEntry => ({
    kind: 'item',
    label,
    icon: 'signIn',
    ...chord,
    choose: () =>
      open({ kind: 'signIn', userId: session.kind === 'signInNeeded' ? session.userId : undefined }),
  });
  switch (session.kind) {
    case 'anonymous':
      return signIn(say.signIn);
    case 'signInNeeded':
      return signIn(say.signInAgain);
    case 'identified':
      return signIn(say.signInAsAnother);
    case 'keychainTrouble':
      return session.remembered ? signIn(say.signIn) : null;
    default:
      return null;
  }
}

function signOutEntry(session: Session, open: Open): MenuEntry | null {
  const isRemembered = session.kind === 'keychainTrouble' && session.remembered;
  if (!hasThread(session) && !isRemembered) return null;
  const say = strings.account;
  const ends = isSomebody(session)
    ? ({ label: say.signOut, icon: 'signOut' } as const)
    : ({ label: say.eraseConversation, icon: 'erase' } as const);
  return { kind: 'item', ...ends, danger: true, chord: 'L', choose: () => open({ kind: 'signOut' }) };
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
