import type { Message } from '../../contract/model.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/Icon.tsx';
import { isUnsent } from '../timeline/rows.ts';
import { useOutboxRequests } from '../timeline/use-outbox-requests.ts';
import { useView } from '../view/surroundings.tsx';

/** Whether a file is still on its way, so that it can be held back. */
export function isOnItsWay(message: Message): boolean {
  return message.author.kind === 'self' && message.status === 'queued' && isUnsent(message);
}

type Props = { readonly message: Message; readonly name: string; readonly reachable: boolean };

/** How far a file has come. Nobody is told each percent: the bar can be asked, and what became of it is announced. */
export function Sending({ message, name, reachable }: Props) {
  const upload = useView((view) => view.uploads.find(({ key }) => key === message.key));
  const { discard } = useOutboxRequests();
  const say = strings.attachments;
  const part = upload === undefined ? null : Math.min(100, Math.floor((upload.sent / upload.total) * 100));
  return (
    <div className="sending">
      {part !== null && (
        <>
          <progress max={100} value={part} aria-label={say.progress(name)} />
          <span className="sending-part" aria-hidden="true">
            {say.percent(part)}
          </span>
        </>
      )}
      <button
        type="button"
        className="icon-button icon-button-quiet"
        aria-label={say.cancel(name)}
        title={strings.common.cancel}
        tabIndex={reachable ? 0 : -1}
        onClick={() => discard(message.key)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
