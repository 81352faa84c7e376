import type { ServiceClientParts } from '../../../main/service/client.ts';
import { ServiceClient } from '../../../main/service/client.ts';
import { createHttp } from '../../../main/adapters/http-axios.ts';
import { createRealtime } from '../../../main/adapters/realtime-faye.ts';
import { AppId } from '../../../contract/ids.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { RecordingLog } from '../../fakes/log.ts';
import { business, expectStatus, signInOnPage, userJwt } from '../../server/device.ts';
import { startService } from '../../server/running-service.ts';
import type { Ready } from '../../server/running-service.ts';
import { serviceSuite } from './service-suite.ts';

const device: ServiceClientParts['device'] = {
  vendor: 'onethread',
  sdkVersion: '0.1.0',
  appName: 'Onethread',
  appVersion: '0.1.0',
  os: 'test',
  osVersion: '1',
};

const ana = { userId: 'ana@example.com', password: 'onethread-ana' };

serviceSuite('the real one', async () => {
  const service = await startService();
  const { ready } = service;
  const ask = async (method: string, path: string, status: number, body?: unknown): Promise<void> => {
    expectStatus(await business(ready, method, path, body), status);
  };
  const act = (conversation: string, type: string): Promise<void> =>
    ask('POST', `/conversations/${conversation}/activity`, 200, { author: { type: 'business' }, type });
  return {
    pageSize: 100,
    account: ana,
    device: () => clientOf(ready),
    jwt: (userId) => userJwt(ready, userId),
    code: async (challenge) => {
      const asked = new URLSearchParams({ state: 's'.repeat(43), code_challenge: challenge });
      const link = await signInOnPage(`${ready.signInUrl}/page?${asked.toString()}`, ana);
      return new URL(link).searchParams.get('code') ?? '';
    },
    say: (conversation, text, buttons = []) =>
      ask('POST', `/conversations/${conversation}/messages`, 201, {
        author: { type: 'business', displayName: 'Ann' },
        content: {
          type: 'text',
          text,
          actions: buttons.map((label) => ({ type: 'postback', text: label, payload: label })),
        },
      }),
    businessTypes: (conversation, started) => act(conversation, started ? 'typing:start' : 'typing:stop'),
    businessReads: (conversation) => act(conversation, 'conversation:read'),
    close: async () => void (await service.stop()),
  };
});

function clientOf({ configBaseUrl, appId }: Ready): ServiceClient {
  return new ServiceClient({
    http: createHttp({ fetch: (input, init) => fetch(input, init) }),
    realtime: createRealtime(),
    clock: new ManualClock(),
    log: new RecordingLog(),
    configUrl: configBaseUrl,
    appId: AppId.parse(appId),
    device,
  });
}
