/**
 * One run of a plan: warm-up → load under faults → heal → quiet until all agree → everybody reads → every device starts
 * again → everybody reads → what the service holds. It only plays and writes down; `checkers/` judges.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry, RunEvent } from './history.ts';
import { Nemesis } from './nemesis.ts';
import { Person, type Note } from './person.ts';
import type { Plan } from './plans/plan.ts';
import { PlanClock } from './plan-clock.ts';
import { serviceThread } from './service-table.ts';
import { Stage } from './stage.ts';

export interface RunOptions {
  /** Takes each event as it happens. */
  readonly record?: (event: RunEvent) => void;
  /** How long all may take to agree after the last fault. */
  readonly quietMs?: number;
  /** How often each device is read during the load. */
  readonly readEveryMs?: number;
}

/** What a run came to, before anybody judges it. */
export interface Played {
  readonly events: readonly RunEvent[];
  /** From the last fault's end until all agreed; null if they never did. */
  readonly convergedMs: number | null;
  /** What the devices and the service logged, by name. */
  readonly logs: ReadonlyMap<string, string>;
}

/** Longer than any plan: what hangs is cut off and healed. */
const longestLoadMs = 120_000;
const quietStepMs = 100;

export async function play(plan: Plan, options: RunOptions = {}): Promise<Played> {
  const stage = await Stage.set(plan);
  try {
    return await new Run(plan, stage, options).play();
  } finally {
    await stage.dispose();
  }
}

class Run {
  readonly #plan: Plan;
  readonly #stage: Stage;
  readonly #options: RunOptions;
  readonly #events: RunEvent[] = [];
  readonly #people: readonly Person[];
  readonly #nemesis: Nemesis;
  readonly #begin = process.hrtime.bigint();

  constructor(plan: Plan, stage: Stage, options: RunOptions) {
    this.#plan = plan;
    this.#stage = stage;
    this.#options = options;
    const note: Note = (event) => this.#note(event);
    this.#people = stage.posts.map(({ name, device }) => new Person(name, device, note));
    this.#nemesis = new Nemesis({ stage, people: this.#people, note });
  }

  async play(): Promise<Played> {
    await this.#warmUp();
    await this.#load();
    const convergedMs = await this.#heal();
    this.#phase('read');
    await this.#everybody((person) => person.read());
    this.#phase('restart');
    await this.#everybody(async (person) => {
      await person.stop();
      await person.start();
    });
    await this.#everybody((person) => person.read());
    this.#phase('dump');
    for (const user of this.#users) {
      const v = serviceThread(this.#stage.service.dataDir, user);
      this.#note({ dev: 'service', f: 'list', type: 'ok', v });
    }
    return { events: this.#events, convergedMs, logs: this.#logs() };
  }

  async #warmUp(): Promise<void> {
    this.#phase('warmUp');
    await this.#everybody(async (person) => {
      const { user } = this.#stage.post(person.name);
      await person.start();
      if (!(await person.login(user, await this.#stage.jwt(user))))
        throw new Error(`${user} could not sign in`);
      await until(async () => (await person.device.look())?.link === 'live', this.#quietMs);
    });
  }

  async #load(): Promise<void> {
    this.#phase('load');
    const over = new AbortController();
    const clock = new PlanClock();
    const reading = this.#everybody((person) => this.#keepReading(person, over.signal));
    const writing = this.#everybody((person) => this.#write(person, clock));
    const breaking = this.#nemesis.play(this.#plan.faults, clock);
    const patience = sleep(longestLoadMs, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([Promise.all([writing, breaking]), patience]);
    over.abort();
    await this.#nemesis.heal();
    await Promise.all([reading, writing]);
  }

  async #heal(): Promise<number | null> {
    this.#phase('heal');
    const healedAt = performance.now();
    const agreed = await until(() => this.#agree(), this.#quietMs);
    const convergedMs = agreed ? Math.round(performance.now() - healedAt) : null;
    this.#note({ dev: 'harness', f: 'count', type: 'ok', v: { convergedMs } });
    return convergedMs;
  }

  /** One person after another, in the order of their plan: as fast as one person can be at one device. */
  async #write(person: Person, clock: PlanClock): Promise<void> {
    const own = this.#plan.sends.filter(({ dev }) => dev === person.name).sort((a, b) => a.at - b.at);
    for (const send of own) {
      await clock.until(send.at);
      await person.send(send);
    }
  }

  async #keepReading(person: Person, signal: AbortSignal): Promise<void> {
    const pause = this.#options.readEveryMs ?? 300;
    while (!signal.aborted) {
      if (person.isUp) await person.read();
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Nothing waits anywhere, and all show what the service holds. */
  async #agree(): Promise<boolean> {
    const looks = await this.#everybody(({ device }) => device.look());
    if (looks.some((look) => look === null || look.waiting > 0)) return false;
    const same = await this.#everybody(async (person) => {
      const { user } = this.#stage.post(person.name);
      const held = serviceThread(this.#stage.service.dataDir, user);
      const list = await person.read();
      return list !== null && JSON.stringify(confirmed(list)) === JSON.stringify(confirmed(held));
    });
    return same.every(Boolean);
  }

  get #quietMs(): number {
    return this.#options.quietMs ?? 15_000;
  }

  get #users(): readonly string[] {
    return [...new Set(this.#plan.devices.map(({ user }) => user))];
  }

  #everybody<T>(act: (person: Person) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#people.map(act));
  }

  #phase(name: string): void {
    this.#note({ dev: 'harness', f: 'phase', type: 'info', v: name });
  }

  #note(event: Parameters<Note>[0]): void {
    const t = Number((process.hrtime.bigint() - this.#begin) / 1_000n);
    const whole: RunEvent = { t, run: String(this.#plan.seed), epoch: 0, ...event };
    this.#events.push(whole);
    this.#options.record?.(whole);
  }

  #logs(): ReadonlyMap<string, string> {
    const logs = this.#stage.posts.map(({ name, device }) => [name, device.log()] as const);
    return new Map([...logs, ['service', this.#stage.service.log]]);
  }
}

async function until(holds: () => Promise<boolean>, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > deadline) return false;
    await sleep(quietStepMs);
  }
  return true;
}

function confirmed(list: readonly Entry[]): readonly (string | null)[] {
  return list.filter(({ status }) => status !== 'failed').map(({ id }) => id);
}
