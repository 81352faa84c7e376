import { describe, expect, it } from 'vitest';
import { MemoryVault } from '../fakes/vault.ts';
import { settle } from '../fakes/clock.ts';
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
