import { useEffect, useState } from 'react';
import type { RefObject } from 'react';
import { strings } from '../strings/strings.ts';

/**
 * Where the link leads that is pointed at or has the focus: the host as the network knows it, in a place that no message can
 * draw on. For the eye alone; whoever listens hears the address as the description of the link.
 */
export function LinkStatus({ within }: { readonly within: RefObject<HTMLElement | null> }) {
  const [host, setHost] = useState<string | null>(null);
  useEffect(() => {
    const place = within.current;
    if (place === null) return;
    const enter = ({ target }: Event) => setHost(hostOf(target));
    const leave = () => setHost(hostOf(document.activeElement));
    const listeners = [
      ['mouseover', enter],
      ['focusin', enter],
      ['mouseleave', leave],
      ['focusout', leave],
    ] as const;
    for (const [name, hear] of listeners) place.addEventListener(name, hear);
    return () => {
      for (const [name, hear] of listeners) place.removeEventListener(name, hear);
    };
  }, [within]);
  if (host === null) return null;
  return (
    <div className="link-status" aria-hidden="true">
      <bdi>{strings.messages.leadsTo(host)}</bdi>
    </div>
  );
}

function hostOf(target: EventTarget | null): string | null {
  if (!(target instanceof Element)) return null;
  return target.closest<HTMLElement>('[data-leads-to]')?.dataset['leadsTo'] ?? null;
}
