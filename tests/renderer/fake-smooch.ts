import type { SmoochBridge } from '../../contract/bridge.ts';
import { requestNames } from '../../contract/channels.ts';
import type { RequestName } from '../../contract/channels.ts';
import type { EraseReport } from '../../contract/erase-report.ts';
import { fail, ok } from '../../contract/failure.ts';
import { answersText } from '../../contract/forms.ts';
import type { Result } from '../../contract/failure.ts';
import { Epoch, EpochMs } from '../../contract/ids.ts';
import type { Message, Profile } from '../../contract/model.ts';
import { requests } from '../../contract/requests.ts';
import type { Input } from '../../contract/requests.ts';
import type { Session } from '../../contract/session.ts';
import { FakeMedia } from './fake-media.ts';
import { FakePeople } from './fake-people.ts';
import { FakeThread } from './fake-thread.ts';
import { ViewPatch, applyPatch } from '../../contract/view.ts';
import type { ThreadChange, View } from '../../contract/view.ts';

export type Asked = { readonly name: RequestName; readonly input: unknown };
type Answer = Result<unknown> | Promise<Result<unknown>>;

export const cleanReport: EraseReport = {
  at: EpochMs.parse(1_760_000_000_000),
  places: [
    { place: 'key', removed: 1, bytes: 0, remaining: 0 },
    { place: 'history', removed: 7, bytes: 4_812_331, remaining: 0 },
    { place: 'page', removed: 0, bytes: 0, remaining: 0 },
    { place: 'clipboard', removed: 1, bytes: 24, remaining: 0 },
  ],
  files: 7,
  bytes: 4_812_331,
  remaining: 0,
  unsentMessages: 2,
  keyRemoved: true,
  serviceTold: 'later',
};

/**
 * A main process that fits on a page: it holds a view, changes it by patches, and answers as the real one would on a good
 * day. `answers` scripts the other days; `past` holds the pages that `showOlder` brings, newest first.
 */
export class FakeSmooch {
  view: View;
  past: Message[][] = [];
  report: EraseReport = cleanReport;
  profile: Profile = { givenName: 'Ana', surname: 'García', properties: { plan: 'gold', orders: 3 } };
  readonly people = new FakePeople(this);
  readonly reading = new FakeThread(this);
  readonly media = new FakeMedia(this);
  readonly asked: Asked[] = [];
  readonly answers: Partial<Record<RequestName, (input: unknown) => Answer>> = {};
  readonly bridge: SmoochBridge;
  readonly #listeners = new Set<(patch: ViewPatch) => void>();

