import type { MachineRules } from '../../contract/machine.ts';
import type { Notice } from '../../contract/view.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceState } from '../ports/device-state.ts';
import type { Log } from '../ports/log.ts';
import type { Service } from '../ports/service.ts';
import type { SessionFollower } from '../ports/session-scope.ts';
import type { Accounts } from './accounts.ts';
import type { Eraser } from './erase.ts';
import type { Openings } from './openings.ts';
import type { Passcodes } from './passcodes.ts';
import type { PassphraseStatus } from './passphrase-vault.ts';
import type { Tickets } from './tickets.ts';

/** What the parts of the lifecycle share. */
export interface Parts {
  readonly accounts: Accounts;
  readonly device: DeviceState;
  readonly eraser: Eraser;
  readonly openings: Openings;
  readonly passcodes: Passcodes;
  readonly service: Service;
  readonly clock: Clock;
  readonly log: Log;
  readonly follower: SessionFollower;
  readonly notify: (notice: Notice) => void;
  readonly rules: () => MachineRules;
  /** Whether keys are kept under a passphrase here, and whether it was given in this run. */
  readonly passphrase: () => PassphraseStatus;
  /** What tells the service, now or later, that this device no longer speaks for somebody. */
  readonly tickets: Pick<Tickets, 'keep' | 'deliver'>;
}
