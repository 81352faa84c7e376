/** A process that follows a feed, stops, and has nothing else to do. `silence`: the server never says a word. */
import { createRealtime } from '../../main/adapters/realtime-faye.ts';

const [url = '', kind = ''] = process.argv.slice(2);
const done = (): void => {
  subscription.close();
  process.stdout.write('closed\n');
};
const subscription = createRealtime().open(
  { url, channel: '/sdk/apps/app/appusers/bob', credential: () => ({}) },
  {
    // A moment later the WebSocket has taken over from the first poll.
    subscribed: () => setTimeout(done, 200),
    refused: () => process.exit(2),
    down: () => process.exit(3),
    received: () => undefined,
  },
);
if (kind === 'silence') setTimeout(done, 200);
