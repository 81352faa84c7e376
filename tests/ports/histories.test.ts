import { MemoryHistories } from '../fakes/histories.ts';
import { storeRig } from '../store/store-rig.ts';
import { historiesSuite } from './histories-suite.ts';

historiesSuite('Histories in memory', async () => ({
  histories: new MemoryHistories(),
  dispose: async () => undefined,
}));

historiesSuite('Histories in store processes', storeRig);
