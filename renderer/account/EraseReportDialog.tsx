import type { EraseReport } from '../../contract/erase-report.ts';
import { locale, strings } from '../strings/strings.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog, firstFocus } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/Icon.tsx';
import { shownSize } from '../ui/sizes.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings } from '../view/surroundings.tsx';

/** What a sign-out took off this computer. It outlives the session that it reports on, and the page that asked for it. */
export function EraseReportDialog({ report }: { readonly report: EraseReport }) {
  const { smooch } = useSurroundings();
  const onClose = () => void answered('dismissEraseReport', smooch.dismissEraseReport());
  const say = strings.eraseReport;
  const gone = report.remaining === 0;
  return (
    <Dialog title={say.title(gone && report.keyRemoved)} onClose={onClose}>
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
        <Line icon={gone ? 'check' : 'alert'} good={gone}>
          {say.remaining(report.remaining, report.keyRemoved)}
        </Line>
      </ul>
      <p>{say.after}</p>
      <div className="dialog-buttons">
        <Button look="main" {...{ [firstFocus]: '' }} onClick={onClose}>
          {strings.common.done}
        </Button>
      </div>
    </Dialog>
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
