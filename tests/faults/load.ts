/** What people, the business and the nemesis do between warm-up and healing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from '../server/device.ts';
import type { Nemesis } from './nemesis.ts';
import type { Note, Person } from './person.ts';
import { PlanClock } from './plan-clock.ts';
import type { Op, Plan, Send } from './plans/plan.ts';
import { serviceConversation, serviceThread } from './service-table.ts';
import type { Stage } from './stage.ts';

/** What there is to put a load on. */
export interface Scene {
  readonly people: readonly Person[];
  readonly stage: Stage;
  readonly nemesis: Nemesis;
  readonly note: Note;
}

/** Resolves when everything has been done and everything runs again. */
export type Load = (scene: Scene) => Promise<void>;

/** Longer than any plan: what hangs is cut off and healed. */
const longestLoadMs = 120_000;
const readEveryMs = 300;

type Deed = Send | Exclude<Op, { kind: 'say' }>;
type Saying = Extract<Op, { kind: 'say' }>;

export function planLoad(plan: Plan): Load {
  return async (scene) => {
    const { people, nemesis } = scene;
    const over = new AbortController();
    const clock = new PlanClock();
    const watching = [
      ...people.map((person) => keepReading(person, over.signal)),
      witnessCommits(scene, usersOf(plan), over.signal),
    ];
    const doing = Promise.all([
      ...people.map((person) => live(person, plan, scene.stage, clock)),
      speak(plan, scene, clock),
    ]);
    const breaking = nemesis.play(plan.faults, clock);
    const patience = sleep(longestLoadMs, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([Promise.all([doing, breaking]), patience]);
    over.abort();
    await nemesis.heal();
    await Promise.all([...watching, doing]);
  };
}

export function usersOf({ devices }: Plan): readonly string[] {
  return [...new Set(devices.map(({ user }) => user))];
}

/** One thing after another, as one person does at one device. */
async function live(person: Person, plan: Plan, stage: Stage, clock: PlanClock): Promise<void> {
  const deeds: Deed[] = [
    ...plan.sends.filter(({ dev }) => dev === person.name),
    ...plan.ops.flatMap((op) => (op.kind !== 'say' && op.dev === person.name ? [op] : [])),
  ];
  for (const deed of deeds.sort((a, b) => a.at - b.at)) {
    await clock.until(deed.at);
    await act(person, deed, stage);
  }
}

async function act(person: Person, deed: Deed, stage: Stage): Promise<void> {
  if (!('kind' in deed)) return person.send(deed);
  switch (deed.kind) {
    case 'list':
      return void (await person.read());
    case 'logout':
      return person.logout();
    case 'login':
      return void (await person.login(deed.user, await stage.jwt(deed.user)));
    case 'stop':
      return person.stop();
    case 'start':
      return void (await person.start());
  }
}

/** The business asks once: what comes of it may stay unknown. */
async function speak(plan: Plan, { stage, note }: Scene, clock: PlanClock): Promise<void> {
  const sayings = plan.ops.filter((op): op is Saying => op.kind === 'say').sort((a, b) => a.at - b.at);
  for (const { at, to, text } of sayings) {
    await clock.until(at);
    const conversation = serviceConversation(stage.service.dataDir, to);
    if (conversation === null || !stage.service.isUp) continue;
    const event = { dev: 'business', f: 'say', v: { to, text } } as const;
    note({ ...event, type: 'invoke' });
    const said = await say(stage.service.ready, conversation, text).catch(() => null);
    note({ ...event, type: said?.status === 201 ? 'ok' : 'info' });
  }
}

async function keepReading(person: Person, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (person.isUp) await person.read();
    await sleep(readEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

/** What another connection can read in the service's file is committed: from then on it may never be gone. */
async function witnessCommits(
  { stage, note }: Scene,
  users: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const seen = new Set<string>();
  while (!signal.aborted) {
    for (const user of users)
      for (const { key, id } of serviceThread(stage.service.dataDir, user)) {
        if (id === null || key === null || seen.has(id)) continue;
        seen.add(id);
        note({ dev: 'service', f: 'srv.commit', type: 'ok', key, v: { id, user } });
      }
    await sleep(readEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
