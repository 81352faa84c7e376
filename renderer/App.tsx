import { useEffect } from 'react';
import { EraseReportDialog } from './account/EraseReportDialog.tsx';
import { Conversation } from './Conversation.tsx';
import { sentenceFor } from './status/sentences.ts';
import { strings } from './strings/strings.ts';
import { Announcements } from './ui/Announcements.tsx';
import { Button } from './ui/Button.tsx';
import { useDocument } from './view/use-document.ts';
import { useSurroundings, useView, useViewState } from './view/surroundings.tsx';

export function App() {
  const { announcer, store } = useSurroundings();
  const state = useViewState();
  return (
    <>
      {state.kind === 'opening' && <p className="opening">{strings.app.opening}</p>}
      {state.kind === 'broken' && (
        <main className="screen">
          <h1>{strings.app.brokenTitle}</h1>
          <p role="alert">{sentenceFor(state.failure)}</p>
          <Button look="main" onClick={() => void store.refresh()}>
            {strings.common.tryAgain}
          </Button>
        </main>
      )}
      {state.kind === 'open' && <Open />}
      <Announcements announcer={announcer} />
    </>
  );
}

/** Whatever belongs to one session is thrown away with its epoch; the report of its erasure comes with the next view. */
function Open() {
  const { complaints } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  const erased = useView((view) => view.erased);
  useDocument();
  // What the service said to one person is not shown to the next.
  useEffect(() => complaints.dismiss, [epoch, complaints]);
  return (
    <>
      <Conversation key={epoch} />
      {erased !== null && <EraseReportDialog report={erased} />}
    </>
  );
}