  constructor(view: View) {
    this.view = view;
    this.bridge = Object.freeze({
      ...(Object.fromEntries(
        requestNames.map((name) => [name, (input?: unknown) => this.#answer(name, input)]),
      ) as Omit<SmoochBridge, 'login' | 'session' | 'onViewPatch'>),
      login: (userId: string, jwt?: string, how?: object) =>
        this.#answer('login', { ...how, userId, ...(jwt === undefined ? {} : { jwt }) }) as Promise<
          Result<Session>
        >,
      session: async () => ok(this.view.session),
      onViewPatch: (listener: (patch: ViewPatch) => void) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    });
  }

  /** Change the view and tell the page, as main does. */
  push(set: Partial<Omit<View, 'revision' | 'thread'>>, thread?: ThreadChange): void {
    const patch = ViewPatch.parse({ revision: this.view.revision + 1, set, ...(thread ? { thread } : {}) });
    const next = applyPatch(this.view, patch);
    if (next === null) throw new Error('the next revision cannot be a gap');
    this.view = next;
    this.send(patch);
  }

  /** Send a patch as it is, right or wrong. */
  send(patch: ViewPatch): void {
    for (const listener of this.#listeners) listener(structuredClone(patch));
  }

  upsert(messages: readonly Message[], rest: Partial<Omit<View, 'revision' | 'thread'>> = {}): void {
    const { older, newer, gaps, conversationId } = this.view.thread;
    this.push(rest, { kind: 'update', upsert: messages, remove: [], older, newer, gaps, conversationId });
  }

  remove(keys: readonly string[]): void {
    const { older, newer, gaps, conversationId } = this.view.thread;
    this.push({}, { kind: 'update', upsert: [], remove: keys, older, newer, gaps, conversationId });
  }

  asksFor(name: RequestName): readonly unknown[] {
    return this.asked.filter((each) => each.name === name).map((each) => each.input);
  }

  async #answer(name: RequestName, raw: unknown): Promise<Result<unknown>> {
    const input: unknown = requests[name].input.parse(raw);
    this.asked.push({ name, input });
    const scripted = this.answers[name];
    if (scripted !== undefined) return scripted(input);
    return (
      this.people.answer(name, input) ??
      this.reading.answer(name, input) ??
      this.media.answer(name, input) ??
      this.#behave(name, input)
    );
  }

  async #behave(name: RequestName, input: unknown): Promise<Result<unknown>> {
    switch (name) {
      case 'getView':
        return ok(structuredClone(this.view));
      case 'sendMessage':
        this.#accept(requests.sendMessage.input.parse(input));
        return ok();
      case 'sendForm':
        return this.#answerForm(requests.sendForm.input.parse(input));
      case 'login':
      case 'signIn':
        return this.#signIn(requests.login.input.or(requests.signIn.input).parse(input));
      case 'logout':
        this.become(
          {
            kind: 'anonymous',
            epoch: this.#nextEpoch(),
            persistence: this.view.machine.mode === 'kiosk' ? 'memory' : 'disk',
          },
          { notices: ['signedOut'], erased: this.report },
        );
        return ok(this.report);
      case 'dismissEraseReport':
        this.push({ erased: null });
        return ok();
      case 'showOlder':
        await this.#showOlder();
        return ok();
      case 'markAllAsRead':
        this.push({ unreadCount: 0 });
        return ok();
      case 'retryMessage':
        this.#takeUp(requests.retryMessage.input.parse(input).key);
        return ok();
      case 'retryAll':
        for (const { key, status } of this.view.thread.messages) if (status === 'failed') this.#takeUp(key);
        return ok();
      case 'editMessage':
        return this.#edit(requests.editMessage.input.parse(input));
      case 'profile':
        return ok(structuredClone(this.profile));
      case 'updateUser': {
        const { profile } = requests.updateUser.input.parse(input);
        const properties = { ...this.profile.properties, ...profile.properties };
        this.profile = { ...this.profile, ...profile, properties };
        return ok();
      }
      case 'deviceProfile':
        return ok([
          { name: 'id', value: '3f9c1a…' },
          { name: 'platform', value: 'web' },
          { name: 'appVersion', value: '0.1.0' },
          { name: 'os', value: 'linux' },
          { name: 'locale', value: 'de-AT' },
        ]);
      case 'setWriting':
        this.push({ writing: requests.setWriting.input.parse(input) });
        return ok();
      case 'setNotifications':
        this.push({ notifications: requests.setNotifications.input.parse(input) });
        return ok();
      case 'setDesktop':
        this.push({ desktop: requests.setDesktop.input.parse(input) });
        return ok();
      case 'discardMessage':
        this.#discard(requests.discardMessage.input.parse(input).key);
        return ok();
      case 'setAppearance':
        this.push({ appearance: requests.setAppearance.input.parse(input) });
        return ok();
      case 'dismissNotice': {
        const { notice } = requests.dismissNotice.input.parse(input);
        this.push({ notices: this.view.notices.filter((each) => each !== notice) });
        return ok();
      }
      case 'retryKeychain':
      case 'useWithoutSaving':
        return ok(this.view.session);
      default:
        return ok();
    }
  }

  #accept({ clientMessageId, text }: Input<'sendMessage'>): void {
    const message: Message = {
      key: clientMessageId,
      id: null,
      clientMessageId,
      author: { kind: 'self' },
      received: null,
      composedAt: EpochMs.parse(Date.now()),
      outboxPosition: this.view.waiting + 1,
      content: { kind: 'text', text: text.trim() },
      actions: [],
      metadata: null,
      status: 'queued',
      refusal: null,
    };
    const { undoSeconds } = this.view.writing;
    const until = EpochMs.parse(Date.now() + undoSeconds * 1_000);
    const held = undoSeconds === 0 ? [] : [...this.view.held, { key: clientMessageId, until }];
    this.upsert([message], { waiting: this.view.waiting + 1, held });
  }

