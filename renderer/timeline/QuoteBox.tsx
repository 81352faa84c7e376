import { useState } from 'react';
import type { Message, Quote } from '../../contract/model.ts';
import { strings } from '../strings/strings.ts';
import { shownText } from '../ui/names.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import { authorName, glimpseOf } from './labels.ts';
import { useReveal } from './reveal.ts';

/** What a glimpse of a message shows. */
const glimpseLength = 140;

/** The message that this one answers, in short; a click leads to it if it is stored here, or says that it is not. */
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
  const { complaints } = useSurroundings();
  const [gone, setGone] = useState(false);
  const { author, text } = glimpse(quote, quoted, business, gone);
  const go = async () => {
    const found = await reveal.quoted(quote.id);
    if (!found.ok) complaints.complain(found.failure);
    else setGone(!found.value);
  };
  const inside = (
    <>
      {author !== null && <bdi className="quote-author">{author}</bdi>}
      <bdi className="quote-text">{text}</bdi>
    </>
  );
  if (gone && quoted === undefined) return <blockquote className="quote">{inside}</blockquote>;
  return (
    <button
      type="button"
      className="quote"
      tabIndex={reachable ? 0 : -1}
      aria-label={strings.messages.quoteJump(author ?? strings.messages.quoteOther, text)}
      onClick={() => void go()}
    >
      {inside}
    </button>
  );
}

function glimpse(
  { said }: Quote,
  quoted: Message | undefined,
  business: string,
  gone: boolean,
): { readonly author: string | null; readonly text: string } {
  if (quoted !== undefined)
    return { author: authorName(quoted.author, business), text: shorten(glimpseOf(quoted, business)) };
  if (said === null)
    return { author: null, text: gone ? strings.messages.quoteGone : strings.messages.quoteUnseen };
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
