import { parentPort } from 'node:worker_threads';
import type { ParentPort } from 'electron';
import type * as Keytar from 'keytar';
import type { AccountId } from '../../contract/ids.ts';
import type { VaultErase, VaultRead, VaultTrouble, VaultWrite } from '../ports/vault.ts';
import { askKeyring, askToUnlock } from './vault-secret-service.ts';
import type { KeyringState } from './vault-secret-service.ts';
import { VaultRequest } from './vault-protocol.ts';
import type { VaultReply } from './vault-protocol.ts';

/**
 * The vault process: asks the OS keychain one thing for main, answers, and ends. keytar runs nowhere else, because a
 * keychain may hang it or take its process down. Nothing is kept, printed or logged here.
 *
 * keytar's `null` is believed only from an open keychain: on Linux the Secret Service is asked before (which also
 * keeps libsecret from raising a prompt that nobody has the time to answer) and again after.
 */

const service = 'onethread';

/** Longer than any deadline of main's: a process that main forgot ends by itself. */
const lifetimeMs = 15_000;
/** How long the keyring's own window may stand open. */
const promptMs = 120_000;

type Keychain = Pick<typeof Keytar, 'getPassword' | 'setPassword' | 'deletePassword'>;

async function answer(request: VaultRequest): Promise<VaultRead | VaultWrite | VaultErase> {
  const before = await stateFor(request.account);
  if (before.kind !== 'open') return { kind: before.kind };
  try {
    // Loading it fails where libsecret is not installed.
    const { default: keychain } = await import('keytar');
    if (request.call === 'read') return await read(keychain, request.account);
    if (request.call === 'write') return await write(keychain, request.account, request.secret);
    return await erase(keychain, request.account);
  } catch {
    return refused(request.account);
  }
}

async function read(keychain: Keychain, account: AccountId): Promise<VaultRead> {
  const secret = await keychain.getPassword(service, account);
  if (secret !== null) return { kind: 'found', secret };
  return confirmAbsent(account, { kind: 'absent' });
}

async function write(keychain: Keychain, account: AccountId, secret: string): Promise<VaultWrite> {
  await keychain.setPassword(service, account, secret);
  const stored = await keychain.getPassword(service, account);
  return stored === secret ? { kind: 'written' } : refused(account);
}

async function erase(keychain: Keychain, account: AccountId): Promise<VaultErase> {
  await keychain.deletePassword(service, account);
  const left = await keychain.getPassword(service, account);
  return left === null ? confirmAbsent(account, { kind: 'erased' }) : refused(account);
}

/** `answer` if the keychain is open now and holds no such item. An item it holds and does not show is trouble. */
async function confirmAbsent<T>(account: AccountId, answer: T): Promise<T | VaultTrouble> {
  const after = await stateFor(account);
  if (after.kind !== 'open') return { kind: after.kind };
  return after.items === 0 ? answer : { kind: 'unavailable' };
}

/** Why the keychain said no. keytar's errors are sentences in the system's language, so they are not read. */
async function refused(account: AccountId): Promise<VaultTrouble> {
  if (process.platform !== 'linux') return { kind: process.platform === 'darwin' ? 'denied' : 'unavailable' };
  const after = await stateFor(account);
  return { kind: after.kind === 'open' ? 'denied' : after.kind };
}

/** Elsewhere than on Linux a missing item and a closed keychain are told apart by keytar itself. */
function stateFor(account: AccountId): Promise<KeyringState> {
  return process.platform === 'linux'
    ? askKeyring({ service, account })
    : Promise.resolve({ kind: 'open', items: 0 });
}

/** Where there is no screen nobody can answer a prompt. */
function screenIsThere(): boolean {
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}

async function serve(raw: unknown, reply: (reply: VaultReply) => void): Promise<void> {
  const request = VaultRequest.parse(raw);
  const given = await answer(request);
  const mayPrompt = request.call !== 'erase' && request.mayPrompt && screenIsThere();
  if (given.kind !== 'locked' || !mayPrompt) return reply({ answer: given, prompting: false });
  reply({ answer: given, prompting: true });
  endAfter(promptMs);
  const state = await stateFor(request.account);
  if (state.kind === 'locked') await askToUnlock(state.objects);
  process.exit();
}

let ending: NodeJS.Timeout | undefined;
function endAfter(ms: number): void {
  clearTimeout(ending);
  ending = setTimeout(() => process.exit(), ms);
}

endAfter(lifetimeMs);
const port: ParentPort | undefined = process.parentPort;
// What fails here is a bug or a broken message: ending is the answer, and main knows how to read it.
const failed = (): void => process.exit(1);
if (port !== undefined) {
  port.once('message', ({ data }: { data: unknown }) => {
    serve(data, (reply) => port.postMessage(reply)).catch(failed);
  });
} else if (parentPort !== null) {
  // A thread, where there is no process to be had.
  const main = parentPort;
  main.once('message', (raw) => {
    serve(raw, (reply) => main.postMessage(reply)).catch(failed);
  });
} else {
  process.once('message', (raw) => {
    serve(raw, (reply) => process.send?.(reply)).catch(failed);
  });
  process.once('disconnect', () => process.exit());
}
