import type { ClockSetting } from './device.ts';
import { signalProcess } from './devices/process-group.ts';
import type { Note, Person } from './person.ts';
import type { PlanClock } from './plan-clock.ts';
import type { ClockAction, FaultAction, ProcessAction } from './plans/action.ts';
import type { Fault } from './plans/plan.ts';
import type { LinkAction } from './proxy/imposed.ts';
import type { Stage } from './stage.ts';

/** Ends a fault. @returns false if it has done nothing */
type Undo = () => Promise<boolean>;
/** `null`: there was nothing to befall. */
type Begun = Undo | null;
const nothing: Undo = () => Promise.resolve(true);

/** What ends a thing that was done for certain. */
function undoing(undo: () => unknown): Undo {
  return async () => {
    await undo();
    return true;
  };
}

/** Does to a run what its plan says, and puts everything right again. */
export class Nemesis {
  readonly #stage: Stage;
  readonly #people: readonly Person[];
  readonly #note: Note;
  readonly #over = new AbortController();
  /** Of one process only one thing at a time can be true: what is done to it queues up. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Ends what lasts until everything heals. */
  readonly #lasting: (() => Promise<void>)[] = [];

  constructor(parts: { stage: Stage; people: readonly Person[]; note: Note }) {
    this.#stage = parts.stage;
    this.#people = parts.people;
    this.#note = parts.note;
  }

  /** Resolves when every fault has had its time; what lasts until everything heals has begun. */
  async play(faults: readonly Fault[], clock: PlanClock): Promise<void> {
    await Promise.all(
      faults.flatMap((fault) => this.#wheres(fault).map((where) => this.#befall(fault, where, clock))),
    );
  }

  /** All faults end now, none begins any more, and everything runs. */
  async heal(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#turns.values());
    for (const end of this.#lasting.splice(0)) await end();
    await this.#stage.proxy.heal();
    await this.#stage.service.start();
    for (const person of this.#people) while (!person.isUp) await person.start();
  }

  #wheres({ where }: Fault): readonly string[] {
    return where === 'every' ? this.#people.map(({ name }) => name) : [where];
  }

  async #befall({ at, until, action }: Fault, where: string, clock: PlanClock): Promise<void> {
    const { signal } = this.#over;
    const act = async (): Promise<void> => {
      await clock.until(at, signal);
      if (signal.aborted) return;
      const v = { where, layer: action.layer, kind: action.kind };
      this.#note({ dev: where, f: 'fault', type: 'invoke', v });
      const undo = await this.#begin(action, where);
      if (undo === null) return this.#note({ dev: where, f: 'fault', type: 'fail', v });
      const end = async (): Promise<void> => {
        const hit = await undo();
        this.#note({ dev: where, f: 'fault', type: hit ? 'ok' : 'fail', v });
      };
      if (until === null && isLasting(action)) return void this.#lasting.push(end);
      if (until !== null) await clock.until(until, signal);
      return end();
    };
    if (action.layer !== 'process') return act();
    const turn = (this.#turns.get(where) ?? Promise.resolve()).then(act);
    this.#turns.set(where, turn);
    return turn;
  }

  #begin(action: FaultAction, where: string): Promise<Begun> {
    switch (action.layer) {
      case 'process':
        return where === 'service' ? this.#onService(action) : this.#onDevice(action, this.#person(where));
      case 'bytes':
      case 'http':
      case 'faye':
        return Promise.resolve(this.#onLink(action, where));
      case 'clock':
        return this.#onClock(action, this.#person(where));
      default:
        throw new Error(`no run can do ${action.layer} ${action.kind}`);
    }
  }

  #onLink(action: LinkAction, where: string): Undo {
    const imposed = this.#stage.proxy.impose(where, action);
    return async () => {
      imposed.lift();
      return imposed.hits > 0;
    };
  }

  async #onClock(action: ClockAction, { device }: Person): Promise<Begun> {
    if (device.setClock === undefined)
      throw new Error(`the clock of a device of kind ${device.kind} is not set`);
    await device.setClock(clockSetting(action));
    return undoing(() => device.setClock?.(null));
  }

  async #onService(action: ProcessAction): Promise<Begun> {
    const { service } = this.#stage;
    if (!service.isUp) return null;
    switch (action.kind) {
      case 'kill':
        await service.kill();
        return undoing(() => service.start());
      case 'restart':
        await service.stop();
        return undoing(() => service.start());
      case 'freeze':
        service.freeze();
        return undoing(() => service.thaw());
      default:
        throw new Error(`no run can do process ${action.kind} to the service`);
    }
  }

  async #onDevice(action: ProcessAction, person: Person): Promise<Begun> {
    const { device } = person;
    if (!person.isUp) return null;
    switch (action.kind) {
      case 'kill': {
        if (action.child === 'store') return signalProcess(device.storePid, 'SIGKILL') ? nothing : null;
        await person.kill();
        return undoing(() => person.start());
      }
      case 'restart':
        await person.stop();
        return undoing(() => person.start());
      case 'freeze': {
        if (action.child === 'store') return this.#freezeStore(device.storePid);
        device.freeze();
        return undoing(() => device.thaw());
      }
      default:
        throw new Error(`no run can do process ${action.kind} to a device`);
    }
  }

  async #freezeStore(pid: number | null): Promise<Begun> {
    return signalProcess(pid, 'SIGSTOP') ? undoing(() => signalProcess(pid, 'SIGCONT')) : null;
  }

  #person(name: string): Person {
    const person = this.#people.find((one) => one.name === name);
    if (person === undefined) throw new Error(`no device is called ${name}`);
    return person;
  }
}

function clockSetting(action: ClockAction): ClockSetting {
  const now = Date.now();
  switch (action.kind) {
    case 'jump':
      return { to: now + action.ms, factor: 1 };
    case 'drift':
      return { to: now, factor: action.factor };
    case 'stop':
      return { to: now, factor: 0 };
    case 'set':
      return { to: action.to, factor: 1 };
  }
}

/** What is over as soon as it has happened needs no end. */
function isLasting(action: FaultAction): boolean {
  return !(action.layer === 'process' && (action.kind === 'kill' || action.kind === 'restart'));
}
