import type { z } from 'zod';
import type { AccountId } from '../../contract/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Vault, VaultErase, VaultRead, VaultTrouble, VaultWrite } from '../ports/vault.ts';
import type { HelperProcess, LaunchHelper } from './child-process.ts';
import { vaultProgram } from './vault-program.ts';
import { EraseAnswer, ReadAnswer, VaultReply, WriteAnswer } from './vault-protocol.ts';
import type { VaultRequest } from './vault-protocol.ts';

/** Every call answers within this, whatever the keychain does. */
const deadlineMs = 5_000;

/**
 * The OS keychain through keytar, at arm's length: each call is a process of its own, one at a time. A process that
 * crashes is `unavailable`, one that hangs is killed and is a `timeout`; the app notices nothing else.
 */
export class KeytarVault implements Vault {
  readonly #launch: LaunchHelper;
  readonly #entryPath: string;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Resolves when the call before has come to its end. */
  #turn: Promise<void> = Promise.resolve();
  #running: HelperProcess | null = null;
  /** Stays behind while the keyring's own window asks the person for the password. */
  #prompting: HelperProcess | null = null;
  #disposed = false;

  /** @param entryPath of the built `vault-process.ts`, absolute. */
  constructor(needs: {
    readonly launch: LaunchHelper;
    readonly entryPath: string;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    this.#launch = needs.launch;
    this.#entryPath = needs.entryPath;
    this.#clock = needs.clock;
    this.#log = needs.log;
  }

  read(account: AccountId): Promise<VaultRead> {
    return this.#ask(ReadAnswer, () => ({ call: 'read', account, mayPrompt: this.#prompting === null }));
  }

  write(account: AccountId, secret: string): Promise<VaultWrite> {
    return this.#ask(WriteAnswer, () => ({
      ...{ call: 'write', account, secret },
      mayPrompt: this.#prompting === null,
    }));
  }

  erase(account: AccountId): Promise<VaultErase> {
    return this.#ask(EraseAnswer, () => ({ call: 'erase', account }));
  }

  /** End whatever process is still there; calls under way answer `unavailable`. */
  dispose(): void {
    this.#disposed = true;
    this.#running?.kill();
    this.#prompting?.kill();
  }

  /** The deadline runs from the call, not from its turn; a call that missed it while waiting is never begun. */
  #ask<T>(shape: z.ZodType<T>, request: () => VaultRequest): Promise<T | VaultTrouble> {
    return new Promise((resolve) => {
      let overdue = false;
      const undo = this.#clock.after(deadlineMs, () => {
        overdue = true;
        // Killed, it ends the turn; whatever waits behind goes on.
        if (begun) this.#running?.kill();
        this.#log.warn('vault.timeout', { begun });
        resolve({ kind: 'timeout' });
      });
      let begun = false;
      this.#turn = this.#turn.then(async () => {
        if (overdue) return;
        begun = true;
        const answer = await this.#exchange(shape, request());
        undo();
        resolve(answer);
      });
    });
  }

  #exchange<T>(shape: z.ZodType<T>, request: VaultRequest): Promise<T | VaultTrouble> {
    return new Promise((resolve) => {
      if (this.#disposed) return resolve({ kind: 'unavailable' });
      const helper = this.#launch(vaultProgram(this.#entryPath));
      this.#running = helper;
      helper.onMessage((raw) => {
        const reply = VaultReply.safeParse(raw);
        const answer = shape.safeParse(reply.data?.answer);
        resolve(answer.success ? answer.data : { kind: 'unavailable' });
        if (reply.data?.prompting === true) this.#prompting = helper;
        else helper.kill();
      });
      helper.onExit(() => {
        if (this.#prompting === helper) this.#prompting = null;
        if (this.#running === helper) this.#running = null;
        resolve({ kind: 'unavailable' });
      });
      helper.post(request);
    });
  }
}
