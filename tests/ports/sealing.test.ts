import { FakeSealing } from '../fakes/sealing.ts';
import { describeSealing } from './sealing-suite.ts';

describeSealing('FakeSealing', () => new FakeSealing());
