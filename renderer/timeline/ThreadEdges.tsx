import type { Thread, Typing } from '../../contract/view.ts';
import { strings } from '../strings/strings.ts';
import { KioskWelcome } from '../kiosk/KioskWelcome.tsx';
import { useOpenSheet } from '../sheet.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { shownName } from '../ui/names.ts';
import { useView } from '../view/surroundings.tsx';
import { dayLabel, dayOf } from './dates.ts';

/** What lies above the first message. As tall while loading as before, so that nothing jumps. */
export function ThreadTop({
  older,
  business,
}: {
  readonly older: Thread['older'];
  readonly business: string;
}) {
  if (older === 'beginning') {
    return (
      <div className="thread-top thread-beginning">
        <Avatar name={business} tone="business" size="large" />
        <p>{strings.timeline.beginning(business)}</p>
        <OnlyHere />
      </div>
    );
  }
  return (
    <div className="thread-top">
      {older === 'unreachable' ? <p>{strings.timeline.unreachable}</p> : <Skeleton />}
      {older === 'loading' && <p className="visually-hidden">{strings.timeline.loadingOlder}</p>}
    </div>
  );
}

/** Where messages will stand once they are here. */
function Skeleton() {
  return (
    <div className="skeleton column" aria-hidden="true">
      <i />
      <i />
      <i />
    </div>
  );
}

/** An empty thread greets; there is no wizard. */
export function Welcome({ business }: { readonly business: string }) {
  const isKiosk = useView((view) => view.machine.mode === 'kiosk');
  return (
    <div className="welcome">
      <Avatar name={business} tone="business" size="large" />
      <h2>
        <bdi>{strings.timeline.welcomeTitle(business)}</bdi>
      </h2>
      {isKiosk ? <KioskWelcome /> : <p>{strings.timeline.welcome}</p>}
      <OnlyHere />
    </div>
  );
}

function OnlyHere() {
  const session = useView((view) => view.session);
  const open = useOpenSheet();
  if (session.kind !== 'anonymous') return null;
  return (
    <p className="only-here">
      {session.persistence === 'memory' ? strings.timeline.notKept : strings.timeline.onlyHere}{' '}
      <button type="button" className="link-button" onClick={() => open({ kind: 'signIn' })}>
        {strings.timeline.signInToKeep}
      </button>
    </p>
  );
}

export function DateSeparator({ day, today }: { readonly day: number; readonly today: number }) {
  const label = dayLabel(day, dayOf(today));
  return (
    <div className="date-separator" role="separator" aria-label={label}>
      <span aria-hidden="true">{label}</span>
    </div>
  );
}

export function UnreadSeparator({ count }: { readonly count: number }) {
  const label = strings.timeline.unread(count);
  return (
    <div className="unread-separator" role="separator" aria-label={label}>
      <span aria-hidden="true">{label}</span>
    </div>
  );
}

/** Silent: the announcer says it once per burst. */
export function ThreadBottom({
  newer,
  typing,
  business,
}: {
  readonly newer: boolean;
  readonly typing: Typing | null;
  readonly business: string;
}) {
  if (newer) return <Skeleton />;
  return (
    <div className="thread-bottom" aria-hidden="true">
      {typing !== null && (
        <div className="typing">
          <Avatar name={shownName(typing.name, business)} tone="business" size="small" />
          <span className="typing-dots">
            <i />
            <i />
            <i />
          </span>
          <span className="typing-words">{strings.timeline.typing(shownName(typing.name, business))}</span>
        </div>
      )}
    </div>
  );
}
