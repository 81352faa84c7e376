/**
 * The least that can carry a message durably to another device: a Faye server that inserts what is published into SQLite,
 * with `synchronous=FULL` as the service does, one commit for all that came in one turn of the event loop, and then fans it
 * out; with `--no-disk` it only fans it out. Prints its port when it listens.
 */
import { createServer } from 'node:http';
import faye from 'faye';
import { GroupCommit } from './group-commit.ts';

const [folder = '.', disk = '--disk'] = process.argv.slice(2);
const inserts = new GroupCommit(folder, 1_000);
let waiting: { body: string; done: () => void }[] = [];

function commit(): void {
  const together = waiting;
  waiting = [];
  inserts.commit(together.map(({ body }) => body));
  for (const { done } of together) done();
}

const adapter = new faye.NodeAdapter({ mount: '/faye', timeout: 45 });
adapter.addExtension({
  incoming(message, _request, done) {
    if (disk === '--no-disk' || message.channel.startsWith('/meta/')) return done(message);
    if (waiting.length === 0) setImmediate(commit);
    waiting.push({ body: JSON.stringify(message.data), done: () => done(message) });
  },
});
const server = createServer();
adapter.attach(server);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});
process.on('disconnect', () => process.exit(0));
