import { useRef, useState } from 'react';
import type { Session } from '../contract/session.ts';
import { unreachable } from '../contract/failure.ts';
import { AccountMenu } from './account/AccountMenu.tsx';
import { SignOutDialog } from './account/SignOutDialog.tsx';
import { hasThread } from './account/who-am-i.ts';
import { Composer } from './composer/Composer.tsx';
import { SignInSheet } from './sign-in/SignInSheet.tsx';
import { ConnectionBanner, SignInNeededBanner } from './status/ConnectionBanner.tsx';
import { KeychainTroubleScreen } from './status/KeychainTroubleScreen.tsx';
import { Notices } from './status/Notices.tsx';
import { UnconfiguredScreen } from './status/UnconfiguredScreen.tsx';
import type { BannerState } from './status/banner.ts';
import { useBanner } from './status/use-banner.ts';
import { strings } from './strings/strings.ts';
import { Timeline } from './timeline/Timeline.tsx';
import type { TimelineHandle } from './timeline/Timeline.tsx';
import { Avatar } from './ui/Avatar.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { useView } from './view/surroundings.tsx';
import { useBusinessHeading } from './view/use-business.ts';

type Sheet = 'none' | 'signIn' | 'signOut';

/** One session: who I am, the thread, and the composer. Lives exactly as long as the session's epoch. */
export function Conversation() {
  const session = useView((view) => view.session);
  const [sheet, setSheet] = useState<Sheet>('none');
  const timeline = useRef<TimelineHandle>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const banner = useBanner();
  const signIn = () => setSheet('signIn');
  const signOut = () => setSheet('signOut');
  const close = () => setSheet('none');
  useShortcuts({
    enabled: sheet === 'none' && hasThread(session),
    latest: () => timeline.current?.focusLatest(),
    thread: () => timeline.current?.focus(),
    composer: () => field.current?.focus(),
    signIn,
    signOut,
  });
  return (
    <div className="conversation" data-covered={sheet === 'signIn' || undefined}>
      <TopBar banner={banner} onSignIn={signIn} onSignOut={signOut} />
      <div className="strips">
        <ConnectionBanner state={hasThread(session) ? banner : 'quiet'} />
        <SignInNeededBanner onSignIn={signIn} />
      </div>
      <main className="stage">
        <Notices />
        {hasThread(session) ? (
          <Timeline ref={timeline} covered={sheet === 'signIn'} onSignIn={signIn} />
        ) : (
          <WithoutThread session={session} />
        )}
      </main>
      {hasThread(session) && (
        <Composer
          field={field}
          onPage={(direction) => timeline.current?.page(direction)}
          onLatest={() => timeline.current?.toLatest()}
        />
      )}
      {sheet === 'signIn' && <SignInSheet onClose={close} />}
      {sheet === 'signOut' && <SignOutDialog onClose={close} />}
    </div>
  );
}

function WithoutThread({ session }: { readonly session: Session }) {
  switch (session.kind) {
    case 'starting':
      return <p className="opening">{strings.app.opening}</p>;
    case 'unconfigured':
      return <UnconfiguredScreen />;
    case 'keychainTrouble':
      return <KeychainTroubleScreen trouble={session.trouble} remembered={session.remembered} />;
    case 'locked':
    case 'anonymous':
    case 'identified':
    case 'signInNeeded':
      return null;
    default:
      return unreachable(session);
  }
}

type TopBarProps = {
  readonly banner: BannerState;
  readonly onSignIn: () => void;
  readonly onSignOut: () => void;
};

function TopBar({ banner, onSignIn, onSignOut }: TopBarProps) {
  const business = useBusinessHeading();
  return (
    <header className="top-bar">
      <AccountMenu onSignIn={onSignIn} onSignOut={onSignOut} />
      <div className="business">
        <Avatar name={business} tone="business" />
        <div className="business-words">
          <h1>
            <bdi>{business}</bdi>
          </h1>
          <LinkWord banner={banner} />
        </div>
      </div>
    </header>
  );
}

/** One word on the connection; the strip below says the rest. */
function LinkWord({ banner }: { readonly banner: BannerState }) {
  const link = useView((view) => view.link.kind);
  const word =
    link === 'live'
      ? strings.link.connected
      : banner === 'shown' && link === 'offline'
        ? strings.link.offlineShort
        : null;
  return word === null ? null : <span className={`link-word link-${link}`}>{word}</span>;
}
