import { readdirSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { CustomScheme, Protocol } from 'electron';

/** Our page has an origin of its own, so that no `file:` privileges and no web server are needed. */
export const pageUrl = 'app://main/index.html';
const scheme = 'app';
const host = 'main';

/** The page does no network at all: whatever it draws comes through the bridge. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob: att:",
  "font-src 'self'",
  "connect-src 'none'",
  'media-src att:',
  "frame-src 'none'",
  "worker-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** What a page is made of. A file of any other kind is not served. */
const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/**
 * No device, no sensor, no capture: refused in the page already, before anything of the system is touched (Electron 25 ends
 * when it is asked for a USB device where there is no udev).
 */
const unusedFeatures = [
  ...[
    'accelerometer',
    'ambient-light-sensor',
    'bluetooth',
    'camera',
    'display-capture',
    'gamepad',
    'geolocation',
  ],
  ...['gyroscope', 'hid', 'idle-detection', 'local-fonts', 'magnetometer', 'microphone', 'midi', 'payment'],
  ...[
    'publickey-credentials-get',
    'screen-wake-lock',
    'serial',
    'storage-access',
    'usb',
    'xr-spatial-tracking',
  ],
];

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'permissions-policy': unusedFeatures.map((feature) => `${feature}=()`).join(', '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Standard and secure, as modules and the clipboard need it; no `fetch`, no service worker, no bypass of any policy. */
export const pageScheme: CustomScheme = { scheme, privileges: { standard: true, secure: true } };

/** Serve the files under `root` to the session of `protocol`. `pageScheme` must be registered before the app is ready. */
export function servePage(protocol: Pick<Protocol, 'handle'>, root: string): void {
  protocol.handle(scheme, createPageServer(root));
}

type PageRequest = Pick<Request, 'url' | 'method'>;

/**
 * Answers requests for the built page. The files are listed once, and a request must name one of them to the letter:
 * there is no path to take apart, so there is none to escape by.
 *
 * @throws if `root` cannot be read.
 */
export function createPageServer(root: string): (request: PageRequest) => Promise<Response> {
  const files = listFiles(realpathSync(root));
  return async ({ url, method }) => {
    if (method !== 'GET' && method !== 'HEAD') return new Response(null, { status: 405, headers });
    const file = files.get(url);
    if (file === undefined) return new Response(null, { status: 404, headers });
    try {
      const body = await readFile(file.path);
      return new Response(method === 'HEAD' ? null : body, {
        headers: { ...headers, 'content-type': file.type },
      });
    } catch {
      return new Response(null, { status: 404, headers });
    }
  };
}

/** URL to file, for each plain file of a known kind. Links are not followed. */
function listFiles(
  root: string,
  folder = '',
): ReadonlyMap<string, { readonly path: string; readonly type: string }> {
  const files = new Map<string, { readonly path: string; readonly type: string }>();
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const type = mediaTypes[extname(entry.name)];
    if (entry.isDirectory()) for (const [url, file] of listFiles(root, name)) files.set(url, file);
    else if (entry.isFile() && type !== undefined) {
      files.set(`${scheme}://${host}/${name}`, { path: join(root, name), type });
    }
  }
  return files;
}
