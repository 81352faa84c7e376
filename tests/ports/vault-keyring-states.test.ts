import { describe } from 'vitest';
import { describeVaultStates, foreign, type Item, type VaultState } from './vault-states.ts';
import { ended, hasKeyring, hasScreen, live, openKeyringWorld } from './vault-keyring-world.ts';
import { type KeyringWorld, removeItem, replaceSecret } from './vault-keyring-world.ts';

/** Milliseconds; on a busy machine a keyring and a dozen processes take their time to start. */
const patience = 90_000;

type Heal = () => Promise<void>;

const unlock =
  ({ keyring }: KeyringWorld): Heal =>
  () =>
    keyring.unlock();

/** Let the keyring ask for its password on the screen. Resolves with the process that asks. */
async function promptOf({ keyring, vault }: KeyringWorld, { account }: Item): Promise<number> {
  await keyring.loginAgain('withoutPassword');
  const prompter = keyring.owner('org.gnome.keyring.SystemPrompter');
  await vault.read(account);
  return prompter;
}

/** How each state comes about here; resolves with the way out of it. */
const ways: Record<VaultState, (world: KeyringWorld, item: Item) => Promise<Heal>> = {
  async 'no-bus'({ keyring }) {
    live({ HOME: keyring.env['HOME'] ?? '' });
    return async () => live(keyring.env);
  },
  'bus-no-daemon': async () => async () => undefined,
  unlocked: async () => async () => undefined,
  async 'locked-at-start'(world) {
    await world.keyring.loginAgain('withoutPassword');
    return unlock(world);
  },
  async 'locked-mid-session'(world) {
    await world.keyring.lock();
    return unlock(world);
  },
  async 'wrong-password'(world) {
    await world.keyring.loginAgain('wrongPassword');
    return unlock(world);
  },
  async 'prompt-on-screen'(world, item) {
    await promptOf(world, item);
    return unlock(world);
  },
  async 'prompt-dismissed'(world, item) {
    const pid = await promptOf(world, item);
    const asking = world.helpers.at(-1);
    process.kill(pid, 'SIGKILL');
    await ended(asking);
    return unlock(world);
  },
  async 'daemon-frozen'(world) {
    await world.freeze();
    return async () => world.thaw();
  },
  async 'daemon-killed'(world) {
    await world.keyring.kill();
    return unlock(world);
  },
  async 'item-removed'({ keyring }, { account }) {
    await removeItem(keyring, account);
    return async () => undefined;
  },
  async 'item-corrupted'({ keyring }, { account }) {
    await replaceSecret(keyring, account, foreign);
    return async () => undefined;
  },
  'item-64kB': async () => async () => undefined,
};

const onScreen: readonly VaultState[] = ['prompt-on-screen', 'prompt-dismissed'];

describe.skipIf(!hasKeyring)('with a real gnome-keyring', { timeout: patience }, () => {
  describeVaultStates(
    'KeytarVault',
    async (state, item) => {
      const screen = onScreen.includes(state);
      const world = await openKeyringWorld({ screen, daemon: state !== 'bus-no-daemon' });
      if (state !== 'bus-no-daemon') await world.vault.write(item.account, item.secret);
      const heal = await ways[state](world, item);
      return { vault: world.vault, heal, close: world.close };
    },
    hasScreen ? [] : onScreen,
  );
});
