// Runs in a network of its own: a service, a device, and a connection between them that goes dead without a word.
import { clientId } from '../../store/messages.ts';
import { say, userJwt } from '../../server/device.ts';
import { startService } from '../../server/running-service.ts';
import { CoreDevice } from '../devices/core-device.ts';
import { FaultProxy } from '../proxy/fault-proxy.ts';
import { serviceConversation, serviceThread } from '../service-table.ts';
import type { HalfOpenWord } from './half-open-words.ts';
import { dropPackets } from './own-network.ts';

const cycles = Number(process.argv[2]);
const user = 'half';

const service = await startService({ args: ['--rate-percent', '100000'] });
const proxy = await FaultProxy.start({ target: () => service.ready.baseUrl, seed: 1 });
const link = await proxy.link('d1');
const port = Number(new URL(link.origin).port);
const device = new CoreDevice({
  name: 'd1',
  service: { configBaseUrl: link.configBaseUrl, appId: service.ready.appId },
});
await device.start();
await device.login(user, await userJwt(service.ready, user));
const word: HalfOpenWord = { idle: [], busy: [], shown: [], held: [], said: [] };
await write('first');
await until(isLive);
await until(async () => (await device.look())?.waiting === 0);
const conversation = serviceConversation(service.dataDir, user) ?? '';

for (let n = 1; n <= cycles; n += 1) {
  for (const kind of ['idle', 'busy'] as const) {
    await until(isLive);
    const restore = dropPackets(port);
    const begin = performance.now();
    if (kind === 'busy') await write(`written while cut ${n}`);
    const text = `said while cut ${kind} ${n}`;
    await say(service.ready, conversation, text);
    await until(async () => !(await isLive()));
    word[kind].push(Math.round(performance.now() - begin));
    restore();
    word.said.push(text);
    await until(async () => (await texts()).includes(text) && (await device.look())?.waiting === 0);
  }
}
word.shown = await texts();
word.held = serviceThread(service.dataDir, user).map(({ text }) => text);
await device.dispose();
await proxy.close();
await service.stop();
process.stdout.write(`${JSON.stringify(word)}\n`);
process.exit(0);

async function write(text: string): Promise<void> {
  word.said.push(text);
  await device.send(clientId(word.said.length), text);
}

async function texts(): Promise<string[]> {
  return ((await device.list()) ?? []).map(({ text }) => text);
}

async function isLive(): Promise<boolean> {
  return (await device.look())?.link === 'live';
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
