import type { Shell } from 'electron';
import { fail, ok } from '../../contract/failure.ts';
import type { Result } from '../../contract/failure.ts';

const longestUrl = 2048;
const longestMailBody = 2000;

/** Control and format characters, bidi marks among them, spaces of every kind, and halves of characters: not for a URL. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u;

/**
 * What may be handed to the operating system to open: `https`, `http`, `mailto` and `tel`, written anew from its parsed
 * parts, so that what was checked is what is opened. Null for everything else, whoever asks.
 */
export function openableUrl(text: string): string | null {
  if (text.length > longestUrl || invisible.test(text)) return null;
  const url = parse(text);
  if (url === null || url.href.length > longestUrl || !isAllowed(url)) return null;
  return url.href;
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function isAllowed(url: URL): boolean {
  switch (url.protocol) {
    case 'https:':
    case 'http:':
      return url.username === '' && url.password === '' && url.hostname !== '';
    case 'mailto:':
      return isHarmlessMail(url);
    case 'tel:':
      // The whole of it: an empty query leaves its bare `?`, which `search` does not show.
      return /^tel:\+?[\d().-]{2,32}$/.test(url.href);
    default:
      return false;
  }
}

/** A mail says to whom, about what and a little more: it attaches nothing and has no header of its own. */
function isHarmlessMail(url: URL): boolean {
  const to = decoded(url.pathname);
  if (to === null || invisible.test(to) || decoded(url.search) === null || url.href.includes('#'))
    return false;
  return [...url.searchParams].every(([name, value]) => {
    if (name === 'body')
      return value.length <= longestMailBody && !invisible.test(value.replace(/[\r\n\t ]/g, ''));
    return mailHeaders.has(name) && !invisible.test(value.replaceAll(' ', ''));
  });
}

const mailHeaders = new Set(['to', 'cc', 'bcc', 'subject']);

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/**
 * Opens links in the person's own programs. This is the one place that hands anything to the shell.
 *
 * @param confirm asks the person about a link that travels in clear, naming its host as it really is (punycode).
 */
export function createOpenLink(deps: {
  readonly shell: Pick<Shell, 'openExternal'>;
  readonly confirm: (host: string) => Promise<boolean>;
}): (url: string) => Promise<Result<void>> {
  return async (text) => {
    const url = openableUrl(text);
    if (url === null) return fail({ kind: 'malformed', where: 'openLink' });
    const { protocol, host } = new URL(url);
    if (protocol === 'http:' && !(await deps.confirm(host))) return ok();
    try {
      await deps.shell.openExternal(url);
      return ok();
    } catch {
      return fail({
        kind: 'rejected',
        code: 'no_program',
        description: 'No program opens this kind of link.',
      });
    }
  };
}
