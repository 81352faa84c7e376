import type { Mutant } from './sabotage.ts';

const lifecycleTest = 'tests/main/identity/lifecycle.test.ts';
const scopeTest = 'tests/main/identity/scope.test.ts';

/** Group A, account isolation, and the logout. */
export const identity: readonly Mutant[] = [
  {
    promise: 'R-09',
    name: 'leaves the key in the keychain',
    file: 'main/identity/erase.ts',
    find: 'const key = await this.#vault.erase(account);',
    replace: "const key = { kind: 'erased' };",
    test: lifecycleTest,
    title: 'erases the device and begins anew',
  },
  {
    promise: 'R-09',
    name: 'does not finish what was cut short',
    file: 'main/identity/entering.ts',
    find: 'if (device.erasing().length > 0) await eraser.finish();',
    replace: '',
    test: lifecycleTest,
    title: 'is finished by the next start',
  },
  {
    promise: 'R-09',
    name: 'removes the files while the key is still there',
    file: 'main/identity/erase.ts',
    find: 'const key = await this.#vault.erase(account);',
    replace: 'await this.#histories.erase(account);\n    const key = await this.#vault.erase(account);',
    test: 'tests/canary/logout-kills.test.ts',
    title: 'leaves nothing readable, and the next start',
  },
  {
    promise: 'A-01',
    name: 'writes for a session that is over',
    file: 'main/identity/scope.ts',
    find: "async commit(change: Change): Promise<Result<Committed>> {\n    if (this.#signal.aborted) return fail({ kind: 'sessionOver' });",
    replace: 'async commit(change: Change): Promise<Result<Committed>> {',
    test: scopeTest,
    title: 'refuses everything once it has ended',
  },
  {
    promise: 'A-04',
    name: 'hands on what was read before the session ended',
    file: 'main/identity/scope.ts',
    find: "return this.#signal.aborted ? fail({ kind: 'sessionOver' }) : answer;",
    replace: 'return answer;',
    test: scopeTest,
    title: 'drops what was read before its end',
  },
  {
    promise: 'A-03',
    name: 'shows the next person what the last one was told',
    file: 'main/identity/current.ts',
    find: 'this.#parts.follower.leave();',
    replace: '',
    test: lifecycleTest,
    title: 'shows no notice about the one before',
  },
  {
    promise: 'A-05',
    name: 'takes what anybody did not send along into the next session',
    file: 'main/identity/switching.ts',
    find: 'const carried = old === null || !how.bring ? ok() : await carry(old.history, history);',
    replace: 'const carried = old === null ? ok() : await carry(old.history, history);',
    test: 'tests/main/identity/interleavings.test.ts',
    title: 'ends in one state, settles every call',
  },
  {
    promise: 'A-08',
    name: 'gives every person at this device the same client id',
    file: 'main/identity/accounts.ts',
    find: 'clientId: ClientId.parse(this.#random.hex(16)),',
    replace: "clientId: ClientId.parse('0'.repeat(32)),",
    test: lifecycleTest,
    title: 'erases the device and begins anew',
  },
  {
    promise: 'A-07',
    name: 'leaves the store of the session before running',
    file: 'main/identity/switching.ts',
    find: 'await old?.history.close();',
    replace: '',
    test: 'tests/journeys/switching.test.ts',
    title: 'keep to themselves what they write',
  },
];
