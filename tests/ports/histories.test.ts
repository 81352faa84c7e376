import { vi } from 'vitest';
import { MemoryHistories } from '../fakes/histories.ts';
import { storeRig } from '../store/store-rig.ts';
import { historiesSuite } from './histories-suite.ts';

// Real processes on a machine that may be busy: a deadline against hanging, and no claim about speed.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

historiesSuite('Histories in memory', async () => ({
  histories: new MemoryHistories(),
  dispose: async () => undefined,
}));

historiesSuite('Histories in store processes', storeRig);
