import type { Result } from '../../contract/failure.ts';
import type { Absence, MachineRules } from '../../contract/machine.ts';
import type { Notice, StillThere } from '../../contract/view.ts';
import type { Clock, Undo } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Presence } from '../ports/presence.ts';

interface Deps {
  readonly presence: Presence;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: () => MachineRules;
  /** Whether there is anybody to lock or sign out: not where a session is locked already, or never began. */
  readonly isSomebodyHere: () => boolean;
  /** Show the question, or take it away. */
  readonly ask: (question: StillThere | null) => void;
  /** Fails with `passcodeNeeded` where nothing could unlock it again. */
  readonly lock: () => Promise<Result<unknown>>;
  readonly signOut: () => Promise<Result<unknown>>;
  readonly notify: (notice: Notice) => void;
}

/**
 * Watches whether somebody is there, and does what the machine's rules say when nobody is: after the idle time the
 * question "Still there?", after its grace lock or sign-out; when the desktop itself is locked, without a question.
 *
 * How long nobody has touched anything is the desktop's to say. Whoever comes in, or answers, has touched something too.
 * Where a machine was left alone and signed out once, nothing is done again before somebody has been there.
 */
export class Attendance {
  readonly #deps: Deps;
  readonly #stopListening: Undo;
  #timer: Undo = () => undefined;
  #asking = false;
  #acting = false;
  #leftAlone = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#stopListening = deps.presence.onSystemLock(() => this.#desktopLocked());
  }

  /** Somebody has come in, or the rules have changed: the idle time begins anew. */
  begin(): void {
    if (this.#acting) return;
    this.#leftAlone = false;
    this.#watchAnew();
  }

  /** "Still there?" Yes. */
  stay(): void {
    if (this.#asking) this.begin();
  }

  dispose(): void {
    this.#timer();
    this.#stopListening();
  }

  #watchAnew(): void {
    if (this.#asking) this.#deps.ask(null);
    this.#asking = false;
    this.#timer();
    const { idle } = this.#deps.rules();
    if (idle !== null) this.#after(idle.afterSeconds, () => this.#look());
  }

  #look(): void {
    const { idle } = this.#deps.rules();
    if (idle === null) return;
    const quiet = this.#deps.presence.idleSeconds();
    if (quiet < idle.afterSeconds) {
      this.#leftAlone = false;
      return this.#after(idle.afterSeconds - quiet, () => this.#look());
    }
    if (this.#leftAlone || !this.#deps.isSomebodyHere()) return this.#watchAnew();
    this.#asking = true;
    const at = this.#deps.clock.now() + idle.graceSeconds * 1000;
    this.#deps.ask({ then: idle.then, at: at as StillThere['at'] });
    this.#await(idle.graceSeconds, quiet, idle.then);
  }

  /** Look every second of the grace: a quiet that has become shorter is somebody who came back. */
  #await(seconds: number, quietBefore: number, then: Absence): void {
    this.#after(1, () => {
      const quiet = this.#deps.presence.idleSeconds();
      if (quiet < quietBefore || !this.#deps.isSomebodyHere()) this.#watchAnew();
      else if (seconds > 1) this.#await(seconds - 1, quiet, then);
      else void this.#leave(then);
    });
  }

  #desktopLocked(): void {
    const { onSystemLock } = this.#deps.rules();
    if (onSystemLock === 'nothing' || this.#acting || !this.#deps.isSomebodyHere()) return;
    void this.#leave(onSystemLock);
  }

  async #leave(how: Absence): Promise<void> {
    const { log, notify } = this.#deps;
    this.#acting = true;
    this.#timer();
    const { done, signedOut } = await this.#lockOrSignOut(how);
    this.#acting = false;
    this.#leftAlone = done;
    this.#watchAnew();
    log.info('attendance.left', { how, done, signedOut });
    if (done && signedOut) notify('signedOutIdle');
  }

  /** What nothing could unlock again is signed out instead. */
  async #lockOrSignOut(how: Absence): Promise<{ readonly done: boolean; readonly signedOut: boolean }> {
    if (how === 'lock') {
      const locked = await this.#deps.lock();
      if (locked.ok || locked.failure.kind !== 'passcodeNeeded') return { done: locked.ok, signedOut: false };
    }
    const { ok } = await this.#deps.signOut();
    return { done: ok, signedOut: true };
  }

  #after(seconds: number, task: () => void): void {
    this.#timer();
    this.#timer = this.#deps.clock.after(seconds * 1000, task);
  }
}
