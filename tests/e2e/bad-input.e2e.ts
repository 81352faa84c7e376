import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { writeFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startKeyring } from '../keyring-session.ts';
import type { Device } from './harness/device.ts';
import { jwtFor } from './harness/jwt.ts';
import { ana } from './harness/people.ts';
import { expect, test } from './harness/story.ts';

test.describe('Signing in with something that is not right', () => {
  test('gets a sentence, and the conversation here stays as it is', async ({ service, newDevice }) => {
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.write('Still mine.');
    await desk.waitUntilSent('Still mine.');
    const ways: readonly [string, string, RegExp][] = [
      ['expired', await jwtFor(service, ana.userId, { expiresInSeconds: -60 }), /expired/i],
      [
        'of another key',
        await jwtFor(service, ana.userId, { secret: 'a secret of somebody else, long enough' }),
        /not valid|not accepted|right/i,
      ],
      [
        'of another person',
        await jwtFor(service, 'bo@example.com'),
        /somebody else|another|different|belong/i,
      ],
      ['no token at all', 'hello', /not valid|not accepted|right/i],
    ];
    for (const [, token, sentence] of ways) {
      expect(await desk.trySignInWithToken('ana@example.com', token)).toMatch(sentence);
    }
    expect(await desk.trySignInWithToken(ana.userId, '')).toMatch(/requires|token/i);
    expect(await desk.trySignIn({ userId: ana.userId, password: 'wrong' })).toMatch(/not right/);
    await desk.picture('1-wrong-password');
    await desk.page.keyboard.press('Escape');

    expect(await desk.whoAmI()).toBe(`${ana.userId}, Verified`);
    expect(await desk.texts()).toEqual(['Still mine.']);
    await desk.write('And working.');
    await desk.waitUntilSent('And working.');
  });
});

test.describe('A service that is not right', () => {
  test('does not know the app: says so, and a text waits', async ({ service, newDevice }) => {
    const desk = await newDevice('desk', {
      configUrl: service.ready.configBaseUrl,
      appId: 'nobody-knows-me',
    });
    await expect(desk.page.getByText('does not know this app')).toBeVisible();
    await desk.write('Kept.');
    expect(await desk.texts()).toEqual(['Kept.']);
    await desk.picture('2-unknown-app');
  });

  const answers = {
    'a page of HTML': { type: 'text/html', status: 200, body: '<!doctype html><title>Please log in</title>' },
    'half a JSON': { type: 'application/json', status: 200, body: '{"config": {"app": {"sta' },
    'an error of its own': {
      type: 'application/json',
      status: 500,
      body: '{"error":{"code":"x","description":"y"}}',
    },
  };
  for (const [what, answer] of Object.entries(answers)) {
    test(`answers with ${what}: says so, and loses nothing when it recovers`, async ({
      service,
      newDevice,
    }) => {
      const broken = await listen(answer);
      const desk = await newDevice('desk', { configUrl: `${urlOf(broken)}/sdk/` });
      await expect(desk.page.getByText('not answering properly')).toBeVisible();
      await desk.write('Written meanwhile.');
      expect(await desk.texts()).toEqual(['Written meanwhile.']);
      broken.close();
      broken.closeAllConnections();

      desk.change({ configUrl: service.ready.configBaseUrl });
      await desk.restart();
      await desk.waitUntilSent('Written meanwhile.');
      expect(await desk.texts()).toEqual(['Written meanwhile.']);
    });
  }
});

test('A text of 5,000 characters stays in the box, with a sentence, and can be shortened and sent', async ({
  newDevice,
}) => {
  const desk = await newDevice('desk');
  await desk.composer.fill('long '.repeat(1_000));
  await desk.composer.press('Enter');
  await expect(desk.page.getByText(/4,096|too long/i).first()).toBeVisible();
  await expect(desk.composer).toHaveValue('long '.repeat(1_000));
  await desk.picture('3-too-long');
  expect(await desk.texts()).toEqual([]);
  await desk.composer.fill('short');
  await desk.composer.press('Enter');
  await desk.waitUntilSent('short');
});

