import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountId } from '../../contract/ids.ts';
import type { VaultTrouble } from '../../main/ports/vault.ts';
import type { Vault } from '../../main/ports/vault.ts';

/** One keychain and the hand that brings it into trouble. */
export interface VaultWorld {
  readonly vault: Vault;
  bring(trouble: VaultTrouble['kind']): Promise<void>;
  heal(): Promise<void>;
  close(): Promise<void>;
}

export const account = (digit: string): AccountId => AccountId.parse(digit.repeat(32));

/** What every vault promises, whatever it is made of. */
export function describeVault(
  name: string,
  open: () => Promise<VaultWorld>,
  troubles: readonly VaultTrouble['kind'][],
): void {
  describe(name, () => {
    let world: VaultWorld;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world.close());

    it('K-03 answers absent for a secret never written', async () => {
      expect(await world.vault.read(account('0'))).toEqual({ kind: 'absent' });
    });

    it('K-05 reads back what was written, to the last character', async () => {
      const secret = `{"jwt":"é😀 \\u0000 ${'x'.repeat(16_384)}"}`;
      expect(await world.vault.write(account('1'), secret)).toEqual({ kind: 'written' });
      expect(await world.vault.read(account('1'))).toEqual({ kind: 'found', secret });
    });

    it('keeps one secret per account, the last one written', async () => {
      await world.vault.write(account('2'), 'first');
      await world.vault.write(account('3'), 'other');
      await world.vault.write(account('2'), 'second');
      expect(await world.vault.read(account('2'))).toEqual({ kind: 'found', secret: 'second' });
      expect(await world.vault.read(account('3'))).toEqual({ kind: 'found', secret: 'other' });
    });

    it('carries out calls in the order they were made', async () => {
      const answers = await Promise.all([
        world.vault.write(account('4'), 'first'),
        world.vault.read(account('4')),
        world.vault.write(account('4'), 'second'),
        world.vault.read(account('4')),
        world.vault.erase(account('4')),
        world.vault.read(account('4')),
      ]);
      expect(answers).toEqual([
        { kind: 'written' },
        { kind: 'found', secret: 'first' },
        { kind: 'written' },
        { kind: 'found', secret: 'second' },
        { kind: 'erased' },
        { kind: 'absent' },
      ]);
    });

    it('answers erased for a secret that was never there', async () => {
      expect(await world.vault.erase(account('5'))).toEqual({ kind: 'erased' });
    });

    for (const trouble of troubles) {
      it(`K-03 answers ${trouble} to every call while that is so, and loses nothing by it`, async () => {
        const [kept, missing] = [account('a'), account('b')];
        await world.vault.write(kept, 'kept');
        await world.bring(trouble);
        const during = await Promise.all([
          world.vault.read(kept),
          world.vault.read(missing),
          world.vault.write(missing, 'new'),
          world.vault.erase(kept),
        ]);
        await world.heal();
        expect(during).toEqual(Array(4).fill({ kind: trouble }));
        expect(await world.vault.read(kept)).toEqual({ kind: 'found', secret: 'kept' });
        expect(await world.vault.read(missing)).toEqual({ kind: 'absent' });
      });
    }
  });
}
