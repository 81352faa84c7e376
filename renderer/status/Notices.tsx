import { useSyncExternalStore } from 'react';
import type { Notice } from '../../contract/view.ts';
import { strings } from '../strings/strings.ts';
import { IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

/** Between two visitors these would be told to the wrong one; the welcome says what there is to say. */
const aboutTheLast: readonly Notice[] = ['signedOut', 'signedOutIdle', 'sessionEnded'];

/** What the person should know, until dismissed. The regions stay mounted, so that what comes into them is announced. */
export function Notices() {
  const { smooch, complaints } = useSurroundings();
  const notices = useView((view) => view.notices);
  const isKiosk = useView((view) => view.machine.mode === 'kiosk');
  const shown = isKiosk ? notices.filter((notice) => !aboutTheLast.includes(notice)) : notices;
  const complaint = useSyncExternalStore(complaints.subscribe, complaints.current);
  const dismiss = (notice: Notice) => void answered('dismissNotice', smooch.dismissNotice({ notice }));
  return (
    <div className="notices">
      <div role="status" aria-label={strings.notices.label}>
        {shown.map((notice) => (
          <Toast key={notice} text={strings.notices[notice]} onDismiss={() => dismiss(notice)} />
        ))}
      </div>
      <div role="alert">
        {complaint !== null && <Toast wrong text={complaint} onDismiss={complaints.dismiss} />}
      </div>
    </div>
  );
}

type ToastProps = { readonly text: string; readonly wrong?: boolean; readonly onDismiss: () => void };

function Toast({ text, wrong = false, onDismiss }: ToastProps) {
  return (
    <div className={wrong ? 'toast toast-wrong' : 'toast'}>
      {wrong && <Icon name="alert" />}
      <p>{text}</p>
      <IconButton icon="close" label={strings.common.dismiss} onClick={onDismiss} />
    </div>
  );
}
