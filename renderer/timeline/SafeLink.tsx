import type { MouseEvent, ReactNode } from 'react';
import { Icon } from '../ui/Icon.tsx';
import { strings } from '../strings/strings.ts';
import { openableUrl, shownHost, truthOf } from './link-finder.ts';
import { useOpenLink } from './use-open-link.ts';

/**
 * A link that main opens; nothing navigates this window. Where the words do not say where it leads, the host stands beside
 * them, and where they say something else, so it says. What may not be opened is what it looks like: text.
 */
export function SafeLink({
  address,
  words,
  reachable,
  children,
}: {
  readonly address: string;
  readonly words: string;
  readonly reachable: boolean;
  readonly children: ReactNode;
}) {
  const open = useOpenLink();
  const url = openableUrl(address);
  if (url === null) return <bdi>{children}</bdi>;
  const host = shownHost(address) ?? url.href;
  const truth = truthOf(words, url);
  const onClick = (event: MouseEvent) => {
    event.preventDefault();
    open(url.href);
  };
  return (
    <>
      {/* The middle button and a drag would take the address without asking main. */}
      <a
        href={url.href}
        title={url.href}
        data-leads-to={host}
        tabIndex={reachable ? 0 : -1}
        draggable={false}
        onClick={onClick}
        onAuxClick={(event) => event.preventDefault()}
      >
        <bdi>{children}</bdi>
      </a>
      {truth === 'unsaid' && <bdi className="link-host"> [{host}]</bdi>}
      {truth === 'otherwise' && (
        <bdi className="link-host link-disguised">
          {' '}
          <Icon name="alert" />
          {strings.messages.disguised(host)}
        </bdi>
      )}
    </>
  );
}
