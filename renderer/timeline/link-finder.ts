import { LinkifyIt } from 'linkify-it';

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

const openable = new Set(['http:', 'https:', 'mailto:', 'tel:']);
const maxUrlLength = 2_048;
/** Controls and bidirectional controls: they make an address look like another. */
const deceptive = /[\u0000-\u0020\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\\]/u;

const finder = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: false, urlAuth: true })
  .add('ftp:', null)
  .add('//', null)
  .add('tel:', {
    validate: (text: string, pos: number) =>
      /^\+?[0-9][0-9().-]{2,30}/.exec(text.slice(pos))?.[0].length ?? 0,
  });

/** Cut a text into what is a link and what is not. Joined, the segments are the text again. */
export function segments(text: string): readonly Segment[] {
  const found: Segment[] = [];
  let end = 0;
  for (const match of finder.match(text) ?? []) {
    // An address written without a scheme has not asked for the unprotected one.
    const url = openableUrl(match.schema === '' ? match.url.replace(/^http:/, 'https:') : match.url);
    if (url === null) continue;
    if (match.index > end) found.push({ kind: 'text', text: text.slice(end, match.index) });
    found.push({ kind: 'link', text: match.raw, url: url.href });
    end = match.lastIndex;
  }
  if (end < text.length) found.push({ kind: 'text', text: text.slice(end) });
  return found;
}

/** The address, if a click may offer it to the system: http, https, mailto or tel, short, and without tricks. */
export function openableUrl(address: string): URL | null {
  if (address.length > maxUrlLength || deceptive.test(address)) return null;
  const url = parse(address);
  const safe =
    url !== null &&
    openable.has(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    // An address of a person has no host in front.
    (url.protocol.startsWith('http') || url.host === '') &&
    url.href.length <= maxUrlLength;
  return safe ? url : null;
}

/** Where an address leads, to be read by people: the host in its ASCII form, or the address itself for mail and phone. */
export function shownHost(address: string): string | null {
  const url = openableUrl(address);
  if (url === null) return null;
  return url.host === '' ? url.pathname : url.host.replace(/^www\./, '');
}

/** `URL.canParse` is younger than the oldest engine we run on. */
function parse(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

/**
 * Whether the words of a link say where it leads: they name its host as the network knows it, they name none (or one in
 * letters that may look like others, `xn--…`), or they name another one.
 */
export function truthOf(words: string, url: URL): 'said' | 'unsaid' | 'otherwise' {
  const named = segments(words).flatMap((part) => (part.kind === 'link' ? [new URL(part.url)] : []));
  if (named.length === 0) return 'unsaid';
  if (named.some((each) => placeOf(each) !== placeOf(url))) return 'otherwise';
  return /[^ -~]/.test(words) && url.hostname.includes('xn--') ? 'unsaid' : 'said';
}

function placeOf(url: URL): string {
  return url.host === '' ? url.pathname.toLowerCase() : url.host.replace(/^www\./, '');
}
