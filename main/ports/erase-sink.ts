import type { ErasePlace } from '../../contract/erase-report.ts';
import type { AccountId } from '../../contract/ids.ts';
import type { Erased } from './history.ts';

/**
 * One place where something of a person can rest. Every such place is in the one list the eraser is given (`wiring.ts`);
 * a place that is not is a leak.
 */
export interface EraseSink {
  readonly place: ErasePlace;
  /** Take away what is `account`'s, look again, and tell. Never throws: what could not be removed is `remaining`. */
  erase(account: AccountId): Promise<Erased>;
}
