import { useMemo, useState } from 'react';
import type { Markup } from '../../contract/model.ts';
import { strings } from '../strings/strings.ts';
import { shownText } from '../ui/names.ts';
import { Blocks, Found, parseMarkup } from './rich-text/RichText.tsx';

/** Longer texts open folded: a bubble of a megabyte would hold up the whole thread. */
const foldedLength = 6_000;

type Props = { readonly text: string; readonly reachable: boolean };

/** Text is text; what is safe to open becomes a link that main opens. Nothing navigates this window. */
export function LinkedText({ text, reachable }: Props) {
  const { shown, more } = useFold(text, reachable);
  return (
    <p className="bubble-text" dir="auto">
      <Found text={useMemo(() => shownText(shown), [shown])} reachable={reachable} />
      {more}
    </p>
  );
}

/** The same with the formatting of the business; `text` stands for one that comes to nothing. */
export function FormattedText({ markup, text, reachable }: { readonly markup: Markup } & Props) {
  const { format } = markup;
  const { shown, more } = useFold(markup.source, reachable);
  const blocks = useMemo(() => parseMarkup({ format, source: shown }), [format, shown]);
  if (blocks.length === 0) return <LinkedText text={text} reachable={reachable} />;
  return (
    <div className="bubble-text rich-text" dir="auto">
      <Blocks blocks={blocks} reachable={reachable} />
      {more}
    </div>
  );
}

function useFold(text: string, reachable: boolean) {
  const [whole, setWhole] = useState(false);
  const folded = !whole && text.length > foldedLength;
  return {
    shown: folded ? `${text.slice(0, foldedLength)}…` : text,
    more: folded && (
      <button
        type="button"
        className="link-button"
        tabIndex={reachable ? 0 : -1}
        onClick={() => setWhole(true)}
      >
        {strings.timeline.showAll}
      </button>
    ),
  };
}
