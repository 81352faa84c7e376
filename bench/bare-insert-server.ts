/**
 * The least that can keep what is posted to it: a bare HTTP server, JSON, and one commit with `synchronous=FULL` for all
 * that was posted in one turn of the event loop, to so many conversations. Prints its port when it listens.
 */
import { createServer, type ServerResponse } from 'node:http';
import { GroupCommit } from './group-commit.ts';

const [folder = '.', conversations = '1'] = process.argv.slice(2);
const inserts = new GroupCommit(folder, Number(conversations));
let waiting: { body: string; response: ServerResponse }[] = [];

function commit(): void {
  const together = waiting;
  waiting = [];
  inserts.commit(together.map(({ body }) => body));
  for (const { body, response } of together)
    response.writeHead(201, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
}

const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  request.on('end', () => {
    if (waiting.length === 0) setImmediate(commit);
    waiting.push({ body: JSON.stringify(JSON.parse(text)), response });
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});
process.on('disconnect', () => process.exit(0));
