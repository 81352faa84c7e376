import { useState } from 'react';
import { EraseReportDialog, isClean } from '../account/EraseReportDialog.tsx';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/Icon.tsx';
import { useView } from '../view/surroundings.tsx';

/**
 * The first thing a visitor reads. That the last one is gone is a line here, not a dialog: it was not this person who
 * asked for it.
 */
export function KioskWelcome() {
  const report = useView((view) => view.erased);
  const [isShown, show] = useState(false);
  const say = strings.kiosk;
  return (
    <>
      <p>{say.welcome}</p>
      {report !== null && (
        <p className={isClean(report) ? 'kiosk-erased' : 'kiosk-erased warning'}>
          <Icon name={isClean(report) ? 'check' : 'alert'} />
          <span>
            {isClean(report) ? say.erased : say.erasedPartly}{' '}
            <button type="button" className="link-button" onClick={() => show(true)}>
              {say.report}
            </button>
          </span>
        </p>
      )}
      {report !== null && isShown && <EraseReportDialog report={report} onClose={() => show(false)} />}
    </>
  );
}
