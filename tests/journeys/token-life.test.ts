import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppId, ClientId, ClientMessageId, UserId } from '../../contract/ids.ts';
import { systemClock } from '../../main/adapters/clock-system.ts';
import { createHttp } from '../../main/adapters/http-axios.ts';
import { nodeRandom } from '../../main/adapters/random-node.ts';
import { createRealtime } from '../../main/adapters/realtime-faye.ts';
import { RefreshingService } from '../../main/identity/refresh.ts';
import type { Http, HttpRequest } from '../../main/ports/http.ts';
import type { FeedEvent, KnownSpeaker } from '../../main/ports/service.ts';
import { ServiceClient } from '../../main/service/client.ts';
import { RecordingLog } from '../fakes/log.ts';
import { Pocket } from '../fakes/pocket.ts';
import { startService, type RunningService } from '../server/running-service.ts';
import { CoreDevice } from './core-device.ts';

/** Seconds a JWT of this service is good for. */
const lifetime = 2;

let service: RunningService;
beforeAll(async () => {
  service = await startService({ args: ['--token-lifetime', String(lifetime)] });
});
afterAll(() => service.stop());

/** Ana's device, without anything but the network; what it asks is counted. */
async function device() {
  const asked: HttpRequest[] = [];
  const honest = createHttp({ fetch: globalThis.fetch });
  const http: Http = {
    request(request) {
      asked.push(request);
      return honest.request(request);
    },
    download: (wanted) => honest.download(wanted),
  };
  const clientId = ClientId.parse(nodeRandom.hex(16));
  const [pocket, log] = [new Pocket(clientId), new RecordingLog()];
  const { configBaseUrl: configUrl, appId } = service.ready;
  const description = { vendor: 'onethread', sdkVersion: '0', appName: 'Onethread', appVersion: '0' };
  const refreshing = new RefreshingService({
    service: new ServiceClient({
      http,
      realtime: createRealtime(),
      clock: systemClock,
      log,
      configUrl,
      appId: AppId.parse(appId),
      device: { ...description, os: 'test', osVersion: '0' },
    }),
    keeper: pocket,
    clock: systemClock,
    log,
  });
  const userId = UserId.parse('ana@example.com');
  const signedIn = await refreshing.signIn({ kind: 'password', userId, password: 'onethread-ana' });
  if (!signedIn.ok) throw new Error(`not signed in: ${signedIn.failure.kind}`);
  const credential = { kind: 'jwt', jwt: signedIn.value.jwt } as const;
  pocket.now = { credential, refreshToken: signedIn.value.refreshToken };
  const created = await refreshing.createUser({ clientId, userId, credential }, {});
  if (!created.ok) throw new Error(`not created: ${created.failure.kind}`);
  const { appUserId } = created.value;
  const who = (): KnownSpeaker => {
    if (pocket.now === null) throw new Error('signed out');
    return { clientId, userId, appUserId, credential: pocket.now.credential };
  };
  const refreshes = (): number =>
    asked.filter(({ json }) => typeof json === 'object' && json !== null && 'refreshToken' in json).length;
  return { refreshing, pocket, who, refreshes, asked };
}

const outgoing = (text: string) => ({
  clientMessageId: ClientMessageId.parse(nodeRandom.uuid()),
  text,
  payload: null,
  metadata: null,
});

it('K-10 outlives its JWT many times over: everything sent arrives once, and the feed goes on', async () => {
  const [desk, laptop] = [await device(), await device()];
  const heard: FeedEvent[] = [];
  let look = (): void => undefined;
  // On a machine that stands still for seconds a feed may end all the same; then it is opened anew, as sync does it.
  const follow = (): { close(): void } =>
    laptop.refreshing.follow(laptop.who, (event) => {
      heard.push(event);
      if (event.kind === 'refused' || event.kind === 'down') feed = follow();
      look();
    });
  let feed = follow();
  const texts = (): readonly string[] =>
    heard.flatMap((event) => (event.kind === 'message' ? [event.message.content.text] : []));
  const until = (fits: () => boolean): Promise<void> =>
    new Promise((done) => {
      look = () => fits() && done();
      look();
    });
  await until(() => heard.some(({ kind }) => kind === 'subscribed'));

  const sent: string[] = [];
  const end = performance.now() + 4 * lifetime * 1000;
  while (performance.now() < end) {
    const text = `message ${sent.length}`;
    expect(await desk.refreshing.send(desk.who(), outgoing(text))).toMatchObject({ ok: true });
    sent.push(text);
    await new Promise((done) => systemClock.after(50, () => done(undefined)));
  }
  expect(desk.refreshes()).toBeGreaterThanOrEqual(3);
  expect(laptop.refreshes()).toBeGreaterThanOrEqual(3);
  // Its own life began with the first subscription; each JWT since has brought another.
  expect(heard.filter(({ kind }) => kind === 'subscribed').length).toBeGreaterThanOrEqual(3);
  const page = await laptop.refreshing.page(laptop.who(), null);
  const thread = page.ok ? page.value.messages.map(({ content }) => content.text) : [];
  expect(thread).toEqual(sent.slice(-thread.length));
  // What the feed said between two subscriptions is fetched by whoever follows (sync); what it did say is in order, once.
  expect([...new Set(texts())]).toEqual(texts());
  feed.close();
});

it('K-10 is asked to sign in once its family of refresh tokens has ended, and asks no more', async () => {
  const desk = await device();
  const stolen = desk.pocket.now?.refreshToken ?? '';
  const thief = desk.refreshing;
  for (let time = 0, token = stolen; time < 2; time += 1) {
    const signedIn = await thief.signIn({ kind: 'refresh', refreshToken: token });
    if (!signedIn.ok) throw new Error('the thief was too late');
    token = signedIn.value.refreshToken ?? '';
  }
  await new Promise((done) => systemClock.after((lifetime + 1) * 1000, () => done(undefined)));
  const before = desk.asked.length;
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      desk.refreshing.send(desk.who(), outgoing(`message ${number}`)),
    ),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set([JSON.stringify({ ok: false, failure: { kind: 'signedOut', reason: 'expired' } })]),
  );
  // Twenty messages and one refresh: nothing was tried again.
  expect(desk.asked.length - before).toBe(21);
});

it('K-10 the whole device outlives its JWT, after a restart as well: nobody is asked to sign in again', async () => {
  const desk = await CoreDevice.started(service.ready);
  await desk.signIn('bo@example.com', 'onethread-bo');
  const sessions = new Set<string>();
  const sent: string[] = [];
  for (let part = 0; part < 2; part += 1) {
    const end = performance.now() + 1.5 * lifetime * 1000;
    while (performance.now() < end) {
      const text = `part ${part}, ${sent.length}`;
      await desk.write(text);
      await desk.until(({ thread }) =>
        thread.messages.some(({ content, status }) => content.text === text && status === 'sent'),
      );
      sent.push(text);
      sessions.add(desk.view.session.kind);
      await new Promise((done) => systemClock.after(100, () => done(undefined)));
    }
    await desk.quit();
    // Off for longer than its JWT lasts.
    await new Promise((done) => systemClock.after((lifetime + 1) * 1000, () => done(undefined)));
    await desk.start();
  }
  expect(sessions).toEqual(new Set(['identified']));
  await desk.until(({ link }) => link.kind === 'live');
  expect(desk.texts.filter((text) => text.startsWith('part'))).toEqual(sent.slice(-desk.texts.length));
  await desk.dispose();
}, 60_000);
