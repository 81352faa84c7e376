import { useEffect, useEffectEvent, useState } from 'react';
import type { Session } from '../../contract/session.ts';
import { useAsking } from '../status/use-asking.ts';
import { strings } from '../strings/strings.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';

export type BrowserSignIn = {
  readonly busy: boolean;
  readonly problem: string | null;
  readonly isWaiting: boolean;
  readonly begin: () => void;
};

/**
 * Signing in on the business's own page. It comes back as a link to the app: what is heard of it here is another session,
 * or the notice that the link was no good.
 */
export function useBrowserSignIn(remember: boolean | undefined, onDone: () => void): BrowserSignIn {
  const { smooch } = useSurroundings();
  const session = useView((view) => view.session);
  const isStale = useView((view) => view.notices.includes('staleLink'));
  const { busy, problem, ask } = useAsking();
  const [began, setBegan] = useState<string | null>(null);
  const done = useEffectEvent(onDone);
  const isOver = began !== null && began !== standing(session);
  useEffect(() => {
    if (isOver) done();
  }, [isOver]);
  const begin = async () => {
    if (isStale) await answered('dismissNotice', smooch.dismissNotice({ notice: 'staleLink' }));
    const how = remember === undefined ? {} : { remember };
    const answer = await ask(() => answered('beginBrowserSignIn', smooch.beginBrowserSignIn(how)));
    if (answer?.ok) setBegan(standing(session));
  };
  return {
    busy,
    problem: problem ?? (began !== null && isStale ? strings.failures.staleLink : null),
    isWaiting: began !== null,
    begin: () => void begin(),
  };
}

/** What changes when a sign-in succeeds, even as the same person. */
function standing(session: Session): string {
  const proof = session.kind === 'identified' ? session.verified : null;
  return `${session.kind} ${session.epoch} ${proof}`;
}
