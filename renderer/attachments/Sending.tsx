import type { Message } from '../../contract/model.ts';
import { strings } from '../strings/strings.ts';
import { isUnsent } from '../timeline/rows.ts';
import { useOutboxRequests } from '../timeline/use-outbox-requests.ts';
import { IconButton } from '../ui/Button.tsx';
import { useView } from '../view/surroundings.tsx';

/** Whether a file is still on its way, so that it can be held back. */
export function isOnItsWay(message: Message): boolean {
  return message.author.kind === 'self' && message.status === 'queued' && isUnsent(message);
}

/** Whether its bytes are being carried just now. */
export function useUpload(key: string) {
  return useView((view) => view.uploads.find((upload) => upload.key === key)) ?? null;
}

type Props = { readonly message: Message; readonly name: string };

/** How far a file has come. Nobody is told each percent: the bar can be asked, and what became of it is announced. */
export function Progress({ message, name }: Props) {
  const upload = useUpload(message.key);
  if (upload === null) return null;
  const part = Math.min(100, Math.floor((upload.sent / upload.total) * 100));
  return (
    <span className="progress">
      <progress max={100} value={part} aria-label={strings.attachments.progress(name)} />
      <span aria-hidden="true">{strings.attachments.percent(part)}</span>
    </span>
  );
}

export function HoldBack({ message, name, reachable }: Props & { readonly reachable: boolean }) {
  const { discard } = useOutboxRequests();
  return (
    <IconButton
      icon="close"
      label={strings.attachments.cancel(name)}
      tabIndex={reachable ? 0 : -1}
      onClick={() => discard(message.key)}
    />
  );
}
