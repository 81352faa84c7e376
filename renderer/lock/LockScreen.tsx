import type { Session } from '../../contract/session.ts';
import { nameOf } from '../account/who-am-i.ts';
import { useOthers } from '../account/use-switch.ts';
import { strings } from '../strings/strings.ts';
import { useOpenSheet } from '../sheet.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Button } from '../ui/Button.tsx';
import { answered } from '../view/smooch.ts';
import { useSurroundings } from '../view/surroundings.tsx';
import { PasscodeForm } from './PasscodeForm.tsx';

type Locked = Extract<Session, { kind: 'locked' }>;

/** Whose conversation waits here, and nothing of it. Whoever it does not belong to finds a way past it. */
export function LockScreen({ session }: { readonly session: Locked }) {
  const say = strings.lock;
  const name = session.userId === null ? null : nameOf(session);
  return (
    <div className="screen lock-screen">
      <Avatar name={name ?? ''} tone={name === null ? 'nobody' : 'self'} size="large" />
      <h2>
        <bdi>{name ?? say.titleNameless}</bdi>
      </h2>
      {session.unlocking.by === 'passcode' ? (
        <ByPasscode notBefore={session.unlocking.notBefore} />
      ) : (
        <BySignIn session={session} />
      )}
      <WaysPast isNamed={name !== null} />
    </div>
  );
}

function ByPasscode({ notBefore }: { readonly notBefore: number | null }) {
  const { smooch } = useSurroundings();
  const say = strings.lock;
  return (
    <>
      <p>{say.byPasscode}</p>
      <PasscodeForm
        submit={say.unlock}
        busyLabel={say.unlocking}
        notBefore={notBefore}
        startsHere
        onTry={(passcode) => answered('unlock', smooch.unlock({ passcode }))}
      />
    </>
  );
}

function BySignIn({ session }: { readonly session: Locked }) {
  const open = useOpenSheet();
  const say = strings.lock;
  return (
    <>
      <p>{say.bySignIn}</p>
      <div className="screen-buttons">
        <Button
          look="main"
          icon="signIn"
          onClick={() => open({ kind: 'signIn', userId: session.userId ?? undefined })}
        >
          {say.signIn}
        </Button>
      </div>
    </>
  );
}

function WaysPast({ isNamed }: { readonly isNamed: boolean }) {
  const open = useOpenSheet();
  const others = useOthers();
  const say = strings.account;
  return (
    <div className="ways-past">
      {isNamed && <h3>{strings.lock.notYou}</h3>}
      <div className="screen-buttons">
        {others.length > 0 ? (
          <Button icon="switch" onClick={() => open({ kind: 'people' })}>
            {strings.signIn.switchTitle}
          </Button>
        ) : (
          <Button icon="switch" onClick={() => open({ kind: 'signIn' })}>
            {say.signInAsAnother}
          </Button>
        )}
        <Button icon="erase" onClick={() => open({ kind: 'signOut' })}>
          {isNamed ? say.signOut : say.eraseConversation}
        </Button>
      </div>
    </div>
  );
}
