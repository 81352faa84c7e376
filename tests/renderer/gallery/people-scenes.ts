import { UserId } from '../../../contract/ids.ts';
import type { AccountCard, View } from '../../../contract/view.ts';
import type { MachineRules } from '../../../contract/machine.ts';
import type { Session } from '../../../contract/session.ts';
import type { FakeSmooch } from '../fake-smooch.ts';
import { inSeconds } from '../fake-people.ts';
import { aCard, aThread, ana, anonymous, epoch, kiosk, personal, shared } from '../make.ts';

const sixty = 'Maximiliane Alexandra von und zu Hohenlohe-Schillingsfürst II';

const here = aCard(1, 'Ana García', { current: true, unread: 0 });
const ben = aCard(2, 'Ben Okafor', { passcode: true, unread: 3 });
const cem = aCard(3, null, { userId: UserId.parse('cem.yilmaz'), verified: false });
const long = aCard(4, sixty, { passcode: true, unread: 128 });
const people: readonly AccountCard[] = [here, ben, cem, long];

const locked = (part: Partial<Extract<Session, { kind: 'locked' }>> = {}): Session => ({
  kind: 'locked',
  epoch,
  userId: UserId.parse('ana@example.com'),
  name: 'Ana García',
  unlocking: { by: 'passcode', notBefore: null },
  ...part,
});

const longSelf: Session = { ...ana, name: sixty, verified: false };
const visitor: Session = { kind: 'anonymous', epoch, persistence: 'memory' };

const managed: MachineRules = {
  ...shared,
  requireVerified: true,
  idle: { afterSeconds: 90, graceSeconds: 30, then: 'lock' },
  retention: { days: 45, megabytes: null },
  allowExport: false,
  managed: ['mode', 'remember', 'idle', 'onSystemLock', 'requireVerified', 'retention', 'allowExport'],
};

type Talk = (part?: Partial<View>) => FakeSmooch;

/** What a shared machine shows: people, locks, questions and rules. */
export function peopleScenes(talk: Talk): Readonly<Record<string, () => FakeSmooch>> {
  const empty = (part: Partial<View>) => talk({ thread: aThread([]), link: { kind: 'idle' }, ...part });
  const noThread = (session: Session, part: Partial<View> = {}) => empty({ session, ...part });
  return {
    people: () => talk({ accounts: people, passcode: true }),
    'people-long': () =>
      talk({ session: longSelf, accounts: [{ ...here, name: sixty, verified: false }, long, ben] }),
    'people-anonymous': () => talk({ session: anonymous, accounts: people.slice(1) }),
    browser: () => talk({ session: anonymous, browserSignIn: true }),
    shared: () => talk({ machine: shared, accounts: people }),
    managed: () => talk({ machine: managed, passcode: true }),
    'managed-unreadable': () => talk({ machine: { ...managed, policyUnreadable: true } }),
    passcode: () => talk({ passcode: true }),
    locked: () => noThread(locked(), { accounts: people, passcode: true }),
    'locked-alone': () => noThread(locked({ name: sixty })),
    'locked-nameless': () => noThread(locked({ userId: null, name: null })),
    'locked-sign-in': () => noThread(locked({ unlocking: { by: 'signIn' } })),
    'locked-waiting': () =>
      noThread(locked({ unlocking: { by: 'passcode', notBefore: inSeconds(14) } }), { accounts: people }),
    'still-there': () =>
      talk({ machine: shared, stillThere: { then: 'signOut', at: inSeconds(30) }, waiting: 2 }),
    'still-there-lock': () =>
      talk({ session: longSelf, machine: personal, stillThere: { then: 'lock', at: inSeconds(9) } }),
    question: () =>
      talk({
        session: anonymous,
        question: { userId: UserId.parse('ana@example.com'), name: 'Ana García', unsent: 1 },
      }),
    'question-long': () =>
      talk({
        session: anonymous,
        question: { userId: UserId.parse('max@example.com'), name: sixty, unsent: 0 },
      }),
    kiosk: () => empty({ session: visitor, machine: kiosk }),
    'kiosk-talk': () => talk({ session: visitor, machine: kiosk }),
    'keychain-offered': () =>
      noThread({
        kind: 'keychainTrouble',
        epoch,
        trouble: 'unavailable',
        remembered: false,
        passphrase: 'offered',
      }),
    'keychain-set': () =>
      noThread({
        kind: 'keychainTrouble',
        epoch,
        trouble: 'unavailable',
        remembered: true,
        passphrase: 'set',
      }),
    idle: () =>
      noThread(anonymous, { machine: shared, notices: ['signedOutIdle', 'policyUnreadable', 'staleLink'] }),
  };
}
