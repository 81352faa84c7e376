/** Texts and addresses come from strangers: what of them may be followed, and what may be shown. */
import { LinkifyIt } from 'linkify-it';

const finder = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });

export type Piece = { readonly text: string; readonly href?: string };

/** `text` in pieces, those that are safe to follow with their address. */
export function pieces(text: string): Piece[] {
  const all: Piece[] = [];
  let end = 0;
  for (const { index, lastIndex, url } of finder.match(text) ?? []) {
    const href = safeHref(url);
    if (href === null) continue;
    if (index > end) all.push({ text: text.slice(end, index) });
    all.push({ text: text.slice(index, lastIndex), href });
    end = lastIndex;
  }
  if (end < text.length) all.push({ text: text.slice(end) });
  return all;
}

/** Controls and bidirectional controls: they make an address look like another. */
const deceptive = /[\u0000-\u0020\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\\]/u;

/** An address a click may follow: the web and mail, nothing that runs here. */
export function safeHref(address: string): string | null {
  if (deceptive.test(address) || !URL.canParse(address)) return null;
  const { protocol, href } = new URL(address);
  return ['http:', 'https:', 'mailto:'].includes(protocol) ? href : null;
}

/** Where a link leads, for people to read. */
export function hostOf(href: string): string {
  const { host, pathname } = new URL(href);
  return host === '' ? pathname : host;
}

/** The path of a picture that lies with this service; pictures from elsewhere would tell others who looks at them. */
export function ownPicture(address: string, origin: string): string | null {
  if (!URL.canParse(address)) return null;
  const { origin: theirs, pathname } = new URL(address);
  return theirs === origin && pathname.startsWith('/attachments/') ? pathname : null;
}
