import { fail, ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';
import { Epoch, EpochMs } from '../../contract/ids.ts';
import type { MachineChoices, MachineMode, MachineRules } from '../../contract/machine.ts';
import type { RequestName } from '../../contract/channels.ts';
import { requests } from '../../contract/requests.ts';
import type { Session } from '../../contract/session.ts';
import type { View } from '../../contract/view.ts';
import { kiosk, personal, shared } from './make.ts';
import type { FakeSmooch } from './fake-smooch.ts';

const byMode: Readonly<Record<MachineMode, MachineRules>> = { personal, shared, kiosk };

/** How the fake treats people: who may come in, what they are asked, and the rules of the machine. */
export class FakePeople {
  /** What opens the session under way, and every remembered person who has a passcode. */
  passcode = '1234';
  readonly #main: FakeSmooch;

  constructor(main: FakeSmooch) {
    this.#main = main;
  }

  /** Undefined: not a request about people. */
  answer(name: RequestName, input: unknown): Result<unknown> | undefined {
    const main = this.#main;
    switch (name) {
      case 'switchAccount':
        return this.#switch(requests.switchAccount.input.parse(input));
      case 'forgetAccount': {
        const { account } = requests.forgetAccount.input.parse(input);
        main.push({
          accounts: main.view.accounts.filter((card) => card.account !== account),
          erased: main.report,
        });
        return ok(main.report);
      }
      case 'lock':
        return this.#lock();
      case 'unlock':
        return this.#unlock(requests.unlock.input.parse(input).passcode);
      case 'setPasscode':
        return this.#setPasscode(requests.setPasscode.input.parse(input));
      case 'setMachine':
        main.push({ machine: chosen(main.view.machine, requests.setMachine.input.parse(input)) });
        return ok();
      case 'stay':
        main.push({ stillThere: null });
        return ok();
      case 'answerQuestion':
        return this.#answerQuestion(requests.answerQuestion.input.parse(input).answer);
      case 'usePassphrase':
        main.become({ kind: 'anonymous', epoch: this.#nextEpoch(), persistence: 'disk' });
        return ok(main.view.session);
      case 'saveUnsent':
      case 'saveEraseReport':
        return ok({ saved: true });
      default:
        return undefined;
    }
  }

  #switch({ account, passcode }: { account: string; passcode?: string | undefined }): Result<Session> {
    const card = this.#main.view.accounts.find((each) => each.account === account);
    if (card === undefined) return fail({ kind: 'sessionOver' });
    if (card.passcode && passcode === undefined) return fail({ kind: 'passcodeNeeded' });
    if (card.passcode && passcode !== this.passcode) return this.#refuse();
    // On a machine that several people use, only a passcode or a sign-in opens an account again.
    if (!card.passcode && this.#main.view.machine.mode !== 'personal')
      return fail({ kind: 'signedOut', reason: 'expired' });
    const { userId, name, verified } = card;
    const epoch = this.#nextEpoch();
    this.#main.become(
      { kind: 'identified', epoch, persistence: 'disk', userId, name, verified },
      { passcode: card.passcode },
    );
    const accounts = this.#main.view.accounts.map((each) => ({ ...each, current: each === card }));
    this.#main.push({ accounts });
    return ok(this.#main.view.session);
  }

  #refuse(): Result<never> {
    return fail({ kind: 'wrongPasscode', retryAfterMs: 0 });
  }

  #lock(): Result<Session> {
    const { session, passcode } = this.#main.view;
    const named = 'userId' in session ? session : { userId: null, name: null };
    if (named.userId === null && !passcode) return fail({ kind: 'passcodeNeeded' });
    this.#main.become({
      kind: 'locked',
      epoch: this.#nextEpoch(),
      userId: named.userId,
      name: named.name,
      unlocking: passcode ? { by: 'passcode', notBefore: null } : { by: 'signIn' },
    });
    return ok(this.#main.view.session);
  }

  #unlock(passcode: string): Result<Session> {
    const { session } = this.#main.view;
    if (passcode !== this.passcode) return this.#refuse();
    if (session.kind !== 'locked' || session.userId === null) return fail({ kind: 'sessionOver' });
    const { userId, name } = session;
    const epoch = this.#nextEpoch();
    this.#main.become(
      { kind: 'identified', epoch, persistence: 'disk', userId, name, verified: true },
      { passcode: true },
    );
    return ok(this.#main.view.session);
  }

  #setPasscode({ passcode, current }: { passcode: string | null; current?: string | undefined }) {
    if (this.#main.view.passcode && current !== this.passcode) return this.#refuse();
    if (passcode !== null && passcode.length < 4) return fail({ kind: 'passcodeTooShort', atLeast: 4 });
    this.passcode = passcode ?? this.passcode;
    this.#main.push({ passcode: passcode !== null });
    return ok();
  }

  #answerQuestion(answer: 'bring' | 'leave' | 'cancel'): Result<Session> {
    const { question } = this.#main.view;
    this.#main.push({ question: null });
    if (question === null || answer === 'cancel') return fail({ kind: 'superseded' });
    const { userId, name } = question;
    const epoch = this.#nextEpoch();
    this.#main.become({ kind: 'identified', epoch, persistence: 'disk', userId, name, verified: true });
    return ok(this.#main.view.session);
  }

  #nextEpoch(): Epoch {
    return Epoch.parse(this.#main.view.session.epoch + 1);
  }
}

function chosen(rules: MachineRules, choices: MachineChoices): View['machine'] {
  const { managed, policyUnreadable } = rules;
  const said = Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined));
  const base = choices.mode === undefined ? rules : byMode[choices.mode];
  return { ...base, ...said, managed, policyUnreadable };
}

/** A moment `seconds` from now, by the clock of this machine. */
export function inSeconds(seconds: number): EpochMs {
  return EpochMs.parse(Date.now() + seconds * 1_000);
}
