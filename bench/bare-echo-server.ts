/**
 * The least that can carry a message durably to another device: a Faye server that inserts what is published into SQLite,
 * with `synchronous=FULL` as the service does, and then fans it out; with `--no-disk` it only fans it out. Prints its port
 * when it listens.
 */
import { createServer } from 'node:http';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import faye from 'faye';

const [folder = '.', disk = '--disk'] = process.argv.slice(2);
const database = new Database(join(folder, 'echo.db'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE message (id INTEGER PRIMARY KEY, body TEXT NOT NULL)');
const insert = database.prepare('INSERT INTO message (body) VALUES (?)');

const adapter = new faye.NodeAdapter({ mount: '/faye', timeout: 45 });
adapter.addExtension({
  incoming(message, _request, done) {
    if (disk !== '--no-disk' && !message.channel.startsWith('/meta/'))
      insert.run(JSON.stringify(message.data));
    done(message);
  },
});
const server = createServer();
adapter.attach(server);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});
process.on('disconnect', () => process.exit(0));
