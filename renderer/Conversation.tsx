import { useRef, useState } from 'react';
import type { Session } from '../contract/session.ts';
import { unreachable } from '../contract/failure.ts';
import { hasThread } from './account/who-am-i.ts';
import { Composer } from './composer/Composer.tsx';
import { KioskStrip } from './kiosk/KioskStrip.tsx';
import { LockScreen } from './lock/LockScreen.tsx';
import { OpenSheet } from './OpenSheet.tsx';
import { SheetOpener, covers } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import { ConnectionBanner, SignInNeededBanner } from './status/ConnectionBanner.tsx';
import { KeychainTroubleScreen } from './status/KeychainTroubleScreen.tsx';
import { Notices } from './status/Notices.tsx';
import { UnconfiguredScreen } from './status/UnconfiguredScreen.tsx';
import { useBanner } from './status/use-banner.ts';
import { strings } from './strings/strings.ts';
import { Timeline } from './timeline/Timeline.tsx';
import type { TimelineHandle } from './timeline/Timeline.tsx';
import { TopBar } from './TopBar.tsx';
import { useCopy } from './use-copy.ts';
import { useFocusBack } from './use-focus-back.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { useView } from './view/surroundings.tsx';

/** One session, and the sheets that were opened in it. Lives exactly as long as the session's epoch. */
export function Conversation() {
  const isAsked = useView((view) => view.question !== null || view.stillThere !== null);
  const isQuestioned = useView((view) => view.question !== null);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  // The sign-in that led to the question goes on in its answer.
  if (isQuestioned && sheet !== null) setSheet(null);
  useFocusBack(isAsked || sheet !== null);
  return (
    <SheetOpener value={setSheet}>
      <Layout isCovered={isAsked || covers(sheet)} />
      {sheet !== null && <OpenSheet sheet={sheet} onClose={() => setSheet(null)} />}
    </SheetOpener>
  );
}

/** Who I am, the thread, and the composer. */
function Layout({ isCovered }: { readonly isCovered: boolean }) {
  const session = useView((view) => view.session);
  const timeline = useRef<TimelineHandle>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const banner = useBanner();
  useShortcuts({
    latest: () => timeline.current?.focusLatest(),
    thread: () => timeline.current?.focus(),
    composer: () => field.current?.focus(),
  });
  useCopy();
  return (
    <div className="conversation" data-covered={isCovered || undefined}>
      <TopBar banner={banner} />
      <div className="strips">
        <KioskStrip />
        <ConnectionBanner state={hasThread(session) ? banner : 'quiet'} />
        <SignInNeededBanner />
      </div>
      <main className="stage">
        <Notices />
        {hasThread(session) ? (
          <Timeline ref={timeline} covered={isCovered} />
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
      return <KeychainTroubleScreen session={session} />;
    case 'locked':
      return <LockScreen session={session} />;
    case 'anonymous':
    case 'identified':
    case 'signInNeeded':
      return null;
    default:
      return unreachable(session);
  }
}
