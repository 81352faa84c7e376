import { strings } from '../../strings/strings.ts';
import { withTone } from './catalogue.ts';
import type { EmojiHand } from './use-emoji.ts';

type Props = { readonly id: string; readonly hand: EmojiHand };

/** What a code may become. The focus stays in the box, whose keys choose. */
export function EmojiList({ id, hand: { list, tone } }: Props) {
  const { offered, at, take } = list;
  if (offered.length === 0) return null;
  return (
    <ul id={id} className="emoji-list" role="listbox" aria-label={strings.emoji.suggestions}>
      {offered.map((emoji, n) => (
        <li
          key={emoji.char}
          id={`${id}-${n}`}
          role="option"
          aria-selected={n === at}
          className="emoji-offer"
          // A click must not take the focus out of the box.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(emoji)}
        >
          <span className="emoji" aria-hidden="true">
            {withTone(emoji, tone)}
          </span>
          <span className="emoji-name">{emoji.name}</span>
          <span className="emoji-code" aria-hidden="true">
            {emoji.codes[0] === undefined ? '' : `:${emoji.codes[0]}:`}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What the text box says about the list. */
export function describeList(id: string, { list }: EmojiHand) {
  return list.offered.length === 0
    ? { 'aria-autocomplete': 'list' as const }
    : {
        'aria-autocomplete': 'list' as const,
        'aria-controls': id,
        'aria-activedescendant': `${id}-${list.at}`,
      };
}
