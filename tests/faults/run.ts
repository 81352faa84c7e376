/**
 * One run of a plan: warm-up → load under faults → heal → quiet until all agree → everybody reads → every device starts
 * again → everybody reads → what can be read on the disks → what the service holds. It only plays and writes down; `checkers/` judges.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { scanFolder } from '../canary/scanner.ts';
import { detailOf, type Entry, type RunEvent } from './history.ts';
import { type Load, planLoad, usersOf } from './load.ts';
import { Nemesis } from './nemesis.ts';
import { Person, type Note } from './person.ts';
import type { Plan } from './plans/plan.ts';
import type { ProxyLog } from './proxy/imposed.ts';
import { serviceThread } from './service-table.ts';
import { type NewDevice, Stage } from './stage.ts';

export interface RunOptions {
  /** Takes each event as it happens. */
  readonly record?: (event: RunEvent) => void;
  /** What kind of device; the core without a window unless said. */
  readonly newDevice?: NewDevice;
  /** Takes the place of the plan's own load. */
  readonly load?: Load;
  /** How long all may take to agree after the last fault. */
  readonly quietMs?: number;
}

/** What a run came to, before anybody judges it. */
export interface Played {
  readonly events: readonly RunEvent[];
  /** From the last fault's end until all agreed; null if they never did. */
  readonly convergedMs: number | null;
  /** What the devices and the service logged, by name. */
  readonly logs: ReadonlyMap<string, string>;
}

const quietStepMs = 100;

export async function play(plan: Plan, options: RunOptions = {}): Promise<Played> {
  const history = new History(plan, options.record);
  const stage = await Stage.set(plan, { newDevice: options.newDevice, log: history.hear });
  try {
    return await new Run(plan, stage, history, options).play();
  } finally {
    history.close();
    await stage.dispose();
  }
}

/** The events of a run in their order; nothing comes in after its end. */
class History {
  readonly events: RunEvent[] = [];
  readonly #run: string;
  readonly #record: (event: RunEvent) => void;
  readonly #begin = performance.now();
  /** By link and number of the request: what it asks for. */
  readonly #asked = new Map<string, string>();
  #isOpen = true;

  constructor({ seed }: Plan, record: (event: RunEvent) => void = () => undefined) {
    this.#run = String(seed);
    this.#record = record;
  }

  readonly note: Note = (event) => {
    if (!this.#isOpen) return;
    const t = Math.round((performance.now() - this.#begin) * 1_000);
    const whole: RunEvent = { t, run: this.#run, epoch: 0, ...event };
    this.events.push(whole);
    this.#record(whole);
  };

  /** Of all that the links tell, what a fault has just done. */
  readonly hear: ProxyLog = ({ link, request, what, detail }) => {
    const place = `${link} ${request}`;
    if (what === 'request') this.#asked.set(place, `${detail} #${request}`);
    if (what !== 'hit') return;
    const on = this.#asked.get(place);
    const v = { where: link, layer: 'link', kind: detail, ...(on === undefined ? {} : { on }) };
    this.note({ dev: link, f: 'fault', type: 'info', v });
  };

  /** How many requests came over a link. */
  requestsOf(link: string): number {
    return [...this.#asked.keys()].filter((place) => place.startsWith(`${link} `)).length;
  }

  close(): void {
    this.#isOpen = false;
  }
}

class Run {
  readonly #plan: Plan;
  readonly #stage: Stage;
  readonly #options: RunOptions;
  readonly #history: History;
  readonly #people: readonly Person[];
  readonly #nemesis: Nemesis;

  constructor(plan: Plan, stage: Stage, history: History, options: RunOptions) {
    this.#plan = plan;
    this.#history = history;
    this.#stage = stage;
    this.#options = options;
    this.#people = stage.posts.map(({ name, device }) => new Person(name, device, history.note));
    this.#nemesis = new Nemesis({ stage, people: this.#people, note: history.note });
  }

  async play(): Promise<Played> {
    await this.#warmUp();
    this.#phase('load');
    const load = this.#options.load ?? planLoad(this.#plan);
    await load({
      people: this.#people,
      stage: this.#stage,
      nemesis: this.#nemesis,
      note: this.#history.note,
    });
    const convergedMs = await this.#heal();
    this.#phase('read');
    await this.#everybody((person) => person.read());
    // As the faults have left it: an orderly end tidies up.
    for (const person of this.#people) this.#scan(person);
    this.#phase('restart');
    await this.#everybody(async (person) => {
      await person.stop();
      await person.start();
    });
    await this.#everybody((person) => person.read());
    this.#phase('scan');
    for (const person of this.#people) this.#scan(person);
    this.#phase('dump');
    for (const user of usersOf(this.#plan)) {
      const entries = serviceThread(this.#stage.service.dataDir, user);
      this.#history.note({ dev: 'service', f: 'list', type: 'ok', v: { entries, user } });
    }
    for (const { name } of this.#people)
      this.#history.note({
        dev: name,
        f: 'count',
        type: 'ok',
        v: { requests: this.#history.requestsOf(name) },
      });
    return { events: this.#history.events, convergedMs, logs: this.#logs() };
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

  async #heal(): Promise<number | null> {
    this.#phase('heal');
    const healedAt = performance.now();
    const agreed = await until(() => this.#agree(), this.#quietMs);
    const convergedMs = agreed ? Math.round(performance.now() - healedAt) : null;
    this.#history.note({ dev: 'harness', f: 'count', type: 'ok', v: { convergedMs } });
    return convergedMs;
  }

  /** Nothing waits anywhere, and all show what the service holds. */
  async #agree(): Promise<boolean> {
    const looks = await this.#everybody(({ device }) => device.look());
    if (looks.some((look) => look === null || look.waiting > 0)) return false;
    const same = await this.#everybody(async (person) => {
      const { user } = person;
      if (user === null) return true;
      const held = serviceThread(this.#stage.service.dataDir, user);
      const list = await person.read();
      return list !== null && JSON.stringify(confirmed(list)) === JSON.stringify(confirmed(held));
    });
    return same.every(Boolean);
  }

  /** What was said in this run, and what proves who somebody is, must be readable nowhere in what a device leaves behind. */
  #scan({ name, device }: Person): void {
    const said = this.#history.events.flatMap((event) => {
      if (event.type !== 'invoke') return [];
      if (event.f === 'send') return [detailOf('send', event)];
      return event.f === 'say' ? [detailOf('say', event).text] : [];
    });
    const canaries = [
      // A shorter one may stand somewhere by chance.
      ...[...new Set(said)].filter(({ length }) => length >= 12).map((text) => ({ kind: `“${text}”`, text })),
      ...this.#stage.jwts.map((text, n) => ({ kind: `JWT ${n + 1}`, text })),
    ];
    const scans = device.traces.map((path) => scanFolder(path, canaries));
    const found = scans.flatMap(({ hits }) =>
      hits.map(({ kind, encoding, where }) => ({ canary: `${kind} (${encoding})`, at: where })),
    );
    const isWhole =
      scans.some(({ files }) => files > 1) && scans.every(({ unreadable }) => unreadable.length === 0);
    this.#history.note({
      dev: name,
      f: 'scan',
      type: isWhole && found.length === 0 ? 'ok' : 'fail',
      v: { found },
    });
  }

  get #quietMs(): number {
    return this.#options.quietMs ?? 15_000;
  }

  #everybody<T>(act: (person: Person) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#people.map(act));
  }

  #phase(name: string): void {
    this.#history.note({ dev: 'harness', f: 'phase', type: 'info', v: name });
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
