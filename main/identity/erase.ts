import type { ErasedPlace, EraseReport } from '../../contract/erase-report.ts';
import type { AccountId, EpochMs } from '../../contract/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceState } from '../ports/device-state.ts';
import type { EraseSink } from '../ports/erase-sink.ts';
import type { Erased, Histories } from '../ports/history.ts';
import type { Log } from '../ports/log.ts';
import type { Vault } from '../ports/vault.ts';

/** What the device state holds of erasures under way. */
type Tombstones = Pick<DeviceState, 'erasing' | 'beginErase' | 'endErase'>;

/** An erasure as far as this device is concerned: whether the service has heard of it is another matter. */
export type LocalErasure = Omit<EraseReport, 'serviceTold'>;

/**
 * Takes an account off this device: a tombstone first, then the key, then the files, then every other place on the list,
 * and only then the tombstone. Whatever stops it half-way leaves the tombstone, and the next start finishes the work. With
 * the keychain locked the files go all the same; the key, useless by then, goes at the next start with an open keychain.
 */
export class Eraser {
  readonly #vault: Pick<Vault, 'erase'>;
  readonly #histories: Histories;
  readonly #device: Tombstones;
  readonly #sinks: readonly EraseSink[];
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(deps: {
    vault: Pick<Vault, 'erase'>;
    histories: Histories;
    device: Tombstones;
    /** Every place but the keychain and the histories. */
    sinks: readonly EraseSink[];
    clock: Clock;
    log: Log;
  }) {
    this.#vault = deps.vault;
    this.#histories = deps.histories;
    this.#device = deps.device;
    this.#sinks = deps.sinks;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** The account's history must be closed. */
  async erase(account: AccountId, unsentMessages: number): Promise<LocalErasure> {
    this.#device.beginErase(account);
    const key = await this.#vault.erase(account);
    const keyRemoved = key.kind === 'erased';
    const places: ErasedPlace[] = [keyPlace(keyRemoved)];
    places.push(placed('history', await this.#histories.erase(account)));
    for (const sink of this.#sinks) places.push(placed(sink.place, await sink.erase(account)));
    const report = reportOf(this.#clock.now(), places, unsentMessages, keyRemoved);
    if (keyRemoved && report.remaining === 0) this.#device.endErase(account);
    // A full disk may have refused the tombstone; erasing has made room.
    else this.#device.beginErase(account);
    const { files, remaining } = report;
    this.#log.info('identity.erased', { keyRemoved, files, remaining });
    return report;
  }

  /** Finish what an earlier run of the app began. */
  async finish(): Promise<void> {
    for (const account of this.#device.erasing()) await this.erase(account, 0);
  }
}

/** For a session that never rested anywhere. */
export function nothingErased(at: EpochMs, unsentMessages: number): LocalErasure {
  return reportOf(at, [], unsentMessages, true);
}

function reportOf(
  at: EpochMs,
  places: readonly ErasedPlace[],
  unsentMessages: number,
  keyRemoved: boolean,
): LocalErasure {
  const sum = (of: (place: ErasedPlace) => number): number =>
    places.reduce((total, place) => total + of(place), 0);
  return {
    at,
    places,
    files: sum(({ removed }) => removed),
    bytes: sum(({ bytes }) => bytes),
    remaining: sum(({ remaining }) => remaining),
    unsentMessages,
    keyRemoved,
  };
}

const keyPlace = (removed: boolean): ErasedPlace => ({
  place: 'key',
  removed: removed ? 1 : 0,
  bytes: 0,
  remaining: removed ? 0 : 1,
});

const placed = (place: ErasedPlace['place'], { files, bytes, remaining }: Erased): ErasedPlace => ({
  place,
  removed: files,
  bytes,
  remaining,
});
