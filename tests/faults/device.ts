/** A wall clock that is wrong: what it shows now (milliseconds since 1970), and how fast it runs. */
export interface ClockSetting {
  readonly to: number;
  /** 1.1 is a tenth too fast, 0 stands still. */
  readonly factor: number;
}

/** One of a person's devices, as a test drives it: the core under plain Node, or the real app in a real window. */
import type { Entry } from './history.ts';

/** How a device stands, beside its messages. */
export interface Standing {
  /** The kinds of `contract/session.ts` and `contract/link.ts`. */
  readonly session: string;
  readonly link: string;
  /** Own messages that the service has not accepted yet; failed ones do not count. */
  readonly waiting: number;
}

export interface Device {
  readonly name: string;
  readonly kind: 'core' | 'app';
  /** The process group's leader, while it runs: what may be killed or frozen. */
  readonly pid: number | null;
  /** The store process of this moment; the device starts another when it goes. */
  readonly storePid: number | null;
  /** Resolves when a message can be written here. */
  start(): Promise<void>;
  /** `queued`: the person was shown that it is kept. `unknown`: the device died before it answered. */
  send(key: string, text: string): Promise<'queued' | 'refused' | 'unknown'>;
  /** Everything this device would show, in the order shown; null if it does not run. */
  list(): Promise<readonly Entry[] | null>;
  /** Null if it does not run. */
  look(): Promise<Standing | null>;
  login(userId: string, jwt?: string): Promise<'ok' | 'refused' | 'unknown'>;
  logout(): Promise<'ok' | 'refused' | 'unknown'>;
  /** SIGKILL to the whole group. Resolves when nothing of it runs. */
  kill(): Promise<void>;
  /** Sets its wall clock, also of later starts; null puts it right. Absent where it cannot be set. */
  setClock?(setting: ClockSetting | null): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** In an orderly way; resolves when nothing of it runs. */
  stop(): Promise<void>;
  /** Whenever nothing of it runs any more, however that came about. */
  onEnd(listener: () => void): void;
  /** Files and folders with everything it has left on the disk, its keychain apart; none before its first start. */
  readonly traces: readonly string[];
  /** What it has logged in all its lives. */
  log(): string;
  /** End it and forget all it has kept. */
  dispose(): Promise<void>;
}
