import { FakeRealtime } from '../fakes/realtime.ts';
import { FayeSite } from './realtime-site.ts';
import { realtimeSuite } from './realtime-suite.ts';

realtimeSuite('fake', async () => {
  const realtime = new FakeRealtime();
  return {
    realtime,
    url: 'https://service.example/faye',
    judge: (verdict) => (realtime.judge = verdict),
    publish: (channel, data) => realtime.publish(channel, data),
    goAway: () => realtime.goAway(),
    dispose: () => realtime.goAway(),
  };
});

realtimeSuite('Faye over WebSocket', () => FayeSite.open());
realtimeSuite('Faye over long polling', () => FayeSite.open({ websocket: false }));
