import { useRef, useState } from 'react';
import type { RefObject } from 'react';
import { flushSync } from 'react-dom';
import type { Session } from '../contract/session.ts';
import { unreachable } from '../contract/failure.ts';
import { hasThread } from './account/who-am-i.ts';
import type { Message } from '../contract/model.ts';
import { MediaProvider } from './attachments/MediaProvider.tsx';
import { Composer } from './composer/Composer.tsx';
import { EditBox } from './composer/EditBox.tsx';
import { KioskStrip } from './kiosk/KioskStrip.tsx';
import { LockScreen } from './lock/LockScreen.tsx';
import { OpenSheet } from './OpenSheet.tsx';
import { SearchPanel } from './search/SearchPanel.tsx';
import type { SearchHandle } from './search/SearchPanel.tsx';
import { SheetOpener, covers } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import { ConnectionBanner, SignInNeededBanner } from './status/ConnectionBanner.tsx';
import { KeychainTroubleScreen } from './status/KeychainTroubleScreen.tsx';
import { Notices } from './status/Notices.tsx';
import { UnconfiguredScreen } from './status/UnconfiguredScreen.tsx';
import { useBanner } from './status/use-banner.ts';
import { strings } from './strings/strings.ts';
import { FormFirst, useFormFirst } from './timeline/forms/FormFirst.tsx';
import { RevealProvider, useRevealIn } from './timeline/reveal.ts';
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
  const timeline = useRef<TimelineHandle>(null);
  const reveal = useRevealIn(timeline);
  return (
    <SheetOpener value={setSheet}>
      <RevealProvider value={reveal}>
        <MediaProvider>
          <Layout isCovered={isAsked || covers(sheet)} timeline={timeline} />
        </MediaProvider>
        {sheet !== null && <OpenSheet sheet={sheet} onClose={() => setSheet(null)} />}
      </RevealProvider>
    </SheetOpener>
  );
}

type LayoutProps = {
  readonly isCovered: boolean;
  readonly timeline: RefObject<TimelineHandle | null>;
};

/** Who I am, the thread, and the composer. */
function Layout({ isCovered, timeline }: LayoutProps) {
  const session = useView((view) => view.session);
  const { search, isSearching, openSearch, closeSearch } = useSearchPanel();
  const field = useRef<HTMLTextAreaElement>(null);
  const [editing, setEditing] = useState<Message | null>(null);
  const banner = useBanner();
  const formFirst = useFormFirst();
  useShortcuts({
    latest: () => timeline.current?.focusLatest(),
    thread: () => timeline.current?.focus(),
    composer: () => field.current?.focus(),
    search: openSearch,
  });
  useCopy();
  return (
    <div className="conversation" data-covered={isCovered || undefined}>
      <TopBar banner={banner} onSearch={hasThread(session) ? openSearch : null} />
      <div className="strips">
        <KioskStrip />
        <ConnectionBanner state={hasThread(session) ? banner : 'quiet'} />
        <SignInNeededBanner />
      </div>
      <main className="stage" data-searching={isSearching || undefined}>
        <Notices />
        {hasThread(session) ? (
          <div className="stage-thread">
            <Timeline ref={timeline} covered={isCovered} onEdit={setEditing} />
          </div>
        ) : (
          <WithoutThread session={session} />
        )}
        {hasThread(session) && isSearching && <SearchPanel ref={search} onClose={closeSearch} />}
      </main>
      {hasThread(session) && (
        <Composer
          field={field}
          isAside={editing !== null || formFirst !== null}
          onPage={(direction) => timeline.current?.page(direction)}
          onLatest={() => timeline.current?.toLatest()}
        />
      )}
      {hasThread(session) && editing === null && formFirst !== null && <FormFirst form={formFirst} />}
      {hasThread(session) && editing !== null && (
        <EditBox
          key={editing.key}
          message={editing}
          onDone={() => {
            flushSync(() => setEditing(null));
            field.current?.focus();
          }}
        />
      )}
    </div>
  );
}

/** Closing it gives the focus back to where it was, unless that has gone elsewhere since. */
function useSearchPanel() {
  const search = useRef<SearchHandle>(null);
  const opener = useRef<Element | null>(null);
  const [isSearching, setSearching] = useState(false);
  const openSearch = () => {
    if (isSearching) return search.current?.focus();
    opener.current = document.activeElement;
    setSearching(true);
  };
  const closeSearch = () => {
    const isInside = document.activeElement?.closest('[role="search"]') !== null;
    flushSync(() => setSearching(false));
    if (isInside && opener.current instanceof HTMLElement) opener.current.focus();
  };
  return { search, isSearching, openSearch, closeSearch };
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
