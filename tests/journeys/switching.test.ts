import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Failure, Result } from '../../contract/failure.ts';
import { ClientMessageId, type Epoch } from '../../contract/ids.ts';
import type { View } from '../../contract/view.ts';
import { nodeRandom } from '../../main/adapters/random-node.ts';
import type { KnownSpeaker, Service } from '../../main/ports/service.ts';
import { Search } from '../canary/search.ts';
import { seededRandom } from '../fakes/random.ts';
import { type RunningService, startService } from '../server/running-service.ts';
import { CoreDevice } from './core-device.ts';
import { Desk, Person } from './people.ts';

/** The long run: `ONETHREAD_SWITCHES=1000 npx vitest run tests/journeys/switching`; `ONETHREAD_SEED` repeats a run. */
const switches = Number(process.env['ONETHREAD_SWITCHES'] ?? 60);
const seed = Number(process.env['ONETHREAD_SEED'] ?? Math.floor(Math.random() * 1e9));
const patience = 120_000 + switches * 3_000;
const { fraction } = seededRandom(seed);
const chance = (of: number): boolean => fraction() < of;
const lateness = seededRandom(seed + 1);

let service: RunningService;
let desk: Desk;
let people: readonly Person[];
let device: CoreDevice;
let views = 0;
/** What must not have happened, in words. */
const wrong: string[] = [];
/** Calls that were not waited for, and how each was answered. */
const underway: Promise<void>[] = [];
const answers = new Map<string, number>();

beforeAll(async () => {
  service = await startService();
  desk = new Desk(service);
  people = [await Person.of(service), await Person.of(service), await Person.of(service)];
  device = new CoreDevice(service.ready, {
    onView: look,
    world: (world) => ({ ...world, service: lateAndWatched(world.service) }),
  });
  await device.start();
});
afterAll(async () => {
  await device.dispose();
  await service.stop();
});

/** Who a view speaks as, if it is one of them. */
const personOf = ({ session }: View): Person | undefined =>
  people.find(({ userId }) => 'userId' in session && session.userId === userId);

/** No view holds a word of anybody but the person it speaks as; the list of accounts names people, and is left out. */
function look(view: View): void {
  views += 1;
  const others = people.filter((person) => person !== personOf(view));
  const search = new Search(others.map(({ mark }, at) => ({ kind: `${at}`, text: mark })));
  search.look(Buffer.from(JSON.stringify({ ...view, accounts: [] })), 'view');
  if (search.hits.length > 0) wrong.push(`a view of ${view.session.kind} held a word of somebody else`);
}

const isSpeaker = (value: unknown): value is KnownSpeaker =>
  typeof value === 'object' && value !== null && 'clientId' in value && 'credential' in value;

/** The service, with answers that come late; nobody's request may carry the credential or the words of somebody else. */
function lateAndWatched(real: Service): Service {
  return new Proxy(real, {
    get(_, name) {
      const member: unknown = Reflect.get(real, name, real);
      if (typeof member !== 'function' || name === 'follow') return bound(member, real);
      return async (...args: unknown[]): Promise<unknown> => {
        watch(String(name), args);
        const answer: unknown = await Reflect.apply(member, real, args);
        if (lateness.fraction() < 0.5) await pause(lateness.fraction() * 150);
        return answer;
      };
    },
  });
}

const bound = (member: unknown, to: object): unknown =>
  typeof member === 'function' ? (member.bind(to) as unknown) : member;

function watch(name: string, [who, what]: readonly unknown[]): void {
  if (!isSpeaker(who) || who.credential === null) return;
  const person = people.find(({ userId }) => userId === who.userId);
  const credential = who.credential.kind === 'jwt' ? who.credential.jwt : '';
  if (person?.jwt !== credential) wrong.push(`${name} went out with another credential`);
  const others = people.filter((one) => one !== person);
  if (others.some(({ mark }) => JSON.stringify(what ?? null).includes(mark)))
    wrong.push(`${name} carried the words of somebody else`);
}

/** Not waited for; that it is answered at all is seen to at the end. */
function start<T>(name: string, call: Promise<Result<T>>, then?: (accepted: boolean) => void): void {
  const answered = call.then((answer) => {
    const how = `${name} ${answer.ok ? 'ok' : answer.failure.kind}`;
    answers.set(how, (answers.get(how) ?? 0) + 1);
    then?.(answer.ok);
  });
  underway.push(answered);
}

/** A person at work: what they do without waiting for anything. */
function work(person: Person, epoch: Epoch): void {
  const { handlers } = device.messenger;
  for (let count = Math.floor(fraction() * 3); count > 0; count -= 1) {
    const clientMessageId = ClientMessageId.parse(nodeRandom.uuid());
    const text = `${person.mark} writes ${person.sent.length}`;
    const message = { text, accepted: false };
    person.sent.push(message);
    start('send', handlers.sendMessage({ epoch, clientMessageId, text }), (ok) => (message.accepted = ok));
  }
  if (chance(0.4)) start('draft', handlers.saveDraft({ epoch, text: `${person.mark} drafts` }));
  if (chance(0.3)) start('typing', handlers.startTyping({ epoch }));
  if (chance(0.3)) start('older', handlers.showOlder({ epoch }));
  if (chance(0.2)) start('profile', handlers.updateUser({ epoch, profile: { givenName: person.mark } }));
}

