import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { z } from 'zod';
import { ErasedPlace } from '../contract/erase-report.ts';
import { AccountId } from '../contract/ids.ts';
import { createKeysFile, createSettingsFile } from './adapters/settings-electron-store.ts';
import type { EraseOrder } from './erase-thread.ts';
import type { Log } from './ports/log.ts';
import { Settings, type SettingsValue } from './settings/settings.ts';

/** An account or a secret of the device's own, gone or not. */
const Outcome = z.object({ id: AccountId, gone: z.boolean(), places: z.array(ErasedPlace).readonly() });
export const Outcomes = z.array(Outcome).readonly();
export type Outcomes = z.infer<typeof Outcomes>;

/** Longer than a keychain that answers nothing may keep us, for a dozen accounts. */
const patienceMs = 120_000;

/** The files that hold keys sealed under a passphrase, and what was set aside of them and of the settings. */
const sealedFiles = /^keys(?:\.copy)?\.json(?:\.bad|\.tmp-.*)?$|^settings(?:\.copy)?\.json\.bad$/;

/**
 * Take everybody off this device, whichever service they are of, without a window, a service or a screen: accounts, what was
 * half erased, sign-ins under way, and what the service was still to be told. Prints one line of JSON.
 *
 * All of it happens before this returns: without a screen, Chromium ends the process as soon as it is let.
 *
 * @param deps.built where a built entry file lies, absolute
 * @returns whether all of it is gone; what is not, the next start goes on with
 */
export function eraseAll(deps: {
  readonly userData: string;
  readonly crashDumps: string;
  readonly built: (file: string) => string;
  readonly log: Log;
  readonly print: (line: string) => void;
}): boolean {
  const { userData, crashDumps, built, log, print } = deps;
  const settings = new Settings({ file: createSettingsFile(userData), log });
  const sealed = sealedIds(createKeysFile(userData).load().raw);
  const ids = [...new Set([...listedIds(settings.value), ...sealed, ...folderIds(userData)])];
  // A tombstone for each before anything goes: whatever stops this, the next start finishes it.
  const none = { accounts: [], active: {}, passing: [], notes: [] };
  const listed = settings.update({ ...none, erasing: ids });
  const files = removeSealedFiles(userData);
  const vaultEntry = built('vault.cjs');
  const outcomes = inThread(built('erase.cjs'), { ids, sealed, userData, crashDumps, vaultEntry });
  const left = ids.filter((id) => !outcomes.some((outcome) => outcome.id === id && outcome.gone));
  const cleared = settings.update({ ...none, erasing: left }) && listed;
  const isGone = left.length === 0 && files.remaining === 0 && cleared;
  print(`${JSON.stringify(reportOf(ids.length, left.length, files, outcomes))}\n`);
  return isGone;
}

function listedIds({ accounts, active, erasing, passing, notes }: SettingsValue): readonly AccountId[] {
  const listed = [...accounts, ...notes].map(({ id }) => id);
  return [...listed, ...Object.values(active), ...erasing, ...passing];
}

/** Whose keys are sealed under a passphrase here. A file that cannot be understood tells none. */
function sealedIds(raw: unknown): readonly AccountId[] {
  const parsed = z.object({ items: z.record(AccountId, z.unknown()) }).safeParse(raw);
  return parsed.success ? z.array(AccountId).parse(Object.keys(parsed.data.items)) : [];
}

/** Histories that the settings, once damaged, may know nothing of any more. */
function folderIds(userData: string): readonly AccountId[] {
  return namesIn(join(userData, 'accounts')).flatMap((name) => AccountId.safeParse(name).data ?? []);
}

function removeSealedFiles(userData: string): { readonly removed: number; readonly remaining: number } {
  const found = namesIn(userData).filter((name) => sealedFiles.test(name));
  for (const name of found) {
    try {
      rmSync(join(userData, name), { recursive: true, force: true });
    } catch {
      // It is counted below.
    }
  }
  const remaining = namesIn(userData).filter((name) => sealedFiles.test(name)).length;
  return { removed: found.length - remaining, remaining };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Let another thread do what takes time, and stand still meanwhile. Nothing done counts as nothing gone. */
function inThread(entry: string, order: EraseOrder): Outcomes {
  if (order.ids.length === 0) return [];
  const bell = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const thread = new Worker(entry, { workerData: { order, bell, port: port2 }, transferList: [port2] });
  Atomics.wait(bell, 0, 0, patienceMs);
  const outcomes = Outcomes.safeParse(receiveMessageOnPort(port1)?.message);
  void thread.terminate();
  return outcomes.success ? outcomes.data : [];
}

function reportOf(
  found: number,
  left: number,
  files: ReturnType<typeof removeSealedFiles>,
  outcomes: Outcomes,
): object {
  const places = new Map<string, { place: string; removed: number; bytes: number; remaining: number }>();
  const all = outcomes.flatMap((outcome) => outcome.places);
  for (const { place, removed, bytes, remaining } of [...all, { place: 'key', bytes: 0, ...files }]) {
    const sum = places.get(place) ?? { place, removed: 0, bytes: 0, remaining: 0 };
    places.set(place, {
      place,
      removed: sum.removed + removed,
      bytes: sum.bytes + bytes,
      remaining: sum.remaining + remaining,
    });
  }
  return { found, erased: found - left, remaining: left + files.remaining, places: [...places.values()] };
}
