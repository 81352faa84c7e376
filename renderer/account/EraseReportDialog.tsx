import { useState } from 'react';
import type { EraseReport, ErasedPlace } from '../../contract/erase-report.ts';
import { useAsking } from '../status/use-asking.ts';
import { locale, strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/Icon.tsx';
import { Problem } from '../ui/Problem.tsx';
import { shownSize } from '../ui/sizes.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

type Props = { readonly report: EraseReport; readonly onClose: () => void };

/** What a sign-out took off this computer. It outlives the session that it reports on, and the page that asked for it. */
export function EraseReportDialog({ report, onClose }: Props) {
  const { smooch } = useSurroundings();
  const { busy, problem, ask } = useAsking();
  const [saved, setSaved] = useState(false);
  // Whoever forgets somebody else stays who they are.
  const isAnonymous = useView((view) => view.session.kind === 'anonymous');
  const say = strings.eraseReport;
  const save = async () => {
    const answer = await ask(() => answered('saveEraseReport', smooch.saveEraseReport()));
    if (answer?.ok) setSaved(answer.value.saved);
  };
  return (
    <Dialog title={say.title(isClean(report))} onClose={onClose}>
      <Summary report={report} />
      <Places places={report.places} />
      {isAnonymous && <p>{say.after}</p>}
      <Problem text={problem} />
      <p className="hint" role="status">
        {saved ? say.saved : ''}
      </p>
      <div className="dialog-buttons">
        <Button icon="save" busy={busy} onClick={() => void save()}>
          {say.save}
        </Button>
        <Button look="main" {...{ [firstFocus]: '' }} onClick={onClose}>
          {strings.common.done}
        </Button>
      </div>
    </Dialog>
  );
}

export function isClean({ remaining, keyRemoved }: EraseReport): boolean {
  return remaining === 0 && keyRemoved;
}

function Summary({ report }: { readonly report: EraseReport }) {
  const say = strings.eraseReport;
  const gone = report.remaining === 0;
  return (
    <ul className="report">
      <Line icon="key" good={report.keyRemoved}>
        {report.keyRemoved ? say.keyRemoved : say.keyKept}
      </Line>
      <Line icon="erase" good>
        {say.files(report.files, shownSize(report.bytes, locale()))}
      </Line>
      <Line icon="clock" good>
        {report.unsentMessages === 0 ? say.nothingUnsent : say.unsent(report.unsentMessages)}
      </Line>
      {report.serviceTold !== 'notNeeded' && (
        <Line icon="reconnect" good>
          {say.service[report.serviceTold]}
        </Line>
      )}
      <Line icon={gone ? 'check' : 'alert'} good={gone}>
        {say.remaining(report.remaining, report.keyRemoved)}
      </Line>
    </ul>
  );
}

function Line({
  icon,
  good,
  children,
}: {
  readonly icon: IconName;
  readonly good: boolean;
  readonly children: string;
}) {
  return (
    <li className={good ? 'report-good' : 'report-open'}>
      <Icon name={icon} />
      <span>{children}</span>
    </li>
  );
}

/** Every entry of the erase registry, also those where nothing was: that somebody looked is the point. */
function Places({ places }: { readonly places: EraseReport['places'] }) {
  const say = strings.eraseReport;
  if (places.length === 0) return null;
  return (
    <table className="places">
      <caption className="visually-hidden">{say.byPlace}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{say.place}</th>
          <th scope="col">{say.result}</th>
        </tr>
      </thead>
      <tbody>
        {places.map((each) => (
          <tr key={each.place} className={each.remaining > 0 ? 'place-open' : undefined}>
            <th scope="row">{say.places[each.place]}</th>
            <td>{result(each)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function result({ removed, bytes, remaining }: ErasedPlace): string {
  const say = strings.eraseReport;
  const size = bytes === 0 ? '' : `, ${shownSize(bytes, locale()).replace(' ', '\u00a0')}`;
  const gone =
    removed === 0 && remaining > 0 ? '' : removed === 0 ? say.nothingThere : say.removed(removed) + size;
  return [gone, remaining > 0 ? say.left(remaining) : ''].filter((part) => part !== '').join('; ');
}
