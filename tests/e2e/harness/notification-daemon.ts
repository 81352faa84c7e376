import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { KeyringSession } from '../../keyring-session.ts';

const object = { destination: 'org.freedesktop.Notifications', path: '/org/freedesktop/Notifications' };

/** A notification as a desktop was asked to show it. */
export interface ShownNotification {
  readonly id: number;
  readonly title: string;
  readonly body: string;
}

/** The desktop's notification daemon on a device's session bus: python3-dbusmock, which notes every call. */
export class NotificationDaemon {
  readonly #bus: KeyringSession;
  readonly #log: string;
  readonly #end: () => Promise<void>;

  static async start(bus: KeyringSession): Promise<NotificationDaemon> {
    const log = join(bus.env['HOME'] ?? '', 'notifications.log');
    const child = spawn(
      '/usr/bin/python3',
      [
        ...['-m', 'dbusmock', '--session', '--template', 'notification_daemon', '--logfile', log],
        ...['--parameters', JSON.stringify({ capabilities: 'body body-markup actions' })],
      ],
      { env: { PATH: process.env['PATH'], ...bus.env }, stdio: 'ignore' },
    );
    const gone = once(child, 'exit');
    await bus.owner(object.destination);
    return new NotificationDaemon(bus, log, async () => {
      child.kill();
      await gone;
      rmSync(log, { force: true });
    });
  }

  private constructor(bus: KeyringSession, log: string, end: () => Promise<void>) {
    this.#bus = bus;
    this.#log = log;
    this.#end = end;
  }

  /** Everything that was ever shown, oldest first. The daemon numbers from 1. */
  shown(): ShownNotification[] {
    const calls = /Notify ".*?" \d+ ".*?" "(.*?)" "(.*?)" \[/g;
    return [...this.#said().matchAll(calls)].map(([, title = '', body = ''], at) => ({
      id: at + 1,
      title,
      body,
    }));
  }

  /** Ids of those that were taken away. */
  closed(): number[] {
    return [...this.#said().matchAll(/CloseNotification (\d+)/g)].map(([, id]) => Number(id));
  }

  async newest(): Promise<ShownNotification> {
    await expect.poll(() => this.shown().length, { message: 'a notification is shown' }).toBeGreaterThan(0);
    const newest = this.shown().at(-1);
    if (newest === undefined) throw new Error('nothing was shown');
    return newest;
  }

  /** The person clicks on it. */
  async click({ id }: ShownNotification): Promise<void> {
    await this.#bus.call({
      ...object,
      interface: 'org.freedesktop.DBus.Mock',
      member: 'EmitSignal',
      signature: 'sssav',
      body: [
        object.destination,
        'ActionInvoked',
        'us',
        [
          { signature: 'u', value: id },
          { signature: 's', value: 'default' },
        ],
      ],
    });
  }

  stop(): Promise<void> {
    return this.#end();
  }

  #said(): string {
    return readFileSync(this.#log, 'utf8');
  }
}
