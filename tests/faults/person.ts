import type { Device } from './device.ts';
import type { Entry, RunEvent } from './history.ts';
import type { Send } from './plans/plan.ts';

/** Writes one line of the history. */
export type Note = (event: Pick<RunEvent, 'dev' | 'f' | 'type'> & Partial<RunEvent>) => void;

/** Somebody at a device: whatever is done there goes through here and into the history. */
export class Person {
  readonly name: string;
  readonly device: Device;
  readonly #note: Note;
  /** Sessions of this device so far; a restart goes on with the same one. */
  #epoch = 0;
  #user: string | null = null;
  #isUp = false;
  readonly #waiting = new Set<() => void>();

  constructor(name: string, device: Device, note: Note) {
    this.name = name;
    this.device = device;
    this.#note = note;
    device.onEnd(() => {
      if (!this.#isUp) return;
      this.#isUp = false;
      this.#say('exit', 'info');
    });
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Who has signed in here, as far as is known. */
  get user(): string | null {
    return this.#user;
  }

  /** @returns false if it was killed on the way */
  async start(): Promise<boolean> {
    this.#say('start', 'invoke');
    try {
      await this.device.start();
    } catch (error) {
      this.#say('start', 'info', { v: error instanceof Error ? error.message : '' });
      return false;
    }
    this.#say('start', 'ok');
    this.#isUp = true;
    for (const go of this.#waiting) go();
    this.#waiting.clear();
    return true;
  }

  async kill(): Promise<void> {
    this.#isUp = false;
    this.#say('kill', 'invoke');
    await this.device.kill();
    this.#say('kill', 'ok');
  }

  async stop(): Promise<void> {
    this.#isUp = false;
    this.#say('stop', 'invoke');
    await this.device.stop();
    this.#say('stop', 'ok');
  }

  async login(user: string, jwt: string): Promise<boolean> {
    this.#epoch += 1;
    this.#say('login', 'invoke', { v: user });
    const answer = await this.device.login(user, jwt);
    this.#say('login', typeOf[answer], { v: user });
    if (answer === 'ok') this.#user = user;
    return answer === 'ok';
  }

  async logout(): Promise<void> {
    this.#say('logout', 'invoke');
    const answer = await this.device.logout();
    this.#say('logout', typeOf[answer]);
    this.#epoch += 1;
    if (answer === 'ok') this.#user = null;
  }

  /** Waits until the device is there to be written on. */
  async send({ key, text }: Pick<Send, 'key' | 'text'>): Promise<void> {
    await this.#up();
    this.#say('send', 'invoke', { key, v: text });
    const answer = await this.device.send(key, text);
    this.#say('send', typeOf[answer], { key });
  }

  /** What is read here now; null if it could not be read whole. */
  async read(): Promise<readonly Entry[] | null> {
    this.#say('list', 'invoke');
    const [entries, standing] = await Promise.all([this.device.list(), this.device.look()]);
    const whole = entries !== null && standing !== null;
    this.#say('list', whole ? 'ok' : 'info', whole ? { v: { entries, link: standing.link } } : {});
    return entries;
  }

  #up(): Promise<void> {
    return this.#isUp ? Promise.resolve() : new Promise((resolve) => this.#waiting.add(resolve));
  }

  #say(f: RunEvent['f'], type: RunEvent['type'], more: Partial<RunEvent> = {}): void {
    this.#note({ dev: this.name, epoch: this.#epoch, f, type, ...more });
  }
}

const typeOf = { ok: 'ok', queued: 'ok', refused: 'fail', unknown: 'info' } as const;
