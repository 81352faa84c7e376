import { describe, expect, it } from 'vitest';
import { mayUse } from '../../../main/desktop/guards.ts';

const page = 'app://main/index.html';

/** Every name Electron asks about, as a request or as a check, and one it does not know yet. */
const permissions = [
  ...[
    'accessibility-events',
    'automatic-fullscreen',
    'background-sync',
    'clipboard-read',
    'clipboard-sanitized-write',
  ],
  ...['deprecated-sync-clipboard-read', 'display-capture', 'fileSystem', 'fullscreen', 'geolocation', 'hid'],
  ...[
    'idle-detection',
    'keyboardLock',
    'local-fonts',
    'media',
    'mediaKeySystem',
    'midi',
    'midiSysex',
    'notifications',
  ],
  ...['openExternal', 'payment-handler', 'pointerLock', 'serial', 'speaker-selection', 'storage-access'],
  ...['top-level-storage-access', 'usb', 'window-management', 'unknown', 'something new'],
];
const urls = [
  page,
  'app://main/',
  'app://main',
  'https://example.com/',
  'app://main.evil/',
  'app://main@evil/',
  'null',
  '',
];

describe('Of everything a page may ask for', () => {
  const granted: unknown[] = [];
  let asked = 0;
  for (const permission of permissions) {
    for (const url of urls) {
      for (const ours of [true, false]) {
        for (const mainFrame of [true, false]) {
          asked++;
          if (mayUse({ permission, ours, mainFrame, url }, page)) {
            granted.push({ permission, ours, mainFrame, url });
          }
        }
      }
    }
  }

  it('E-05 only our own main frame gets something, and that is to put text on the clipboard', () => {
    expect(asked).toBeGreaterThan(900);
    expect(granted).toEqual(
      [page, 'app://main/', 'app://main'].map((url) => ({
        ...{ permission: 'clipboard-sanitized-write', ours: true, mainFrame: true },
        url,
      })),
    );
  });
});
