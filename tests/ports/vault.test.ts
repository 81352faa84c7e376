import { describe, expect, it } from 'vitest';
import { MemoryVault } from '../fakes/vault.ts';
import { settle } from '../fakes/clock.ts';
import { describeVaultStates, foreign, type Item, type VaultState } from './vault-states.ts';
import { account, describeVault } from './vault-suite.ts';

describeVault(
  'MemoryVault',
  async () => {
    const vault = new MemoryVault();
    return {
      vault,
      bring: async (trouble) => void (vault.state = trouble),
      heal: async () => void (vault.state = 'open'),
      close: async () => undefined,
    };
  },
  ['locked', 'denied', 'unavailable', 'timeout'],
);

const states: Record<VaultState, (vault: MemoryVault, item: Item) => void> = {
  'no-bus': (vault) => void (vault.state = 'unavailable'),
  'bus-no-daemon': (vault) => {
    vault.items.clear();
    vault.takesNothing = true;
  },
  unlocked: () => undefined,
  'locked-at-start': (vault) => void (vault.state = 'locked'),
  'locked-mid-session': (vault) => void (vault.state = 'locked'),
  'wrong-password': (vault) => void (vault.state = 'locked'),
  'prompt-on-screen': (vault) => void (vault.state = 'locked'),
  'prompt-dismissed': (vault) => void (vault.state = 'locked'),
  'daemon-frozen': (vault) => void (vault.state = 'timeout'),
  'daemon-killed': (vault) => void (vault.state = 'locked'),
  'item-removed': (vault, item) => void vault.items.delete(item.account),
  'item-corrupted': (vault, item) => void vault.items.set(item.account, foreign),
  'item-64kB': () => undefined,
};

describeVaultStates('MemoryVault', async (state, item) => {
  const vault = new MemoryVault();
  await vault.write(item.account, item.secret);
  states[state](vault, item);
  return {
    vault,
    heal: async () => void (vault.state = 'open'),
    close: async () => undefined,
  };
});

describe('MemoryVault, held', () => {
  it('answers nothing until released, then in order and as its state is by then', async () => {
    const vault = new MemoryVault();
    vault.hold();
    const answers: unknown[] = [];
    void vault.write(account('1'), 'secret').then((answer) => answers.push(answer));
    void vault.read(account('1')).then((answer) => answers.push(answer));
    await settle();
    expect([vault.waiting, answers, vault.items.size]).toEqual([2, [], 0]);
    vault.release();
    await settle();
    expect(answers).toEqual([{ kind: 'written' }, { kind: 'found', secret: 'secret' }]);
    expect(vault.calls.map(({ call }) => call)).toEqual(['write', 'read']);
  });
});
