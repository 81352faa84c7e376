import { useState } from 'react';
import type { Content, Message } from '../../contract/model.ts';
import { locale } from '../strings/strings.ts';
import { shownHost } from '../timeline/link-finder.ts';
import { Icon } from '../ui/Icon.tsx';
import { shownSize } from '../ui/sizes.ts';
import { FileName } from './FileName.tsx';
import { fileNameOf, kindIcons, kindOf } from './file-names.ts';
import { Player } from './Player.tsx';
import { SaveButton } from './SaveButton.tsx';
import { isOnItsWay, Sending } from './Sending.tsx';

type FileContent = Extract<Content, { kind: 'file' }>;
type Props = { readonly message: Message; readonly content: FileContent; readonly reachable: boolean };

export function FileCard({ message, content, reachable }: Props) {
  const place = { key: message.key, item: null };
  const { mediaUrl, mediaType, mediaSize } = content;
  const name = fileNameOf(content.name, mediaUrl);
  const kind = kindOf(mediaType);
  const host = mediaUrl === null ? null : shownHost(mediaUrl);
  const [consent, setConsent] = useState(false);
  return (
    <div className="card file-card">
      <div className="card-body">
        <Icon name={kindIcons[kind]} />
        <div className="card-words">
          <FileName name={name} />
          {mediaSize !== null && <span className="card-detail">{shownSize(mediaSize, locale())}</span>}
        </div>
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
      {isOnItsWay(message) ? (
        <Sending message={message} name={name} reachable={reachable} />
      ) : (
        <div className="file-save">
          <SaveButton place={place} host={host} consent={consent} reachable={reachable} />
        </div>
      )}
    </div>
  );
}
