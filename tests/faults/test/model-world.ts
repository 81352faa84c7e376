/** A service and its devices as a few arrays that never go wrong: writes the histories that the checkers must believe. */
import type { Detail, Entry, RunEvent } from '../history.ts';

interface ModelDevice {
  readonly name: string;
  user: string;
  epoch: number;
  confirmed: Entry[];
  waiting: Entry[];
  link: 'live' | 'offline';
}

export class ModelWorld {
  readonly events: RunEvent[] = [];
  readonly #tables = new Map<string, Entry[]>();
  readonly #devices = new Map<string, ModelDevice>();
  #t = 0;
  #written = 0;

  constructor(devices: Readonly<Record<string, string>>) {
    this.#note('harness', 'phase', 'info', { v: 'warmUp' });
    for (const [name, user] of Object.entries(devices)) {
      this.#devices.set(name, { name, user, epoch: 0, confirmed: [], waiting: [], link: 'live' });
      this.#table(user);
      this.#note(name, 'start', 'invoke');
      this.#note(name, 'start', 'ok');
      this.#login(name, user);
    }
    this.#note('harness', 'phase', 'info', { v: 'load' });
  }

  get names(): readonly string[] {
    return [...this.#devices.keys()];
  }

  /** @returns its key */
  send(dev: string): string {
    const device = this.#device(dev);
    this.#written += 1;
    const key = `k${this.#written}`;
    const text = `${device.user} ${dev} ${this.#written}`;
    this.#note(dev, 'send', 'invoke', { key, v: text });
    device.waiting.push({ key, id: null, text, author: 'self', status: 'queued' });
    this.#note(dev, 'send', 'ok', { key });
    return key;
  }

  refuse(dev: string): string {
    this.#written += 1;
    const key = `k${this.#written}`;
    this.#note(dev, 'send', 'invoke', { key, v: `refused ${this.#written}` });
    this.#note(dev, 'send', 'fail', { key });
    return key;
  }

  say(to: string): string {
    this.#written += 1;
    const text = `business ${this.#written}`;
    this.#note('business', 'say', 'invoke', { v: { to, text } });
    const table = this.#table(to);
    table.push({ key: null, id: `m${this.#written}`, text, author: 'business', status: 'received' });
    this.#note('business', 'say', 'ok', { v: { to, text } });
    return text;
  }

  /** The oldest that waits is accepted. The answer may be lost: then the device learns of it when it pulls. */
  push(dev: string, { isAnswered = true } = {}): void {
    const device = this.#device(dev);
    const [first] = device.waiting;
    if (first?.key === undefined || first.key === null) return;
    const table = this.#table(device.user);
    const id = `m-${first.key}`;
    if (!table.some(({ key }) => key === first.key)) {
      table.push({ ...first, id, status: 'sent' });
      this.#note('service', 'srv.commit', 'ok', { key: first.key, v: { id, user: device.user } });
    }
    if (isAnswered) this.pull(dev);
  }

  /** The device learns what the service holds. */
  pull(dev: string): void {
    const device = this.#device(dev);
    device.confirmed = [...this.#table(device.user)];
    const known = new Set(device.confirmed.map(({ key }) => key));
    device.waiting = device.waiting.filter(({ key }) => !known.has(key));
  }

  read(dev: string): void {
    const { confirmed, waiting, link } = this.#device(dev);
    this.#note(dev, 'list', 'invoke');
    this.#note(dev, 'list', 'ok', { v: { entries: [...confirmed, ...waiting], link } });
  }

  restart(dev: string): void {
    for (const type of ['invoke', 'ok'] as const) this.#note(dev, 'kill', type);
    for (const type of ['invoke', 'ok'] as const) this.#note(dev, 'start', type);
  }

  cut(dev: string): void {
    this.#note(dev, 'fault', 'invoke', { v: down(dev) });
    this.#device(dev).link = 'offline';
  }

  mend(dev: string): void {
    if (this.#device(dev).link === 'live') return;
    this.#note(dev, 'fault', 'ok', { v: down(dev) });
    this.#device(dev).link = 'live';
  }

  /** What is not sent yet goes first. */
  switchTo(dev: string, user: string): void {
    this.#drain(dev);
    const device = this.#device(dev);
    this.#note(dev, 'logout', 'invoke');
    this.#note(dev, 'logout', 'ok');
    device.user = user;
    device.epoch += 1;
    this.#login(dev, user);
    this.pull(dev);
  }

  /** Heals, lets all agree, reads, starts again, reads, and looks into the service. */
  finish(): readonly RunEvent[] {
    for (const dev of this.names) this.mend(dev);
    this.#note('harness', 'phase', 'info', { v: 'heal' });
    for (const dev of this.names) this.#drain(dev);
    for (const dev of this.names) this.pull(dev);
    this.#note('harness', 'count', 'ok', { v: { convergedMs: 700, requests: 40, rssMb: 180 } });
    this.#note('harness', 'phase', 'info', { v: 'read' });
    for (const dev of this.names) this.read(dev);
    this.#note('harness', 'phase', 'info', { v: 'restart' });
    for (const dev of this.names) this.restart(dev);
    for (const dev of this.names) this.read(dev);
    this.#note('harness', 'phase', 'info', { v: 'dump' });
    this.#note('harness', 'scan', 'ok', { v: { found: [] } });
    for (const [user, entries] of this.#tables)
      this.#note('service', 'list', 'ok', { v: { user, entries: [...entries] } });
    return this.events;
  }

  #drain(dev: string): void {
    while (this.#device(dev).waiting.length > 0) this.push(dev);
  }

  #login(dev: string, user: string): void {
    this.#note(dev, 'login', 'invoke', { v: user });
    this.#note(dev, 'login', 'ok', { v: user });
  }

  #table(user: string): Entry[] {
    const table = this.#tables.get(user) ?? [];
    this.#tables.set(user, table);
    return table;
  }

  #device(dev: string): ModelDevice {
    const device = this.#devices.get(dev);
    if (device === undefined) throw new Error(`no device is called ${dev}`);
    return device;
  }

  #note(dev: string, f: RunEvent['f'], type: RunEvent['type'], more: Partial<RunEvent> = {}): void {
    this.#t += 50_000;
    const epoch = this.#devices.get(dev)?.epoch ?? 0;
    this.events.push({ t: this.#t, run: '1', dev, epoch, f, type, ...more });
  }
}

function down(where: string): Detail<'fault'> {
  return { where, layer: 'bytes', kind: 'down' };
}

/** Two people, three devices, everything that a run has. */
export function goodHistory(): readonly RunEvent[] {
  const world = new ModelWorld({ d1: 'u1', d2: 'u1', d3: 'u2' });
  for (const dev of ['d1', 'd2', 'd3', 'd1', 'd3']) world.send(dev);
  for (const dev of ['d1', 'd2', 'd3']) world.read(dev);
  world.push('d1');
  world.push('d2');
  world.say('u1');
  world.cut('d2');
  world.send('d2');
  world.pull('d1');
  for (const dev of ['d1', 'd2', 'd3']) world.read(dev);
  world.push('d1', { isAnswered: false });
  world.restart('d1');
  world.read('d1');
  world.pull('d1');
  world.read('d2');
  world.mend('d2');
  world.refuse('d1');
  world.switchTo('d3', 'u1');
  world.read('d3');
  world.send('d3');
  world.read('d1');
  return world.finish();
}
