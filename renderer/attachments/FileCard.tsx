import { useState } from 'react';
import type { Content, Message } from '../../contract/model.ts';
import { locale } from '../strings/strings.ts';
import { shownHost } from '../timeline/link-finder.ts';
import { Icon } from '../ui/Icon.tsx';
import { shownSize } from '../ui/sizes.ts';
import { FileName } from './FileName.tsx';
import { fileNameOf, kindIcons, kindOf } from './file-names.ts';
import { Player } from './Player.tsx';
import { SaveIcon, SaveTrouble } from './SaveButton.tsx';
import { HoldBack, isOnItsWay, Progress, useUpload } from './Sending.tsx';
import { useSave } from './use-save.ts';

type FileContent = Extract<Content, { kind: 'file' }>;
type Props = { readonly message: Message; readonly content: FileContent; readonly reachable: boolean };

/** A file of the thread: what it is called, how large it is, and what can be done with it. */
export function FileCard({ message, content, reachable }: Props) {
  const place = { key: message.key, item: null };
  const { mediaUrl, mediaType, mediaSize } = content;
  const name = fileNameOf(content.name, mediaUrl);
  const kind = kindOf(mediaType);
  const host = mediaUrl === null ? null : shownHost(mediaUrl);
  const hand = useSave(place);
  const [consent, setConsent] = useState(false);
  const isUploading = useUpload(message.key) !== null;
  return (
    <div className="card file-card">
      <div className="card-body">
        <Icon name={kindIcons[kind]} />
        <div className="card-words">
          <FileName name={name} />
          {isUploading ? (
            <Progress message={message} name={name} />
          ) : (
            <span className="card-detail">{mediaSize !== null && shownSize(mediaSize, locale())}</span>
          )}
        </div>
        {isOnItsWay(message) ? (
          <HoldBack message={message} name={name} reachable={reachable} />
        ) : (
          <SaveIcon hand={hand} name={name} consent={consent} reachable={reachable} />
        )}
      </div>
      {(kind === 'sound' || kind === 'video') && (
        <Player
          place={place}
          kind={kind}
          name={name}
          host={host}
          reachable={reachable}
          onConsent={() => setConsent(true)}
        />
      )}
      <SaveTrouble hand={hand} host={host} reachable={reachable} />
    </div>
  );
}
