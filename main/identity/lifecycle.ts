import type { EraseReport } from '../../contract/erase-report.ts';
import { fail, ok, type Result } from '../../contract/failure.ts';
import type { AccountId } from '../../contract/ids.ts';
import type { Profile } from '../../contract/model.ts';
import type { Input } from '../../contract/requests.ts';
import type { Session } from '../../contract/session.ts';
import type { Histories } from '../ports/history.ts';
import type { Sessions } from '../ports/messenger.ts';
import type { Sealing } from '../ports/sealing.ts';
import type { Credential, SignedIn, Speaker, UserBundle } from '../ports/service.ts';
import type { SessionEvents, SessionScope } from '../ports/session-scope.ts';
import type { ChosenVault } from './chosen-vault.ts';
import { Current } from './current.ts';
import { Entering } from './entering.ts';
import { Leaving } from './leaving.ts';
import type { LinkSignIn } from './link-sign-in.ts';
import { Locking } from './locking.ts';
import { type How, Login } from './login.ts';
import { Openings } from './openings.ts';
import type { Parts } from './parts.ts';
import { Passcodes } from './passcodes.ts';
import { Profiles } from './profiles.ts';
import { Question } from './question.ts';
import type { CredentialKeeper, Held } from './refresh.ts';
import { Refusals } from './refusals.ts';
import { Returning } from './returning.ts';
import { SerialQueue } from './serial-queue.ts';
import { SignOut } from './sign-out.ts';
import { Switching } from './switching.ts';
import { type Proof, proofBy } from './transition.ts';

type Deps = Omit<Parts, 'openings' | 'passcodes' | 'passphrase'> & {
  readonly histories: Histories;
  readonly sealing: Sealing;
  readonly links: LinkSignIn;
  /** Keys under a passphrase, where there is no keychain. */
  readonly passphrase: Pick<ChosenVault, 'passphrase' | 'usePassphrase'>;
};

/**
 * Who this device speaks as, from boot to quit. Login, logout, switch and lock run one at a time, each a transaction: the
 * new session is proven, its key is in the keychain and its history open before anything of the old one is touched; then
 * the old epoch ends and the new one begins. A failure leaves the old session as it was.
 */
export class Lifecycle implements Sessions, SessionEvents, CredentialKeeper {
  readonly #parts: Parts;
  readonly #links: LinkSignIn;
  readonly #passphrase: Deps['passphrase'];
  readonly #queue = new SerialQueue();
  readonly #current: Current;
  readonly #entering: Entering;
  readonly #question: Question;
  readonly #login: Login;
  readonly #profiles: Profiles;
  readonly #returning: Returning;
  readonly #locking: Locking;
  readonly #signOut: SignOut;
  readonly #refusals: Refusals;

  constructor(deps: Deps) {
    const parts: Parts = {
      ...deps,
      openings: new Openings(deps),
      passcodes: new Passcodes(deps),
      passphrase: () => deps.passphrase.passphrase,
    };
    const current = new Current(parts);
    const leaving = new Leaving(parts);
    const entering = new Entering(parts, { current, leaving });
    const switching = new Switching(parts, { current, leaving });
    const question = new Question(deps.follower);
    const profiles = new Profiles(parts, current);
    const login = new Login(parts, { current, switching, question, profiles });
    const returning = new Returning(parts, { current, switching, question, login });
    this.#parts = parts;
    this.#links = deps.links;
    this.#passphrase = deps.passphrase;
    this.#current = current;
    this.#entering = entering;
    this.#question = question;
    this.#login = login;
    this.#profiles = profiles;
    this.#returning = returning;
    this.#locking = new Locking(parts, { current, entering, returning });
    this.#signOut = new SignOut(parts, { current, entering, leaving });
    this.#refusals = new Refusals(parts, { current, switching, queue: this.#queue });
  }

  get session(): Session {
    return this.#current.session;
  }

  /** Open what was open when the app was last closed. Asks nothing of the network and creates nobody on the service. */
  boot(): Promise<Result<Session>> {
    return this.#queue.duty(() => this.#entering.boot());
  }

  login({ userId, jwt, ...how }: Input<'login'>): Promise<Result<Session>> {
    const credential = jwt === undefined ? null : ({ kind: 'jwt', jwt } as const);
    this.#giveWay();
    return this.#enter({ userId, credential, refreshToken: null, expiresAt: null }, how);
  }

