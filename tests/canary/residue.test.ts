import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type RunningService, startService } from '../server/running-service.ts';
import { LivedMachine } from './lived-machine.ts';
import { Disk } from './victims.ts';

let service: RunningService;
let lived: LivedMachine;
const fresh = new Disk();
beforeAll(async () => {
  service = await startService();
  lived = await LivedMachine.of(service, { remember: true });
}, 120_000);
afterAll(async () => {
  lived.disk.dispose();
  fresh.dispose();
  await service.stop();
});

/** All that a machine keeps, with its random ids and secrets as if any other stood there. */
function kept(disk: Disk): object {
  const anonymous = (text: string): string => text.replace(/\b[0-9a-f]{32,64}\b/g, '<random>');
  const settings = readFileSync(join(disk.folder, 'settings.json'), 'utf8');
  const files = readdirSync(disk.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => anonymous(join(entry.parentPath, entry.name).slice(disk.folder.length + 1)));
  return {
    files: files.sort(),
    keychain: [...disk.vault.items()].map((item) => anonymous(item.join(': '))),
    // How the business presents itself is nothing about a person, and comes when the network gives it.
    settings: { ...z.looseObject({}).parse(JSON.parse(anonymous(settings))), business: null },
  };
}

it(
  'A-12 A-08 After a logout a machine keeps what one keeps that has never known anybody',
  { timeout: 60_000 },
  async () => {
    await fresh.run(service.ready, { act: 'look' });
    expect(kept(lived.disk)).not.toEqual(kept(fresh));
    await lived.disk.run(service.ready, { act: 'logout', untilTold: true });
    expect(kept(lived.disk)).toEqual(kept(fresh));
    expect(kept(fresh)).toMatchObject({
      files: [
        ...['accounts/<random>/history.db', 'accounts/<random>/key-check', 'accounts/<random>/outbox.db'],
        ...['settings.copy.json', 'settings.json'],
      ],
    });
  },
);
