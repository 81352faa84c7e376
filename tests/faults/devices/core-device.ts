import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { ClockSetting, Device, Standing } from '../device.ts';
import type { Entry } from '../history.ts';
import { Answer, type Asked, Begun, type CoreOrder } from './core-words.ts';
import { groupMembers, killGroup, signalGroup, spawnGroup } from './process-group.ts';

const program = join(import.meta.dirname, 'core-program.ts');

export interface CoreDeviceOptions {
  readonly name: string;
  readonly service: CoreOrder['service'];
  /** More environment for the device and all it starts, for instance another clock. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The real core without a window, as the leader of a process group of its own; its store process goes where it goes. */
export class CoreDevice implements Device {
  readonly kind = 'core';
  readonly name: string;
  /** Everything the device keeps, and its log. */
  readonly root = mkdtempSync(join(tmpdir(), 'onethread-fault-device-'));
  readonly logPath = join(this.root, 'log.jsonl');
  readonly #options: CoreDeviceOptions;
  #child: ChildProcess | null = null;
  #waiting = new Map<number, (answer: Answer | null) => void>();
  #lastId = 0;
  #skew: (ClockSetting & { readonly at: number }) | null = null;
  readonly #onEnd: (() => void)[] = [];

  constructor(options: CoreDeviceOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get traces(): readonly string[] {
    const names = readdirSync(this.root).filter((name) => name !== 'keychain');
    return names.map((name) => join(this.root, name));
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get storePid(): number | null {
    const leader = this.pid;
    return leader === null ? null : (groupMembers(leader).find((pid) => pid !== leader) ?? null);
  }

  /** Rejects if the device ends before it has begun. */
  async start(): Promise<void> {
    if (this.#child !== null) throw new Error(`${this.name} runs already`);
    const { service, env } = this.#options;
    const order: CoreOrder = {
      folder: join(this.root, 'data'),
      vault: join(this.root, 'keychain'),
      service,
      clock: this.#clock,
    };
    const child = spawnGroup({
      command: [process.execPath, program, JSON.stringify(order)],
      env: { PATH: process.env['PATH'], HOME: this.root, ...env },
      logPath: this.logPath,
    });
    this.#child = child;
    if (child.stdout === null) throw new Error('a device without stdout');
    const lines = createInterface(child.stdout);
    // `close` comes after the last line has been read.
    child.once('close', () => this.#ended(child));
    await this.#begun(lines, child);
    lines.on('line', (line) => this.#hear(line));
  }

  async send(key: string, text: string): Promise<'queued' | 'refused' | 'unknown'> {
    const answer = await this.#ask({ do: 'send', key, text });
    if (answer === null) return 'unknown';
    return answer.failure === null ? 'queued' : 'refused';
  }

  async list(): Promise<readonly Entry[] | null> {
    return (await this.#ask({ do: 'list' }))?.list ?? null;
  }

  async look(): Promise<Standing | null> {
    return (await this.#ask({ do: 'look' }))?.standing ?? null;
  }

  async login(userId: string, jwt?: string): Promise<'ok' | 'refused' | 'unknown'> {
    return outcome(await this.#ask({ do: 'login', userId, ...(jwt === undefined ? {} : { jwt }) }));
  }

  async logout(): Promise<'ok' | 'refused' | 'unknown'> {
    return outcome(await this.#ask({ do: 'logout' }));
  }

  /** The operating system says that the network is another one, or that the machine woke up. */
  async tryNow(): Promise<void> {
    await this.#ask({ do: 'tryNow' });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const closed = once(child, 'close');
    await killGroup(child.pid);
    await closed;
  }

  async setClock(setting: ClockSetting | null): Promise<void> {
    this.#skew = setting === null ? null : { ...setting, at: Date.now() };
    await this.#ask({ do: 'setClock', ...(this.#clock ?? { to: Date.now(), factor: 1 }) });
  }

  /** What its clock shows by now, if it was set wrong. */
  get #clock(): ClockSetting | null {
    if (this.#skew === null) return null;
    const { to, factor, at } = this.#skew;
    return { to: Math.round(to + (Date.now() - at) * factor), factor };
  }

  freeze(): void {
    if (this.pid !== null) signalGroup(this.pid, 'SIGSTOP');
  }

  thaw(): void {
    if (this.pid !== null) signalGroup(this.pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    await this.#ask({ do: 'stop' });
    await this.kill();
  }

  onEnd(listener: () => void): void {
    this.#onEnd.push(listener);
  }

  log(): string {
    return readFileSync(this.logPath, 'utf8');
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.root, { recursive: true, force: true });
  }

  async #begun(lines: Interface, child: ChildProcess): Promise<void> {
    const over = new AbortController();
    const first = once(lines, 'line', over).then(([line]) => Begun.parse(JSON.parse(String(line))));
    const ended = once(child, 'close', over).then(() => {
      throw new Error(`${this.name} ended before it had begun:\n${this.log().slice(-2_000)}`);
    });
    try {
      await Promise.race([first, ended]);
    } finally {
      for (const rest of [first, ended]) rest.catch(() => undefined);
      over.abort();
    }
  }

  #ask(question: Asked): Promise<Answer | null> {
    const child = this.#child;
    if (child === null) return Promise.resolve(null);
    const id = (this.#lastId += 1);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      child.stdin?.write(`${JSON.stringify({ id, ...question })}\n`);
    });
  }

  #hear(line: string): void {
    const answer = Answer.parse(JSON.parse(line));
    this.#waiting.get(answer.id)?.(answer);
    this.#waiting.delete(answer.id);
  }

  #ended(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = null;
    for (const tell of this.#waiting.values()) tell(null);
    this.#waiting.clear();
    for (const tell of this.#onEnd) tell();
  }
}

function outcome(answer: Answer | null): 'ok' | 'refused' | 'unknown' {
  if (answer === null) return 'unknown';
  return answer.failure === null ? 'ok' : 'refused';
}
