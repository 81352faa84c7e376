import { fail, ok, type Result } from '../../contract/failure.ts';
import type { AccountId } from '../../contract/ids.ts';
import type { Input } from '../../contract/requests.ts';
import type { Session } from '../../contract/session.ts';
import type { RememberedAccount } from './accounts.ts';
import type { Current } from './current.ts';
import { isShut, mustProve } from './entering.ts';
import type { Login } from './login.ts';
import type { Parts } from './parts.ts';
import type { Question } from './question.ts';
import type { Stops } from './serial-queue.ts';
import type { Switching } from './switching.ts';
import { proofBy, wordsOf } from './transition.ts';

/** Back to somebody this computer remembers: from the cache, so that no network is needed. */
export class Returning {
  readonly #parts: Parts;
  readonly #current: Current;
  readonly #switching: Switching;
  readonly #question: Question;
  readonly #login: Login;

  constructor(
    parts: Parts,
    rooms: { current: Current; switching: Switching; question: Question; login: Login },
  ) {
    this.#parts = parts;
    this.#current = rooms.current;
    this.#switching = rooms.switching;
    this.#question = rooms.question;
    this.#login = rooms.login;
  }

  async to(
    { account: id, passcode, anonymous = 'bring' }: Input<'switchAccount'>,
    stops: Stops,
  ): Promise<Result<Session>> {
    const { device, rules } = this.#parts;
    const { live } = this.#current;
    if (live?.account === id) return ok(this.#current.session);
    if (!device.accounts().includes(id)) return fail({ kind: 'keychain', trouble: 'missing' });
    const opened = await this.opened(id, passcode);
    if (!opened.ok) return opened;
    if (stops.superseded.aborted) return fail({ kind: 'superseded' });
    const record = { ...opened.value.record, lastUsedAt: this.#parts.clock.now() };
    const account = { ...opened.value, record };
    if (mustProve(account.record, rules())) return fail({ kind: 'forbidden' });
    const words = live === null || live.record.userId !== null ? null : await wordsOf(live.history);
    if (words === null || !words.any || anonymous === 'leave') return this.#switch(account, stops);
    if (anonymous === 'bring') return this.#bring(account, stops);
    const { userId, name } = account.record;
    if (userId === null) return this.#switch(account, stops);
    return this.#question.ask({
      question: { userId, name, unsent: words.unsent },
      bring: (until) => this.#bring(account, until),
      leave: (until) => this.#switch(account, until),
      drop: () => undefined,
    });
  }

  /** The account as its passcode opens it. */
  async opened(id: AccountId, passcode: string | undefined): Promise<Result<RememberedAccount>> {
    const answer = await this.#parts.accounts.read(id);
    switch (answer.kind) {
      case 'found':
        // Nothing seals it: whoever it is has to sign in.
        return isShut(answer.account, this.#parts)
          ? fail({ kind: 'signedOut', reason: 'expired' })
          : ok(answer.account);
      case 'sealed':
        return passcode === undefined
          ? fail({ kind: 'passcodeNeeded' })
          : this.#parts.passcodes.open(answer.account, passcode);
      default:
        return fail({ kind: 'keychain', trouble: answer.kind });
    }
  }

  #switch(account: RememberedAccount, { superseded }: Stops): Promise<Result<Session>> {
    return this.#switching.to(account, { isNew: false, rebase: null, bring: false, stop: superseded });
  }

  /** What was said here goes into their thread: that only the service can do, with the proof that is kept here. */
  async #bring(account: RememberedAccount, stops: Stops): Promise<Result<Session>> {
    const { userId, credential, refused } = account.record;
    if (userId === null) return this.#switch(account, stops);
    if (credential === null || refused !== null) return fail({ kind: 'signedOut', reason: 'expired' });
    const brought = await this.#login.into(account, stops);
    if (brought.ok || brought.failure.kind !== 'signedOut') return brought;
    const renewed = await this.#renewed(account, stops);
    return renewed === null ? brought : this.#login.into(renewed, stops);
  }

  /** With a new JWT, if there is one to be had. It is in the keychain before it is used: the old one is spent. */
  async #renewed(account: RememberedAccount, { superseded }: Stops): Promise<RememberedAccount | null> {
    const { refreshToken, userId } = account.record;
    if (refreshToken === null) return null;
    const signedIn = await this.#parts.service.signIn({ kind: 'refresh', refreshToken }, superseded);
    if (!signedIn.ok || signedIn.value.userId !== userId) return null;
    const renewed = { ...account, record: { ...account.record, ...proofBy(signedIn.value) } };
    await this.#current.put(renewed);
    return renewed;
  }
}
