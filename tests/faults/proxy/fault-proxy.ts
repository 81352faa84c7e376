/**
 * The network of a run: one link for each device, and the faults that are imposed on them. Nothing is broken unless asked
 * for, and everything that is broken is told and counted.
 */
import { seededRandom } from '../../fakes/random.ts';
import { Decoy, type Told } from './decoy.ts';
import { Imposed, type LinkAction, type ProxyLog } from './imposed.ts';
import { Link } from './link.ts';

export interface FaultProxyOptions {
  /** The service's origin, `http://127.0.0.1:…`; asked for each request. */
  readonly target: () => string;
  readonly seed: number;
  readonly log?: ProxyLog;
}

export class FaultProxy {
  readonly #options: FaultProxyOptions;
  readonly #links = new Map<string, Link>();
  readonly #faults: Imposed[] = [];
  readonly #decoy = new Decoy();
  readonly #log: ProxyLog;

  private constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#log = options.log ?? (() => undefined);
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    await proxy.#decoy.listen();
    return proxy;
  }

  /** The link of this device; opened when it is first asked for. */
  async link(name: string): Promise<Link> {
    const known = this.#links.get(name);
    if (known !== undefined) return known;
    const link = await Link.open({
      name,
      target: this.#options.target,
      decoy: () => this.#decoy.origin,
      random: seededRandom(this.#options.seed + this.#links.size),
      log: this.#log,
      faults: () => this.#faults.filter((fault) => fault.isOver(name)),
    });
    this.#links.set(name, link);
    return link;
  }

  /** @param where a link's name, or `every` */
  impose<A extends LinkAction>(where: string, action: A): Imposed<A> {
    const random = seededRandom(this.#options.seed * 31 + this.#faults.length);
    const fault = new Imposed<A>(where, action, { random, log: this.#log });
    this.#faults.push(fault);
    for (const link of this.#links.values()) if (fault.isOver(link.name)) link.begin(fault);
    return fault;
  }

  /** Lifts every fault. Resolves when all doors stand open. */
  async heal(): Promise<void> {
    for (const fault of this.#faults) fault.lift();
    await Promise.all([...this.#links.values()].map((link) => link.settled()));
  }

  /** How often each kind has taken effect so far. */
  get hits(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { action, hits } of this.#faults) counts[action.kind] = (counts[action.kind] ?? 0) + hits;
    return counts;
  }

  /** What redirects gave away to a stranger. */
  get told(): readonly Told[] {
    return this.#decoy.told;
  }

  async close(): Promise<void> {
    await this.heal();
    await Promise.all([...this.#links.values()].map((link) => link.close()));
    this.#decoy.close();
  }
}
