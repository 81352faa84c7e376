import type { ErasePlace } from '../../contract/erase-report.ts';
import type { AccountId } from '../../contract/ids.ts';
import type { EraseSink } from '../../main/ports/erase-sink.ts';
import type { Erased } from '../../main/ports/history.ts';

/** A place that remembers whose traces were to be taken away. */
export class FakeSink implements EraseSink {
  readonly place: ErasePlace;
  readonly erasures: AccountId[] = [];
  /** What is left of anybody. */
  remaining = 0;

  constructor(place: ErasePlace) {
    this.place = place;
  }

  async erase(account: AccountId): Promise<Erased> {
    this.erasures.push(account);
    return { files: 1, bytes: 10, remaining: this.remaining };
  }
}
