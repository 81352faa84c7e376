import { describe, expect, it } from 'vitest';
import { AppId, AppUserId, ClientId, UserId } from '../../../contract/ids.ts';
import type { HttpAnswer } from '../../../main/ports/http.ts';
import type { KnownSpeaker } from '../../../main/ports/service.ts';
import { ServiceClient } from '../../../main/service/client.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { jsonAnswer, ScriptedHttp } from '../../fakes/http.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { FakeRealtime } from '../../fakes/realtime.ts';
import { bundle, config, ids, page } from './recorded.ts';

const who: KnownSpeaker = {
  clientId: ClientId.parse(ids.here),
  userId: UserId.parse(bundle.appUser.userId),
  appUserId: AppUserId.parse(ids.bob),
  credential: { kind: 'jwt', jwt: 'h.p.s' },
};

const days = 86_400_000;

/** A service that answers `answer` to everything but its configuration, which was fetched. */
async function busyWith(answer: HttpAnswer) {
  const http = new ScriptedHttp(() => jsonAnswer(200, config));
  const clock = new ManualClock();
  const service = new ServiceClient({
    http,
    clock,
    realtime: new FakeRealtime(),
    log: new RecordingLog(),
    configUrl: 'https://config.example/sdk',
    appId: AppId.parse(ids.app),
    device: { vendor: 'v', sdkVersion: '0', appName: 'a', appVersion: '0', os: 'o', osVersion: '0' },
  });
  await service.config();
  http.requests.length = 0;
  http.respond = () => answer;
  /** Every kind of request at once, as after a wait that all of them were told. */
  const ask = () =>
    Promise.all([
      service.page(who, null),
      service.markRead(who),
      service.typing(who, true),
      service.config(),
    ]);
  return { http, clock, service, ask };
}

const waits = [
  ['seconds', '7', 7_000],
  ['none', '0', 1_000],
  ['ten years', '315360000', 15 * 60_000],
  ['a time past', 'Sun, 06 Nov 1994 08:49:37 GMT', 1_000],
] as const;

describe('A service that asks to wait', () => {
  it.each(waits)(
    'D-18 hears one request in each window, whoever asks, and all when it is well again (%s)',
    async (_name, header, windowMs) => {
      const { http, clock, service, ask } = await busyWith(jsonAnswer(429, {}, header));
      const first = await service.page(who, null);
      expect(first).toEqual({ ok: false, failure: { kind: 'throttled', retryAfterMs: windowMs } });
      for (let window = 1; window <= 3; window += 1) {
        for (let asked = 0; asked < 10; asked += 1) {
          await ask();
          await clock.advance(windowMs / 20);
        }
        await clock.advance(windowMs / 2);
        expect(http.requests).toHaveLength(window);
        await ask();
        expect(http.requests).toHaveLength(window + 1);
      }
      http.respond = () => jsonAnswer(200, page);
      await clock.advance(windowMs);
      await service.page(who, null);
      await ask();
      expect(http.requests).toHaveLength(9);
    },
  );

  it.each([-400, 400])('D-11 D-18 is left alone just as long if the clock jumps (%i days)', async (jump) => {
    const { http, clock, ask } = await busyWith(jsonAnswer(503, {}, '60'));
    await ask();
    const asked = http.requests.length;
    clock.jump(jump * days);
    await clock.advance(59_999);
    for (const answer of await ask()) {
      const failure = answer.ok ? null : answer.failure;
      expect(failure).toMatchObject({ kind: 'throttled' });
      const { retryAfterMs } = failure?.kind === 'throttled' ? failure : { retryAfterMs: -1 };
      expect([retryAfterMs >= 1_000, retryAfterMs <= 60_000]).toEqual([true, true]);
    }
    expect(http.requests).toHaveLength(asked);
    await clock.advance(1);
    await ask();
    expect(http.requests).toHaveLength(asked + 1);
  });

  it('D-18 is asked again by the next one if the one that tried was given up', async () => {
    const { http, clock, service } = await busyWith(jsonAnswer(429, {}, '5'));
    await service.markRead(who);
    await clock.advance(5_000);
    http.respond = () => ({ kind: 'aborted' });
    await service.markRead(who);
    http.respond = () => jsonAnswer(200, {});
    expect(await service.markRead(who)).toEqual({ ok: true, value: undefined });
  });
});
