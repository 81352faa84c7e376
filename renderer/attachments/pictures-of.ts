import type { Message } from '../../contract/model.ts';
import { strings } from '../strings/strings.ts';
import { shownName, shownText } from '../ui/names.ts';
import { pictureName } from './file-names.ts';
import type { Place } from './media-keeper.ts';

/** A picture of the thread, wherever in a message it stands. */
export type Seen = {
  readonly place: Place;
  readonly name: string;
  /** What was said with it. */
  readonly words: string;
  readonly mediaUrl: string | null;
};

/** All pictures of `messages`, in the order in which they are read. */
export function picturesOf(messages: readonly Message[]): readonly Seen[] {
  return messages.flatMap(({ key, content }): readonly Seen[] => {
    switch (content.kind) {
      case 'image': {
        const words = content.text.trim() || (content.altText ?? shownName(content.name, ''));
        return [
          {
            place: { key, item: null },
            name: pictureName(content),
            words: shownText(words),
            mediaUrl: content.mediaUrl,
          },
        ];
      }
      case 'items':
        return content.items.flatMap(({ title, description, mediaUrl }, item) =>
          mediaUrl === null
            ? []
            : [
                {
                  place: { key, item },
                  name: itemName(title),
                  words: shownText(description ?? title),
                  mediaUrl,
                },
              ],
        );
      default:
        return [];
    }
  });
}

export function itemName(title: string): string {
  return shownName(title, strings.attachments.picture);
}
