/** Counts and durations for Prometheus, in its text format (version 0.0.4). Names and routes only, never an id. */

/** Upper bounds in seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

interface Series {
  count: number;
  seconds: number;
  readonly within: number[];
}

export class Metrics {
  readonly #requests = new Map<string, Series>();
  readonly #counters = new Map<string, number>();
  /** Asked when someone looks. */
  readonly #gauges: ReadonlyMap<string, () => number>;

  constructor(gauges: Readonly<Record<string, () => number>>) {
    this.#gauges = new Map(Object.entries(gauges));
  }

  /** `route` is its pattern; what no route answers counts under one name. */
  answered({ method, route, status }: { method: string; route: string; status: number }, ms: number): void {
    const labels = `method="${method}",route="${route}",status="${status}"`;
    const series = this.#requests.get(labels) ?? { count: 0, seconds: 0, within: buckets.map(() => 0) };
    this.#requests.set(labels, series);
    series.count += 1;
    series.seconds += ms / 1000;
    for (let index = buckets.length - 1; ms / 1000 <= (buckets[index] ?? -1); index -= 1) {
      series.within[index] = (series.within[index] ?? 0) + 1;
    }
  }

  count(name: string): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + 1);
  }

  text(): string {
    const lines = ['# TYPE onethread_request_seconds histogram'];
    for (const [labels, { count, seconds, within }] of this.#requests) {
      const name = 'onethread_request_seconds';
      for (const [index, bound] of buckets.entries()) {
        lines.push(`${name}_bucket{${labels},le="${bound}"} ${within[index] ?? 0}`);
      }
      lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`);
      lines.push(`${name}_sum{${labels}} ${seconds}`, `${name}_count{${labels}} ${count}`);
    }
    for (const [name, value] of this.#counters) lines.push(`# TYPE ${name} counter`, `${name} ${value}`);
    for (const [name, read] of this.#gauges) lines.push(`# TYPE ${name} gauge`, `${name} ${read()}`);
    return `${lines.join('\n')}\n`;
  }
}
