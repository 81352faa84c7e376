import type { Message } from '../../contract/model.ts';
import { pictureName } from './file-names.ts';
import type { ImageContent } from './file-names.ts';
import { Picture } from './Picture.tsx';
import { HoldBack, isOnItsWay, Progress } from './Sending.tsx';

type Props = { readonly message: Message; readonly content: ImageContent; readonly reachable: boolean };

/** A message that is a picture, and how far it is where it is on its way. */
export function ImageCard({ message, content, reachable }: Props) {
  const name = pictureName(content);
  return (
    <Picture
      place={{ key: message.key, item: null }}
      name={name}
      mediaUrl={content.mediaUrl}
      reachable={reachable}
    >
      {isOnItsWay(message) && (
        <div className="sending">
          <Progress message={message} name={name} />
          <HoldBack message={message} name={name} reachable={reachable} />
        </div>
      )}
    </Picture>
  );
}
