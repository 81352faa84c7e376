import { normalizeText } from '../../contract/text.ts';

/**
 * The core has no `URL`, and a credential must never follow a clever one. So addresses are read by a grammar that is
 * narrower than the standard: what it does not know, it refuses. It knows no user info, no backslash, no numeric host
 * tricks (`0x7f.1`, `2130706433`) and no white space, which is where parsers disagree.
 */
const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const label = '[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?';
// The last label begins with a letter, else the name is a number in disguise.
const host = `(?:${octet}(?:\\.${octet}){3}|\\[[0-9a-f:.]{2,45}\\]|(?:${label}\\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)`;
const authority = new RegExp(`^(https?)://(${host})(?::(\\d{1,5}))?(?=[/?#]|$)`, 'i');
const unfit = /[^\u0021-\u007e]|[\\<>"^`{|}]/;

const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]'];
const maxLength = 2048;

interface Address {
  readonly scheme: 'http' | 'https';
  /** Lowercase, with the port spelled out. */
  readonly origin: string;
  readonly isLoopback: boolean;
}

function readAddress(url: string): Address | null {
  if (url.length > maxLength || unfit.test(url)) return null;
  const found = authority.exec(url.toLowerCase());
  const [, scheme, name, port] = found ?? [];
  if (name === undefined || (scheme !== 'http' && scheme !== 'https')) return null;
  const number = Number(port ?? (scheme === 'https' ? 443 : 80));
  if (number < 1 || number > 65_535) return null;
  return { scheme, origin: `${scheme}://${name}:${number}`, isLoopback: loopbackHosts.includes(name) };
}

function isSecure({ scheme, isLoopback }: Address): boolean {
  return scheme === 'https' || isLoopback;
}

/** Whether this device may talk to `url`: https, or a service on this very machine. No query and no fragment. */
export function isServiceUrl(url: string): boolean {
  const address = readAddress(url);
  return address !== null && isSecure(address) && !/[?#]/.test(url);
}

/** The same, for an address that a configuration points to: one from afar may not point to this machine's http. */
export function isServiceUrlOf(configUrl: string, url: string): boolean {
  const [from, to] = [readAddress(configUrl), readAddress(url)];
  if (from === null || to === null || !isServiceUrl(url)) return false;
  return to.scheme === 'https' || from.isLoopback;
}

/** The same for what a message speaks of: a service from afar may not have anything of this machine fetched in clear. */
export function isMediaUrlOf(configUrl: string, url: string): boolean {
  const [from, to] = [readAddress(configUrl), readAddress(url)];
  if (from === null || to === null || !isSecure(to)) return false;
  return to.scheme === 'https' || from.isLoopback;
}

/** Whether both have the same scheme, host and port. */
export function isSameOrigin(a: string, b: string): boolean {
  const [from, to] = [readAddress(a), readAddress(b)];
  return from !== null && to !== null && from.origin === to.origin;
}

/** `raw` as an address a picture or a file may be fetched from, or null. */
export function readMediaUrl(raw: string): string | null {
  const url = escapeUrl(raw);
  const address = readAddress(url);
  return address !== null && isSecure(address) ? url : null;
}

/** `raw` as a link to offer (http, https, mailto or tel, and nothing that runs or opens here), or null. */
export function readLinkUrl(raw: string): string | null {
  const url = escapeUrl(raw);
  if (url.length > maxLength) return null;
  const isContact = /^mailto:[^\s@]+@[^\s@]+$/i.test(url) || /^tel:\+?[0-9().;=-]+$/i.test(url);
  return isContact || readAddress(url) !== null ? url : null;
}

/** People write spaces and umlauts into addresses, and every browser takes them; in a host name they stay unknown. */
function escapeUrl(raw: string): string {
  return normalizeText(raw)
    .trim()
    .replace(/[^\u0021-\u007e]+|[<>"^`{|}]/g, encodeURIComponent);
}

/** `path` below `base`, whether or not `base` ends in a slash. */
export function joinUrl(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path}`;
}
