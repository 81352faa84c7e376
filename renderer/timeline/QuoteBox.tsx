import type { Message, Quote } from '../../contract/model.ts';
import { strings } from '../strings/strings.ts';
import { shownText } from '../ui/names.ts';
import { useView } from '../view/surroundings.tsx';
import { authorName, glimpseOf } from './labels.ts';
import { useReveal } from './reveal.ts';

/** What a glimpse of a message shows. */
const glimpseLength = 140;

/** The message that this one answers, in short; a click leads to it where it is stored. */
export function QuoteBox({
  quote,
  business,
  reachable,
}: {
  readonly quote: Quote;
  readonly business: string;
  readonly reachable: boolean;
}) {
  const quoted = useView((view) => view.thread.messages.find(({ id }) => id === quote.id));
  const reveal = useReveal();
  const { author, text } = glimpse(quote, quoted, business);
  const inside = (
    <>
      {author !== null && <bdi className="quote-author">{author}</bdi>}
      <bdi className="quote-text">{text}</bdi>
    </>
  );
  if (quoted === undefined) return <blockquote className="quote">{inside}</blockquote>;
  return (
    <button
      type="button"
      className="quote"
      tabIndex={reachable ? 0 : -1}
      aria-label={strings.messages.quoteJump(author ?? '', text)}
      onClick={() => void reveal.message(quoted)}
    >
      {inside}
    </button>
  );
}

function glimpse(
  { said }: Quote,
  quoted: Message | undefined,
  business: string,
): { readonly author: string | null; readonly text: string } {
  if (quoted !== undefined)
    return { author: authorName(quoted.author, business), text: shorten(glimpseOf(quoted, business)) };
  if (said === null) return { author: null, text: strings.messages.quoteGone };
  return {
    author: said.author === 'self' ? strings.timeline.you : business,
    text: shorten(shownText(said.text)),
  };
}

/** Cut between what a reader takes for letters, never within one. */
function shorten(text: string): string {
  const line = text
    .slice(0, glimpseLength * 8)
    .replace(/\s+/gu, ' ')
    .trim();
  const letters = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment);
  return letters.length <= glimpseLength ? line : `${letters.slice(0, glimpseLength).join('')}…`;
}
