import type { Clock } from '../../main/ports/clock.ts';
import type { Histories, OpenedHistory } from '../../main/ports/history.ts';
import type { SettingsFile } from '../../main/ports/settings.ts';
import type { Vault } from '../../main/ports/vault.ts';
import type { Result } from '../../contract/failure.ts';

/** One run of the app, which may be killed at any moment. */
export class Life {
  #isOver = false;
  /** Histories opened and not closed yet. */
  stillOpen = 0;

  end(): void {
    this.#isOver = true;
  }

  /** What has been asked takes a while to be done and another to be answered; the dead do nothing and hear nothing. */
  async #ask<T>(act: () => Promise<T>): Promise<T> {
    await this.#goOn();
    const answer = await act();
    await this.#goOn();
    return answer;
  }

  async #goOn(): Promise<void> {
    await Promise.resolve();
    if (this.#isOver) await new Promise<never>(() => undefined);
  }

  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      after: (delayMs, task) => clock.after(delayMs, () => this.#isOver || task()),
    };
  }

  settingsFile(file: SettingsFile): SettingsFile {
    return { load: () => file.load(), save: (raw) => !this.#isOver && file.save(raw) };
  }

  vault(vault: Vault): Vault {
    return {
      read: (account) => this.#ask(() => vault.read(account)),
      write: (account, secret) => this.#ask(() => vault.write(account, secret)),
      erase: (account) => this.#ask(() => vault.erase(account)),
    };
  }

  histories(histories: Histories): Histories {
    const opened = async (open: () => Promise<Result<OpenedHistory>>): Promise<Result<OpenedHistory>> => {
      const answer = await this.#ask(open);
      if (!answer.ok) return answer;
      this.stillOpen += 1;
      return { ok: true, value: { ...answer.value, history: this.#history(answer.value.history) } };
    };
    return {
      open: (account, key, pageSize) => opened(() => histories.open(account, key, pageSize)),
      openInMemory: (pageSize) => opened(() => histories.openInMemory(pageSize)),
      exists: (account) => this.#ask(() => histories.exists(account)),
      erase: (account) => this.#ask(() => histories.erase(account)),
    };
  }

  #history(history: OpenedHistory['history']): OpenedHistory['history'] {
    const media = this.#mortal(history.media);
    return this.#mortal(history, (name) => {
      if (name === 'close') this.stillOpen -= 1;
      return name === 'media' ? media : undefined;
    });
  }

  /** @param instead what stands in the place of a member */
  #mortal<T extends object>(whole: T, instead: (name: string | symbol) => unknown = () => undefined): T {
    return new Proxy(whole, {
      get: (target, name) => {
        const other = instead(name);
        if (other !== undefined) return other;
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          this.#ask(() => Reflect.apply(member, target, args) as Promise<unknown>);
      },
    });
  }
}
