import { memo } from 'react';
import type { SearchMatch } from '../../contract/search.ts';
import { clockTime, dayLabel, dayOf, shownAt } from '../timeline/dates.ts';
import { authorName } from '../timeline/labels.ts';
import { shownText } from '../ui/names.ts';
import { excerptOf } from './excerpt.ts';

type Props = {
  readonly id: string;
  readonly match: SearchMatch;
  readonly business: string;
  /** A local midnight. */
  readonly today: number;
  /** Enter would go there. */
  readonly active: boolean;
  readonly onChoose: () => void;
};

/** Who, when, and the place where it was found. Text is text: what was looked for is marked by ranges, never by markup. */
export const SearchResult = memo(function SearchResult(props: Props) {
  const { id, match, business, today, active, onChoose } = props;
  const at = shownAt(match.message);
  return (
    <li id={id} role="option" aria-selected={active} className="search-result" onClick={onChoose}>
      <span className="search-result-head">
        <bdi className="search-result-who">{authorName(match.message.author, business)}</bdi>
        {at !== null && (
          <time
            dateTime={new Date(at).toISOString()}
          >{`${dayLabel(dayOf(at), today)}, ${clockTime(at)}`}</time>
        )}
      </span>
      <bdi className="search-result-text" dir="auto">
        {excerptOf(match).map((piece, index) =>
          piece.isHit ? (
            <mark key={index}>{shownText(piece.text)}</mark>
          ) : (
            <span key={index}>{shownText(piece.text)}</span>
          ),
        )}
      </bdi>
    </li>
  );
});
