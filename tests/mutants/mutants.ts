import { atRest } from './at-rest.ts';
import { delivery } from './delivery.ts';
import { identity } from './identity.ts';
import { judge } from './judge.ts';
import { keychain } from './keychain.ts';
import type { Mutant } from './sabotage.ts';
import { sharedMachine } from './shared-machine.ts';
import { shell } from './shell.ts';

/** Every sabotage that the tests have to notice; `npm run mutants` tries them. */
export const mutants: readonly Mutant[] = [
  ...keychain,
  ...atRest,
  ...identity,
  ...sharedMachine,
  ...shell,
  ...delivery,
  ...judge,
];
