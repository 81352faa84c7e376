/** What would help a thief: tokens at rest, and answers that take longer for what is nearly right. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken } from '../../server/ids.ts';
import { startInProcess, type InProcess } from './app-in-process.ts';
import { Device, newUserId, userJwt } from './device.ts';
import { startService } from './running-service.ts';

/** The long run has 20,000 of each kind. */
const samples = Number(process.env['ONETHREAD_SAMPLES'] ?? 1_500);

const tokenOf = ({ credential }: Device): string => (credential.kind === 'session' ? credential.token : '');

describe('A session token', () => {
  it('S-11 lies nowhere on the disk, nor in the log, but as its hash; a JWT not at all', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tokens-'));
    const service = await startService({ dataDir });
    const devices = Array.from({ length: 20 }, () => new Device(service.ready));
    const secrets: string[] = [];
    for (const [index, device] of devices.entries()) {
      await device.create();
      secrets.push(tokenOf(device));
      await device.send(`marker ${index}`);
      if (index % 2 === 0) await device.login(newUserId());
      secrets.push(tokenOf(device));
      const feed = await device.listen();
      feed.close();
    }
    const named = newUserId();
    const jwt = await userJwt(service.ready, named);
    const own = new Device(service.ready);
    await own.login(named, jwt);
    await own.create({ userId: named });
    secrets.push(jwt, jwt.split('.')[2] ?? '');
    const alive = devices.map((device) => hashToken(tokenOf(device)));
    const running = await bytesBelow(dataDir);
    const log = service.log();
    await service.stop();
    const stopped = await bytesBelow(dataDir);
    for (const bytes of [running, stopped]) {
      // The scan finds what is there: texts, and the hash of every token that is good.
      expect(bytes.includes('marker 19')).toBe(true);
      for (const hash of alive) expect(bytes.includes(hash)).toBe(true);
      for (const secret of secrets) {
        for (const spelling of [
          secret,
          Buffer.from(secret).toString('base64'),
          Buffer.from(secret).toString('hex'),
        ])
          expect(bytes.includes(spelling)).toBe(false);
      }
    }
    for (const secret of secrets) expect(log).not.toContain(secret);
    expect(new Set(secrets.map((secret) => secret.length >= 43))).toEqual(new Set([true]));
    await rm(dataDir, { recursive: true });
  });

  it('S-11 is dead after the login that followed it, and after its logout', async () => {
    const service = await startInProcess();
    const device = new Device(service.ready);
    await device.create();
    const before = new Device(service.ready, device.clientId);
    [before.credential, before.appUserId] = [device.credential, device.appUserId];
    await device.login(newUserId());
    expect((await before.request('GET', before.own)).status).toBe(401);
    expect((await device.request('GET', device.own)).status).toBe(200);
    await device.request('POST', `${device.own}/logout`, { client: device.client });
    expect((await device.request('GET', device.own)).status).toBe(401);
    await service.stop();
  });
});

async function bytesBelow(folder: string): Promise<Buffer> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const all = files.filter((file) => file.isFile());
  return Buffer.concat(await Promise.all(all.map((file) => readFile(join(file.parentPath, file.name)))));
}

describe('How long a refusal takes', () => {
  let service: InProcess;
  let ana: Device;
  let bo: Device;
  beforeAll(async () => {
    service = await startInProcess({ rateScale: 100_000 });
    [ana, bo] = [new Device(service.ready), new Device(service.ready)];
    for (const device of [ana, bo]) await device.create();
    for (let index = 0; index < 60; index += 1) await bo.send(`${index}`);
  });
  afterAll(() => service.stop());

  const refused = async (path: string, who: string, token: string, status: number): Promise<void> => {
    const answer = await service.app.http.inject({
      url: `/sdk/apps/${service.ready.appId}${path}`,
      headers: { authorization: `Basic ${Buffer.from(`${who}:${token}`).toString('base64')}` },
    });
    expect(answer.statusCode).toBe(status);
  };

  it(`S-11 tells nothing of how much of a token was right, in ${samples} samples of each`, async () => {
    const right = tokenOf(ana);
    const nearly = `${right.slice(0, -1)}${right.endsWith('A') ? 'B' : 'A'}`;
    const wrong = 'x'.repeat(right.length);
    const t = await welch(
      () => refused(ana.own, ana.appUserId, nearly, 401),
      () => refused(ana.own, ana.appUserId, wrong, 401),
    );
    expect(Math.abs(t)).toBeLessThan(4.5);
  }, 120_000);

  it(`S-04 tells nothing of whether somebody has that id, in ${samples} samples of each`, async () => {
    const nobody = '0123456789abcdef01234567';
    const t = await welch(
      () => refused(`${bo.own}/messages`, ana.appUserId, tokenOf(ana), 404),
      () => refused(`/appusers/${nobody}/messages`, ana.appUserId, tokenOf(ana), 404),
    );
    expect(Math.abs(t)).toBeLessThan(4.5);
  }, 120_000);

  it('would be seen in the figures, if it told', async () => {
    const t = await welch(
      () => refused(`${bo.own}/messages`, ana.appUserId, tokenOf(ana), 404),
      async () => {
        await refused(`${bo.own}/messages`, ana.appUserId, tokenOf(ana), 404);
        await refused(`${bo.own}/messages`, ana.appUserId, tokenOf(ana), 404);
      },
    );
    expect(Math.abs(t)).toBeGreaterThan(4.5);
  }, 120_000);
});

/**
 * Welch's t of how long two things take, measured in pairs whose order changes at random, so that whatever else the
 * machine does falls on both alike; of each the slowest tenth is left out.
 */
async function welch(one: () => Promise<void>, other: () => Promise<void>): Promise<number> {
  const took: [number[], number[]] = [[], []];
  const time = async (which: 0 | 1): Promise<void> => {
    const began = process.hrtime.bigint();
    await (which === 0 ? one() : other());
    took[which].push(Number(process.hrtime.bigint() - began));
  };
  let state = 20_263;
  for (let index = 0; index < samples + 100; index += 1) {
    state = (state * 48_271) % 2_147_483_647;
    const first = state % 2 === 0 ? 0 : 1;
    await time(first);
    await time(first === 0 ? 1 : 0);
  }
  const [a, b] = [moments(took[0].slice(100)), moments(took[1].slice(100))];
  return (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
  readonly count: number;
}

function moments(times: number[]): Moments {
  const kept = times.toSorted((x, y) => x - y).slice(0, Math.floor(times.length * 0.9));
  const mean = kept.reduce((sum, time) => sum + time, 0) / kept.length;
  const variance = kept.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (kept.length - 1);
  return { mean, variance, count: kept.length };
}
