import { afterEach, describe, expect, it } from 'vitest';
import type { AccountId } from '../../contract/ids.ts';
import type { Vault, VaultErase, VaultRead, VaultTrouble, VaultWrite } from '../../main/ports/vault.ts';
import { account } from './vault-suite.ts';

/** What a keychain in one state answers: about an item it was given before, about one it never had, and to a change. */
interface Answers {
  readonly kept: VaultRead;
  readonly never: VaultRead;
  readonly write: VaultWrite;
  readonly erase: VaultErase;
  /** About the item it was given before, once the state is over. Null: it was given none. */
  readonly afterwards: VaultRead | null;
}

const secret = '{"databaseKey":"kept"}';
const large = 'k'.repeat(65_536);
/** What another program put in the place of the secret. The reader has to judge it; no keychain can. */
export const foreign = 'not ours';

const found = (of: string): VaultRead => ({ kind: 'found', secret: of });
const absent: VaultRead = { kind: 'absent' };
const well = { never: absent, write: { kind: 'written' }, erase: { kind: 'erased' } } as const;
const trouble = (kind: VaultTrouble['kind']): Answers => ({
  kept: { kind },
  never: { kind },
  write: { kind },
  erase: { kind },
  afterwards: found(secret),
});

/** The thirteen states a keychain is found in, each with the only right answers (security.md K-03). */
const answers = {
  'no-bus': trouble('unavailable'),
  // The bus starts an empty daemon for whoever asks first. It has no keyring, so there is nothing; and it takes nothing.
  'bus-no-daemon': { ...well, kept: absent, write: { kind: 'denied' }, afterwards: null },
  unlocked: { ...well, kept: found(secret), afterwards: found(secret) },
  'locked-at-start': trouble('locked'),
  'locked-mid-session': trouble('locked'),
  'wrong-password': trouble('locked'),
  'prompt-on-screen': trouble('locked'),
  'prompt-dismissed': trouble('locked'),
  'daemon-frozen': trouble('timeout'),
  // The bus starts a new daemon for whoever asks next, and that one has not seen the password.
  'daemon-killed': trouble('locked'),
  'item-removed': { ...well, kept: absent, afterwards: absent },
  'item-corrupted': { ...well, kept: found(foreign), afterwards: found(foreign) },
  'item-64kB': { ...well, kept: found(large), afterwards: found(large) },
} as const satisfies Record<string, Answers>;
export type VaultState = keyof typeof answers;

export interface Item {
  readonly account: AccountId;
  readonly secret: string;
}

/** A keychain in one of the states. */
export interface VaultInState {
  readonly vault: Vault;
  /** End the state. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** No call takes longer of a keychain that does not answer. The vault's own deadline is half a second less. */
const patienceMs = 5_500;

/**
 * The thirteen states, one test each.
 *
 * @param enter gives a keychain `item` to keep (unless there is none to give it to) and brings it into the state.
 * @param unreachable states that cannot be made here; they count as skipped.
 */
export function describeVaultStates(
  name: string,
  enter: (state: VaultState, item: Item) => Promise<VaultInState>,
  unreachable: readonly VaultState[] = [],
): void {
  describe(`${name}, in each of thirteen states`, () => {
    let world: VaultInState | null = null;
    afterEach(async () => {
      await world?.close();
      world = null;
    });

    for (const [state, row] of Object.entries(answers) as [VaultState, Answers][]) {
      it.skipIf(unreachable.includes(state))(`K-03 ${state} → ${inWords(row)}`, async () => {
        const item = { account: account('a'), secret: state === 'item-64kB' ? large : secret };
        world = await enter(state, item);
        const { vault } = world;
        const calls: readonly (() => Promise<unknown>)[] = [
          () => vault.read(item.account),
          () => vault.read(account('b')),
          () => vault.write(account('c'), 'new'),
          () => vault.erase(account('d')),
        ];
        const given = state === 'daemon-frozen' ? await atOnce(calls) : await inTurn(calls);
        expect(given).toEqual([row.kept, row.never, row.write, row.erase]);

        await world.heal();
        if (row.afterwards !== null) expect(await vault.read(item.account)).toEqual(row.afterwards);
        const written = row.write.kind === 'written';
        expect(await vault.read(account('c'))).toEqual(written ? found('new') : absent);
      });
    }
  });
}

/** Each waits out its whole deadline; together they take no longer than one. */
const atOnce = (calls: readonly (() => Promise<unknown>)[]): Promise<unknown[]> =>
  Promise.all(calls.map((call) => soon(call())));

async function inTurn(calls: readonly (() => Promise<unknown>)[]): Promise<unknown[]> {
  const given = [];
  for (const call of calls) given.push(await call());
  return given;
}

/**
 * `answer`, or `late`. No measure of this machine's speed: the vault's own timer was set earlier and is due earlier, so it
 * fires earlier, however late both are.
 */
function soon<T>(answer: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patienceMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function inWords({ kept, never, write, erase }: Answers): string {
  const kinds = new Set([kept.kind, never.kind, write.kind, erase.kind]);
  if (kinds.size === 1) return kept.kind;
  const said = kept.kind !== 'found' ? kept.kind : kept.secret === foreign ? 'found, not ours' : 'found';
  return `${said} (write: ${write.kind}, erase: ${erase.kind})`;
}
