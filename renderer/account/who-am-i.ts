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
  switch (session.kind) {
    case 'starting':
      return { name: say.anonymous, standing: say.starting, tone: 'neutral', avatar: 'nobody' };
    case 'keychainTrouble':
      return { name: say.anonymous, standing: say.keychain, tone: 'caution', avatar: 'nobody' };
    case 'locked':
      return {
        name: shownName(session.name, shownName(session.userId, say.anonymous)),
        standing: say.locked,
        tone: 'neutral',
        avatar: session.userId === null ? 'nobody' : 'self',
      };
    case 'unconfigured':
      return { name: say.anonymous, standing: say.onlyHere, tone: 'neutral', avatar: 'nobody' };
    case 'anonymous':
      return session.persistence === 'memory'
        ? { name: say.anonymous, standing: say.notSaved, tone: 'caution', avatar: 'nobody' }
        : { name: say.anonymous, standing: say.onlyHere, tone: 'neutral', avatar: 'nobody' };
    case 'identified':
      return {
        name: shownName(session.name, shownName(session.userId, say.anonymous)),
        standing: session.verified ? say.verified : say.notVerified,
        tone: session.verified ? 'verified' : 'caution',
        avatar: 'self',
      };
    case 'signInNeeded':
      return {
        name: shownName(session.name, shownName(session.userId, say.anonymous)),
        standing: say.signInNeeded,
        tone: 'caution',
        avatar: 'self',
      };
    default:
      return unreachable(session);
  }
}

/** Whether anybody's thread can be on the screen in this session. */
export function hasThread(session: Session): boolean {
  return session.kind === 'anonymous' || session.kind === 'identified' || session.kind === 'signInNeeded';
}

/** Whether a user is signed in here, with a valid proof or not. */
export function isSomebody(
  session: Session,
): session is Extract<Session, { kind: 'identified' | 'signInNeeded' }> {
  return session.kind === 'identified' || session.kind === 'signInNeeded';
}