  signIn({ userId, password, ...how }: Input<'signIn'>): Promise<Result<Session>> {
    this.#giveWay();
    return this.#queue.wish(async (stops) => {
      const by = { kind: 'password', userId, password } as const;
      const signedIn = await this.#parts.service.signIn(by, stops.superseded);
      if (stops.superseded.aborted) return fail({ kind: 'superseded' });
      if (!signedIn.ok) return signedIn;
      return this.#login.login(proofBy(signedIn.value), how, stops);
    });
  }

  beginBrowserSignIn(how: Input<'beginBrowserSignIn'>): Promise<Result<void>> {
    return this.#links.begin(how);
  }

  /** The answer of the business's sign-in page, as it came from the operating system. */
  async acceptLink(link: string): Promise<Result<Session>> {
    const answer = await this.#links.accept(link);
    const entered = answer.ok
      ? await this.#enter(proofBy(answer.value.signedIn), {
          ...(answer.value.remember === undefined ? {} : { remember: answer.value.remember }),
          anonymous: 'ask',
        })
      : answer;
    // Nobody in the window has asked for it just now, so nobody there hears the answer.
    if (!entered.ok && !['questionOpen', 'superseded'].includes(entered.failure.kind))
      this.#parts.notify('staleLink');
    return entered;
  }

  answerQuestion(answer: Input<'answerQuestion'>['answer']): Promise<Result<Session>> {
    return this.#queue.wish((stops) => this.#question.answer(answer, () => this.session, stops));
  }

  switchAccount(how: Input<'switchAccount'>): Promise<Result<Session>> {
    this.#giveWay();
    return this.#queue.wish((stops) => this.#returning.to(how, stops));
  }

  forgetAccount(account: AccountId): Promise<Result<EraseReport>> {
    return this.#queue.duty(() => this.#signOut.forget(account));
  }

  lock(): Promise<Result<Session>> {
    this.#question.drop();
    return this.#queue.command(() => this.#locking.lock(), { erases: false });
  }

  unlock(passcode: string): Promise<Result<Session>> {
    return this.#queue.wish((stops) => this.#locking.unlock(passcode, stops));
  }

  setPasscode(how: Omit<Input<'setPasscode'>, 'epoch'>): Promise<Result<void>> {
    const of = this.#current.account;
    return this.#queue.duty(async () =>
      this.#current.account === of ? this.#locking.setPasscode(how) : fail({ kind: 'sessionOver' }),
    );
  }

  async usePassphrase(passphrase: string): Promise<Result<Session>> {
    const used = await this.#passphrase.usePassphrase(passphrase);
    return used.ok ? this.retryKeychain() : used;
  }

  /** Signs out whoever is here at this moment, whatever is entered or left until it is done. */
  logout(): Promise<Result<EraseReport>> {
    this.#giveWay();
    const account = this.#current.account ?? this.#parts.device.active();
    this.#signOut.announce(account);
    return this.#queue.command(() => this.#signOut.logout(account), { erases: true });
  }

  retryKeychain(): Promise<Result<Session>> {
    return this.#queue.duty(async () =>
      this.session.kind === 'keychainTrouble' ? this.#entering.retry() : ok(this.session),
    );
  }

  useWithoutSaving(): Promise<Result<Session>> {
    return this.#queue.wish(async () =>
      this.session.kind === 'keychainTrouble' ? this.#entering.inMemory() : ok(this.session),
    );
  }

  updateUser(profile: Profile): Promise<Result<void>> {
    return this.#profiles.update(profile);
  }

  /** The service is there: it hears what it has not heard yet. */
  tellProfile(): Promise<void> {
    return this.#profiles.tellRest();
  }

  profile(): Promise<Result<Profile>> {
    return this.#profiles.read();
  }

  /** End the session in an orderly way. */
  async quit(): Promise<void> {
    this.#question.drop();
    await this.#queue.command(async () => ok(await this.#signOut.quit()), { erases: false });
  }

  // What the credentials' keeper is asked ---------------------------------------------------------------------------

  held({ clientId }: Speaker): Held | null {
    const record = this.#current.live?.record;
    if (record === undefined || record.clientId !== clientId) return null;
    return { credential: record.credential, refreshToken: record.refreshToken };
  }

  async renewed(who: Speaker, signedIn: SignedIn): Promise<Credential | null> {
    const { live } = this.#current;
    if (live === null || live.record.clientId !== who.clientId) return null;
    const { credential, refreshToken, expiresAt } = proofBy(signedIn);
    await this.#current.save(live, { ...live.record, credential, refreshToken, expiresAt });
    return this.held(who) === null ? null : credential;
  }

  // What sync tells us ---------------------------------------------------------------------------------------------

  credentialRefused(scope: SessionScope, reason: Parameters<SessionEvents['credentialRefused']>[1]): void {
    void this.#queue.duty(({ superseded }) => this.#refusals.refused(scope, reason, superseded));
  }

  moved(scope: SessionScope, to: Parameters<SessionEvents['moved']>[1]): void {
    void this.#queue.duty(({ superseded }) => this.#refusals.moved(scope, to, superseded));
  }

  described(scope: SessionScope, bundle: UserBundle): void {
    const live = this.#current.liveOf(scope);
    if (live === null || bundle.name === live.record.name) return;
    live.record = { ...live.record, name: bundle.name };
    this.#current.describe(live);
  }

  #enter(proof: Proof, how: How): Promise<Result<Session>> {
    this.#question.drop();
    return this.#queue.wish((stops) => this.#login.login(proof, how, stops));
  }

  /** Something else is wanted: no question waits for its answer, and no page in the browser for its link. */
  #giveWay(): void {
    this.#question.drop();
    void this.#links.cancel();
  }
}