test.describe('The keychain', () => {
  test('K-07 locked at the start: waits, loses nothing, and opens when it is unlocked', async ({
    newDevice,
  }) => {
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.write('Behind the lock.');
    await desk.waitUntilSent('Behind the lock.');
    await desk.quit();
    await desk.keyring.lock();
    desk.change({ takesFocus: false });
    await desk.open();
    await expect(desk.page.getByRole('heading', { name: 'The keychain is locked' })).toBeVisible();
    await desk.picture('4-keychain-locked');
    const tryAgain = desk.page.getByRole('button', { name: 'Try again' });
    await tryAgain.click();
    await expect(tryAgain).toBeEnabled();
    await expect(desk.page.getByRole('heading', { name: 'The keychain is locked' })).toBeVisible();

    await desk.keyring.unlock();
    await tryAgain.click();
    await desk.waitForMessage('Behind the lock.');
    await expect.poll(() => desk.whoAmI()).toBe(`${ana.userId}, Verified`);
  });

  test('K-04 without the key any more: is no dead end, the thread comes back with the next sign-in', async ({
    newDevice,
  }) => {
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.write('Known to the service.');
    await desk.waitUntilSent('Known to the service.');
    await desk.quit();
    desk.emptyKeychain();
    desk.change({ takesFocus: false });
    await desk.open();
    await expect(
      desk.page.getByRole('heading', { name: 'The key is no longer in the keychain' }),
    ).toBeVisible();
    await desk.picture('7-key-missing');
    await desk.signIn(ana);
    await desk.waitForMessage('Known to the service.');
    desk.change({ takesFocus: true });
    await desk.restart();
    await desk.waitForMessage('Known to the service.');
    expect(await desk.whoAmI()).toBe(`${ana.userId}, Verified`);
  });

  test('K-08 absent: works without saving, says so, and leaves nothing behind', async ({ newDevice }) => {
    const keyring = await startKeyring({ password: 'unused', daemon: false });
    try {
      const desk = await newDevice('desk', { keyring, takesFocus: false });
      await desk.page.getByRole('button', { name: 'Use without saving' }).click();
      await desk.write('Gone when I quit.');
      await desk.waitUntilSent('Gone when I quit.');
      expect(await desk.whoAmI()).toMatch(/Nothing is saved/);
      await desk.picture('5-without-saving');
      expect(desk.accounts()).toEqual([]);
    } finally {
      await keyring.stop();
    }
  });
});

test('A second start of the same profile brings the first window forward and touches nothing', async ({
  newDevice,
}) => {
  const desk = await newDevice('desk');
  await desk.write('Once.');
  await desk.waitUntilSent('Once.');
  expect(await desk.startAgain()).toBe(0);
  expect(await desk.texts()).toEqual(['Once.']);
  await desk.write('Twice.');
  await desk.waitUntilSent('Twice.');
});

test.describe('A file that is not readable', () => {
  const spoil = (desk: Device, file: RegExp, bytes: string): void => {
    const files = readdirSync(desk.userDataDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      file.test(name),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) writeFileSync(join(desk.userDataDir, name), bytes);
  };

  test('D-09 settings: set aside, and the person is still signed in', async ({ newDevice }) => {
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.write('Before the damage.');
    await desk.waitUntilSent('Before the damage.');
    await desk.quit();
    spoil(desk, /^settings\.json$/, '{"half": ');
    await desk.open();
    await desk.waitForMessage('Before the damage.');
    expect(await desk.whoAmI()).toBe(`${ana.userId}, Verified`);
    await expect(
      desk.page.getByText('The settings could not be read.', { exact: false }).first(),
    ).toBeVisible();
    await desk.picture('6-settings-set-aside');
  });

  test('R-03 history: set aside and fetched again; what was not sent is kept', async ({
    service,
    newDevice,
  }) => {
    const desk = await newDevice('desk');
    await desk.signIn(ana);
    await desk.write('Known to the service.');
    await desk.waitUntilSent('Known to the service.');
    service.process.kill('SIGSTOP');
    await desk.write('Not sent yet.');
    await desk.kill();
    spoil(desk, /history[^/]*\.db$/, 'x'.repeat(8192));
    service.process.kill('SIGCONT');
    await desk.open();
    await desk.waitForMessage('Known to the service.');
    await desk.waitUntilSent('Not sent yet.');
    expect(await desk.texts()).toEqual(['Known to the service.', 'Not sent yet.']);
  });
});

async function listen(answer: { type: string; status: number; body: string }): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': answer.type });
    response.end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return `http://127.0.0.1:${address.port}`;
}
