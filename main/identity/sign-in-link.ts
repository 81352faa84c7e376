import { z } from 'zod';

/** Random words in base64url; nothing in them needs escaping, so nothing escaped is taken. */
const word = z.string().regex(/^[A-Za-z0-9_-]{16,512}$/);

const SignInLink = z.strictObject({ state: word, code: word }).readonly();
export type SignInLink = z.infer<typeof SignInLink>;

/**
 * What the sign-in page came back with: `onethread://login?state=…&code=…`. Anybody may hand the app a link, so it is read
 * by a grammar narrower than that of addresses: one spelling, each name once, no name more. Null for all else.
 */
export function readSignInLink(link: string): SignInLink | null {
  const query = /^onethread:\/\/login\/?\?([\w=&-]{1,2048})$/.exec(link)?.[1];
  const pairs = query?.split('&').map((pair) => pair.split('=')) ?? [];
  const names = pairs.map(([name]) => name);
  if (pairs.some((pair) => pair.length !== 2) || new Set(names).size < names.length) return null;
  const parsed = SignInLink.safeParse(Object.fromEntries(pairs));
  return parsed.success ? parsed.data : null;
}
