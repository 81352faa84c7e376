import type { Session } from '../../contract/session.ts';
import { unreachable } from '../../contract/failure.ts';
import { strings } from '../strings/strings.ts';
import { shownName } from '../ui/names.ts';

/** Who this device speaks as, in the words of the top bar. */
export type WhoAmI = {
  readonly name: string;
  readonly standing: string;
  readonly tone: 'verified' | 'caution' | 'neutral';
  readonly avatar: 'self' | 'nobody';
};

export function whoAmI(session: Session): WhoAmI {
  const say = strings.account;
  const nobody = { name: say.anonymous, avatar: 'nobody' } as const;
  switch (session.kind) {
    case 'starting':
      return { ...nobody, standing: say.starting, tone: 'neutral' };
    case 'keychainTrouble':
      return { ...nobody, standing: say.keychain, tone: 'caution' };
    case 'unconfigured':
      return { ...nobody, standing: say.onlyHere, tone: 'neutral' };
    case 'anonymous':
      return session.persistence === 'memory'
        ? { ...nobody, standing: say.notSaved, tone: 'caution' }
        : { ...nobody, standing: say.onlyHere, tone: 'neutral' };
    case 'locked':
      return { ...(isSomebody(session) ? self(session) : nobody), standing: say.locked, tone: 'neutral' };
    case 'identified':
      return {
        ...self(session),
        standing: session.verified ? say.verified : say.notVerified,
        tone: session.verified ? 'verified' : 'caution',
      };
    case 'signInNeeded':
      return { ...self(session), standing: say.signInNeeded, tone: 'caution' };
    default:
      return unreachable(session);
  }
}

type Named = { readonly userId: string | null; readonly name: string | null };

function self(person: Named): { readonly name: string; readonly avatar: 'self' } {
  return { name: nameOf(person), avatar: 'self' };
}

/** What a person is called: the name, else the user ID. */
export function nameOf({ name, userId }: Named): string {
  return shownName(name, shownName(userId, strings.account.anonymous));
}

/** Whether anybody's thread can be on the screen in this session. */
export function hasThread(session: Session): boolean {
  return session.kind === 'anonymous' || session.kind === 'identified' || session.kind === 'signInNeeded';
}

/** Whether this is the session of a user, with a valid proof or not, open or locked. */
export function isSomebody(session: Session): boolean {
  switch (session.kind) {
    case 'identified':
    case 'signInNeeded':
      return true;
    case 'locked':
      return session.userId !== null;
    default:
      return false;
  }
}
