import fc from 'fast-check';
import type { MachineChoices } from '../../../contract/machine.ts';
import type { View } from '../../../contract/view.ts';
import { settle } from '../../fakes/clock.ts';
import { ServiceWorld } from '../../fakes/service.ts';
import { asUserId, Device } from '../device.ts';

/** Whoever asks never to be remembered. */
export const stranger = 'c';
const people = fc.constantFrom('a', 'b', stranger);
const passcode = fc.constantFrom('sesame', 'sesame', 'guess');
const anonymous = fc.constantFrom('bring' as const, 'leave' as const, 'ask' as const, 'ask' as const);

/** What may happen at a machine, and how often. */
const step = fc.oneof(
  weighted(5, { do: fc.constant('login' as const), who: people, anonymous }),
  weighted(1, { do: fc.constant('loginRefused' as const), who: people }),
  weighted(4, { do: fc.constant('switch' as const), card: fc.nat(3), passcode, anonymous }),
  weighted(3, { do: fc.constant('answer' as const), answer: fc.constantFrom('bring', 'leave', 'cancel') }),
  weighted(2, { do: fc.constant('logout' as const) }),
  weighted(1, { do: fc.constant('forget' as const), card: fc.nat(3) }),
  weighted(3, { do: fc.constant('lock' as const) }),
  weighted(4, { do: fc.constant('unlock' as const), passcode }),
  weighted(2, { do: fc.constant('setPasscode' as const), on: fc.boolean() }),
  weighted(9, { do: fc.constant('write' as const) }),
  weighted(2, { do: fc.constant('draft' as const) }),
  weighted(1, { do: fc.constantFrom('kill' as const, 'quit' as const) }),
  weighted(1, { do: fc.constantFrom('offline' as const, 'online' as const) }),
  weighted(1, { do: fc.constantFrom('keychainLocked' as const, 'keychainOpen' as const) }),
  weighted(2, {
    do: fc.constant('hold' as const),
    call: fc.constantFrom('login' as const, 'send' as const, 'page' as const, 'createUser' as const),
    stage: fc.constantFrom('request' as const, 'answer' as const),
  }),
  weighted(2, { do: fc.constant('release' as const) }),
  weighted(1, { do: fc.constant('revoke' as const), who: people }),
  weighted(9, { do: fc.constant('settle' as const), turns: fc.integer({ min: 1, max: 9 }) }),
  weighted(9, { do: fc.constant('settle' as const), turns: fc.constant(40) }),
  weighted(1, { do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
);
/** What takes somebody's words away on purpose. */
export const erases = (each: Step): boolean => each.do === 'logout' || each.do === 'forget';

/** A plan; every third erases nobody. */
export const plan = fc
  .tuple(fc.array(step, { minLength: 10, maxLength: 80 }), fc.nat(2))
  .map(([steps, kind]) => (kind === 0 ? steps.filter((each) => !erases(each)) : steps));

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

export const machine = fc.constantFrom<MachineChoices>(
  {},
  {},
  { mode: 'shared' },
  { mode: 'shared', onQuit: 'keep' },
  { mode: 'kiosk' },
);

function weighted<T extends Record<string, fc.Arbitrary<unknown>>>(weight: number, shape: T) {
  return { weight, arbitrary: fc.record(shape) as fc.Arbitrary<{ [K in keyof T]: Generated<T[K]> }> };
}
type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;

/** Who a view speaks as: a userId, or the anonymous person. */
export function owner({ session }: View): string {
  return session.kind === 'identified' || session.kind === 'signInNeeded' ? session.userId : 'anonymous';
}

/** Who wrote a text. */
export const writerOf = (text: string): string => text.split('#')[0] ?? '';

/** One run of the app, from its start to its end. */
export interface Run {
  readonly views: readonly View[];
  /** The indices of the views after which the page was made anew. */
  readonly renewals: readonly number[];
}

/** Plays a plan on one device, and remembers under whom each text was written. */
export class Play {
  readonly world = new ServiceWorld();
  readonly device: Device;
  readonly runs: Run[] = [];
  /** What the device has promised to send. */
  readonly accepted: string[] = [];
  /** Calls of the run under way; those of a killed one are answered by nobody. */
  #settled: Promise<unknown>[] = [];
  #releases: (() => void)[] = [];
  #texts = 0;

  constructor(choices: MachineChoices) {
    // One of them has a thread already, from elsewhere.
    const known = this.world.create(asUserId('a'));
    this.world.startConversation(known);
    this.world.say(known, 'a#0');
    this.device = new Device(this.world);
    this.device.choose(choices);
    this.#begun(this.device.start());
  }

  async run(steps: readonly Step[]): Promise<void> {
    // The start is not awaited: what is called before the boot is done must be queued, not lost.
    for (const each of steps) await this.#do(each);
    this.#release();
    this.device.net.goOnline();
    this.device.vault.state = 'open';
    await this.#calm();
    void this.device.handlers.retryKeychain(undefined);
    await this.#calm();
  }

  /** Resolves only if every call made in the last run has answered. */
  everyCallAnswers(): Promise<unknown> {
    return Promise.all(this.#settled);
  }

  async restart(): Promise<void> {
    this.#release();
    this.#settled = [];
    this.#begun(this.device.killAndStart());
    await this.#calm();
  }

  async #calm(): Promise<void> {
    await this.device.settle();
    await this.device.clock.advance(600_000);
    await this.device.settle();
  }

  /** Called in the same turn in which the device begins its new run. */
  #begun(start: Promise<unknown>): void {
    this.#settled.push(start);
    this.runs.push({ views: this.device.views, renewals: this.device.renewals });
  }

  async #do(each: Step): Promise<void> {
    const { device, world } = this;
    const { handlers } = device;
    const { epoch } = device.view.session;
    const call = (answer: Promise<unknown>): number => this.#settled.push(answer);
    switch (each.do) {
      case 'login': {
        const how = { anonymous: each.anonymous, ...(each.who === stranger ? { remember: false } : {}) };
        return void call(device.login(each.who, world.jwt(each.who), how));
      }
      case 'loginRefused':
        return void call(device.login(each.who, 'not a token'));
      case 'switch': {
        const { accounts } = device.view;
        const account = accounts[each.card % Math.max(1, accounts.length)]?.account;
        const { passcode: given, anonymous: how } = each;
        if (account !== undefined) call(handlers.switchAccount({ account, passcode: given, anonymous: how }));
        return;
      }
      case 'answer':
        return void call(handlers.answerQuestion({ answer: each.answer as 'bring' | 'leave' | 'cancel' }));
      case 'logout':
        return void call(handlers.logout(undefined));
      case 'forget': {
        const { accounts } = device.view;
        const account = accounts[each.card % Math.max(1, accounts.length)]?.account;
        if (account !== undefined) call(handlers.forgetAccount({ account }));
        return;
      }
      case 'lock':
        return void call(handlers.lock(undefined));
      case 'unlock':
        return void call(handlers.unlock({ passcode: each.passcode }));
      case 'setPasscode':
        return void call(
          handlers.setPasscode({ epoch, passcode: each.on ? 'sesame' : null, current: 'sesame' }),
        );
      case 'write': {
        const text = this.#text();
        return void call(device.write(text).then((refused) => refused ?? this.accepted.push(text)));
      }
      case 'draft':
        return void call(handlers.saveDraft({ epoch, text: this.#text() }));
      case 'kill':
        this.#release();
        this.#settled = [];
        return this.#begun(device.killAndStart());
      case 'quit':
        this.#release();
        await device.quit();
        this.#settled = [];
        return this.#begun(device.killAndStart());
      case 'offline':
        return device.net.goOffline();
      case 'online':
        return device.net.goOnline();
      case 'keychainLocked':
        device.vault.state = 'locked';
        return;
      case 'keychainOpen':
        device.vault.state = 'open';
        return void call(handlers.retryKeychain(undefined));
      case 'hold':
        this.#releases.push(device.net.holdNext(each.call, each.stage).release);
        return;
      case 'release':
        return this.#release();
      case 'revoke': {
        const user = world.users.find(({ userId, mergedInto }) => userId === each.who && mergedInto === null);
        if (user !== undefined) world.revokeTokens(user);
        return;
      }
      case 'settle':
        for (let turn = 0; turn < each.turns; turn += 1) await settle();
        return;
      case 'wait':
        await device.clock.advance(each.ms);
    }
  }

  #text(): string {
    return `${owner(this.device.view)}#${(this.#texts += 1)}`;
  }

  #release(): void {
    for (const release of this.#releases) release();
    this.#releases = [];
  }
}