/** The business writes to anybody, whoever is at the machine. */
function told(): void {
  const to = people[Math.floor(fraction() * people.length)];
  if (to === undefined || !chance(0.7)) return;
  underway.push(desk.say(to, `${to.mark} is told ${to.told.length + underway.length}`));
}

/** Let somebody in, from the cache or with their token, while whoever is here may go on writing. */
async function enter(person: Person, meanwhile: () => unknown = () => undefined): Promise<Failure | null> {
  const { handlers } = device.messenger;
  const account = device.view.accounts.find(({ userId }) => userId === person.userId)?.account;
  const call =
    account !== undefined && chance(0.6)
      ? handlers.switchAccount({ account })
      : handlers.login({ userId: person.userId, jwt: person.jwt, remember: true });
  meanwhile();
  const answer = await call;
  return answer.ok ? null : answer.failure;
}

/** Store processes of this one, and its open files: what a switch could leave behind. */
function held(): { readonly children: number; readonly files: number } {
  const children = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return { children: children.length, files: readdirSync('/proc/self/fd').length };
}

async function settled(person: Person): Promise<View> {
  expect(await enter(person)).toBeNull();
  return device.until((view) => personOf(view) === person && view.link.kind === 'live' && view.waiting === 0);
}

describe(`Three people who switch at one machine while messages, drafts and late answers are under way (seed ${seed})`, () => {
  it(
    'A-04 A-05 A-07 keep to themselves what they write, are told and draft',
    { timeout: patience },
    async () => {
      for (const person of people) {
        await settled(person);
        person.sent.push({ text: `${person.mark} begins`, accepted: true });
        await device.write(`${person.mark} begins`);
        await settled(person);
        person.conversation = await desk.conversationOf(person);
      }
      let done = 0;
      let refused = 0;
      let early: ReturnType<typeof held> | null = null;
      while (done < switches) {
        const next = people.filter((one) => one !== personOf(device.view))[chance(0.5) ? 0 : 1];
        const now = personOf(device.view);
        if (now !== undefined) work(now, device.view.session.epoch);
        told();
        if (next === undefined) throw new Error('nobody to switch to');
        const { epoch } = device.view.session;
        // Somebody who changes their mind: only the last wish counts.
        if (chance(0.15))
          start('whim', device.messenger.handlers.login({ userId: next.userId, jwt: next.jwt }));
        const failure = await enter(next, () => now !== undefined && chance(0.5) && work(now, epoch));
        // What was meant for the session before comes too late.
        if (now !== undefined && failure === null && chance(0.3)) work(now, epoch);
        if (failure === null) done += 1;
        else refused += 1;
        if (refused > 5 + switches / 10)
          throw new Error(`${refused} switches were refused: ${failure?.kind}`);
        if (failure === null && personOf(device.view) !== next) wrong.push('somebody else came in');
        if (chance(0.5)) await pause(fraction() * 100);
        if (done === Math.floor(switches / 3)) early ??= held();
      }
      await Promise.all(underway);

      for (const person of people) {
        await settled(person);
        const { epoch } = device.view.session;
        expect(
          (await device.messenger.handlers.saveDraft({ epoch, text: `${person.mark} at last` })).ok,
        ).toBe(true);
      }
      for (const person of people) {
        const view = await settled(person);
        const stored = await desk.read(person);
        const written = stored
          .filter(({ author }) => author.type === 'user')
          .map(({ content }) => content.text);
        expect(written).toEqual(person.sent.filter(({ accepted }) => accepted).map(({ text }) => text));
        expect(stored.filter(({ author }) => author.type === 'business')).toHaveLength(person.told.length);
        await device.until(({ unreadCount }) => unreadCount === person.told.length);
        const shown = view.thread.messages.map(({ content }) => content.text);
        expect(shown).toEqual(stored.slice(-shown.length).map(({ content }) => content.text));
        expect(shown.length).toBeGreaterThan(0);
        expect(view.draft).toBe(`${person.mark} at last`);
      }
      const clients = await Promise.all(people.map((person) => desk.clientsOf(person)));
      expect(clients.map((ids) => ids.length)).toEqual([1, 1, 1]);
      expect(new Set(clients.flat()).size).toBe(3);

      expect(wrong).toEqual([]);
      const late = held();
      expect(late.children).toBeLessThanOrEqual((early?.children ?? 0) + 1);
      expect(late.files).toBeLessThanOrEqual((early?.files ?? 0) + 5);
      // Nothing happening is a failure too.
      expect(
        people.every(({ sent, told: heard }) => sent.length > switches / 10 && heard.length > switches / 20),
      ).toBe(true);
      expect(views).toBeGreaterThan(switches * 5);
      expect(answers.get('send sessionOver')).toBeGreaterThan(switches / 20);
      console.info(
        JSON.stringify({
          seed,
          switches: done,
          refused,
          views,
          early,
          late,
          answers: Object.fromEntries(answers),
        }),
      );
    },
  );
});
