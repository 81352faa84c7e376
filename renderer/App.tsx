import { useEffect } from 'react';
import { EraseReportDialog } from './account/EraseReportDialog.tsx';
import { Conversation } from './Conversation.tsx';
import { StillThereDialog } from './lock/StillThereDialog.tsx';
import { BringDialog } from './sign-in/BringDialog.tsx';
import { sentenceFor } from './status/sentences.ts';
import { strings } from './strings/strings.ts';
import { Announcements } from './ui/Announcements.tsx';
import { Button } from './ui/Button.tsx';
import { useNetworkChange } from './use-network-change.ts';
import { answered } from './view/smooch.ts';
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

/** Whatever belongs to one session is thrown away with its epoch. What main asks stands above it. */
function Open() {
  const { complaints } = useSurroundings();
  const epoch = useView((view) => view.session.epoch);
  useDocument();
  useNetworkChange();
  // What the service said to one person is not shown to the next.
  useEffect(() => complaints.dismiss, [epoch, complaints]);
  return (
    <>
      <Conversation key={epoch} />
      <Erased />
      <AskedByMain />
    </>
  );
}

/** On a screen for visitors the report is a line of the welcome. */
function Erased() {
  const { smooch } = useSurroundings();
  const report = useView((view) => (view.machine.mode === 'kiosk' ? null : view.erased));
  if (report === null) return null;
  const dismiss = () => void answered('dismissEraseReport', smooch.dismissEraseReport());
  return <EraseReportDialog report={report} onClose={dismiss} />;
}

function AskedByMain() {
  const question = useView((view) => view.question);
  const stillThere = useView((view) => view.stillThere);
  return (
    <>
      {question !== null && <BringDialog question={question} />}
      {stillThere !== null && <StillThereDialog stillThere={stillThere} />}
    </>
  );
}
