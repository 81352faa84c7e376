import type { Link } from '../../contract/link.ts';
import { unreachable } from '../../contract/failure.ts';
import { strings } from '../strings/strings.ts';
import { useOpenSheet } from '../sheet.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { IconName } from '../ui/Icon.tsx';
import { clockTime } from '../timeline/dates.ts';
import { answered } from '../view/smooch.ts';
import { useSurroundings, useView } from '../view/surroundings.tsx';
import type { BannerState } from './banner.ts';

/** A strip under the top bar. The status region is always there, so that its text is announced when it comes. */
export function ConnectionBanner({ state }: { readonly state: BannerState }) {
  const link = useView((view) => view.link);
  const waiting = useView((view) => view.waiting);
  const known = useView((view) => view.thread.messages.length > 0);
  const offline = state === 'shown' && link.kind === 'offline';
  const text =
    state === 'shown' ? sentence(link, waiting, known) : state === 'back' ? strings.link.backOnline : '';
  return (
    <div className={`banner banner-${text === '' ? 'none' : offline ? 'offline' : state}`}>
      <div className="banner-words" role="status" aria-label={strings.link.label}>
        {text !== '' && <Icon name={icon(state, link)} />}
        <span>{text}</span>
      </div>
      {offline && <TryNow />}
    </div>
  );
}

function TryNow() {
  const { smooch, complaints } = useSurroundings();
  const tryNow = async () => {
    const answer = await answered('tryNow', smooch.tryNow());
    if (!answer.ok) complaints.complain(answer.failure);
  };
  return (
    <Button look="quiet" onClick={() => void tryNow()}>
      {strings.link.tryNow}
    </Button>
  );
}

/** The credential is no longer good: the thread stays readable, and the way back is one click. */
export function SignInNeededBanner() {
  const session = useView((view) => view.session);
  const open = useOpenSheet();
  if (session.kind !== 'signInNeeded') return null;
  const { reason, userId } = session;
  return (
    <div className="banner banner-signin">
      <div className="banner-words" role="status">
        <Icon name="key" />
        <span>{strings.link.signInNeeded[reason]}</span>
      </div>
      <Button look="quiet" onClick={() => open({ kind: 'signIn', userId })}>
        {strings.account.signInAgain}
      </Button>
    </div>
  );
}

function sentence(link: Link, waiting: number, known: boolean): string {
  const say = strings.link;
  switch (link.kind) {
    case 'idle':
    case 'live':
      return '';
    case 'connecting':
      return known ? say.reconnecting : say.connecting;
    case 'catchingUp':
      return say.catchingUp;
    case 'offline': {
      const trouble = { network: say.offline, service: say.service, unknownApp: say.unknownApp }[link.cause];
      const queue = waiting === 0 ? '' : `; ${say.waiting(waiting)}`;
      const updated = link.lastUpdatedAt === null ? '' : ` ${say.lastUpdated(clockTime(link.lastUpdatedAt))}`;
      return `${trouble}${queue}.${updated}`;
    }
    default:
      return unreachable(link);
  }
}

function icon(state: BannerState, link: Link): IconName {
  if (state === 'back') return 'check';
  return link.kind === 'offline' ? 'offline' : 'reconnect';
}