  /** A form is answered once. */
  #answerForm({ form, answers }: Input<'sendForm'>): Result<void> {
    const key = `answer-${form}`;
    if (this.view.thread.messages.some((each) => each.key === key)) return fail({ kind: 'alreadySent' });
    this.upsert([
      {
        key,
        id: null,
        clientMessageId: null,
        author: { kind: 'self' },
        received: null,
        composedAt: EpochMs.parse(Date.now()),
        outboxPosition: this.view.waiting + 1,
        content: { kind: 'formResponse', text: answersText(answers), answers },
        quote: { id: form, said: null },
        actions: [],
        metadata: null,
        status: 'queued',
        refusal: null,
      },
    ]);
    return ok();
  }

  #takeUp(key: string, text?: string): void {
    const message = this.view.thread.messages.find((each) => each.key === key);
    if (message === undefined) return;
    const content = text === undefined ? message.content : { kind: 'text' as const, text };
    this.upsert([{ ...message, content, status: 'queued', refusal: null }]);
  }

  #edit({ key, text }: Input<'editMessage'>): Result<void> {
    const status = this.view.thread.messages.find((each) => each.key === key)?.status;
    if (status !== 'queued' && status !== 'failed') return fail({ kind: 'alreadySent' });
    this.#takeUp(key, text.trim());
    return ok();
  }

  #discard(key: string): void {
    this.remove([key]);
    this.push({
      held: this.view.held.filter((each) => each.key !== key),
      uploads: this.view.uploads.filter((each) => each.key !== key),
    });
  }

  #signIn({ userId, ...proof }: Input<'login'> | Input<'signIn'>): Result<Session> {
    const verified = 'jwt' in proof || 'password' in proof;
    const epoch = this.#nextEpoch();
    const session: Session = { kind: 'identified', epoch, persistence: 'disk', userId, name: null, verified };
    this.become(session, { notices: verified ? [] : ['notVerified'], erased: null });
    return ok(session);
  }

  /** Another session begins: nothing of the last one stays. */
  become(session: Session, rest: Partial<Omit<View, 'revision' | 'thread'>> = {}): void {
    this.past = [];
    this.reading.archive = null;
    const thread: View['thread'] = {
      conversationId: null,
      messages: [],
      older: 'beginning',
      newer: false,
      gaps: [],
    };
    this.push(
      {
        session,
        notices: [],
        link: { kind: 'idle' },
        draft: '',
        unreadCount: 0,
        waiting: 0,
        held: [],
        uploads: [],
        typing: null,
        passcode: false,
        question: null,
        stillThere: null,
        ...rest,
      },
      { kind: 'replace', thread },
    );
  }

  async #showOlder(): Promise<void> {
    const page = this.past.shift() ?? [];
    const { conversationId, newer, gaps } = this.view.thread;
    this.push({}, { kind: 'update', upsert: [], remove: [], older: 'loading', newer, gaps, conversationId });
    await Promise.resolve();
    const older = this.past.length > 0 ? 'more' : 'beginning';
    this.push({}, { kind: 'update', upsert: page, remove: [], older, newer, gaps, conversationId });
  }

  #nextEpoch(): Epoch {
    return Epoch.parse(this.view.session.epoch + 1);
  }
}
