import { useMemo, useState } from 'react';
import type { MouseEvent } from 'react';
import { strings } from '../strings/strings.ts';
import { shownText } from '../ui/names.ts';
import { segments } from './link-finder.ts';
import { useOpenLink } from './use-open-link.ts';

/** Longer texts open folded: a bubble of a megabyte would hold up the whole thread. */
const foldedLength = 6_000;

/** Text is text; what is safe to open becomes a link that main opens. Nothing navigates this window. */
export function LinkedText({ text, reachable }: { readonly text: string; readonly reachable: boolean }) {
  const [whole, setWhole] = useState(false);
  const folded = !whole && text.length > foldedLength;
  const parts = useMemo(
    () => segments(shownText(folded ? `${text.slice(0, foldedLength)}…` : text)),
    [text, folded],
  );
  return (
    <p className="bubble-text" dir="auto">
      {parts.map((part, index) =>
        part.kind === 'text' ? part.text : <SafeLink key={index} {...part} reachable={reachable} />,
      )}
      {folded && (
        <button
          type="button"
          className="link-button"
          tabIndex={reachable ? 0 : -1}
          onClick={() => setWhole(true)}
        >
          {strings.timeline.showAll}
        </button>
      )}
    </p>
  );
}

function SafeLink({
  text,
  url,
  host,
  reachable,
}: {
  readonly text: string;
  readonly url: string;
  readonly host: string | null;
  readonly reachable: boolean;
}) {
  const open = useOpenLink();
  const onClick = (event: MouseEvent) => {
    event.preventDefault();
    open(url);
  };
  return (
    <>
      {/* The middle button and a drag would take the address without asking main. */}
      <a
        href={url}
        title={url}
        tabIndex={reachable ? 0 : -1}
        draggable={false}
        onClick={onClick}
        onAuxClick={(event) => event.preventDefault()}
      >
        <bdi>{text}</bdi>
      </a>
      {host !== null && <span className="link-host"> [{host}]</span>}
    </>
  );
}
