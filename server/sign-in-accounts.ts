/** The customers of the demo business, and their passwords: `onethread-` and the name. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** scrypt (N 16384, r 8, p 1), salt and 32-byte hash in base64url. */
const accounts: Readonly<Record<string, readonly [salt: string, hash: string]>> = {
  'ana@example.com': ['ophrpaoYw0FoCUbcxqMEzw', 'eLgnrTtFFsgwEpVxi6ymNxZlfFtB46cnAG1iWpHRzBs'],
  'bo@example.com': ['PHHnLEF6qM5ak9LpMoG7kQ', 'C3o7O-5XP9-yetOn4Ga110QsCGVw8oNm23NVIi2vx0U'],
  'chris@example.com': ['bFBEmdSoPxTlaiJpV64miA', 'Lu3Q6YPfOwiYlTPrL4EzRoWSz4P-AVA1lOM0wjJBfF8'],
  'dana@example.com': ['Ond8gGxMRTJdMlL4bKXLtA', 'bLuq61K1rPKSrHA9qAIjQwYLsHGjzmNlXoa-bci_KBY'],
  'eli@example.com': ['wza1Sc5AiqMAumyr84Z99w', 'TjFOPnFzzUwrsAKS4ykqjQX1DZu3tG2dBDUIBjp9x1w'],
};
/** Someone who does not exist costs as much time as someone who does. */
const nobody = ['AAAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'] as const;

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

export async function isPasswordOf(userId: string, password: string): Promise<boolean> {
  const known = Object.hasOwn(accounts, userId) ? accounts[userId] : undefined;
  const [salt, hash] = known ?? nobody;
  const derived = await derive(password, Buffer.from(salt, 'base64url'), 32);
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url')) && known !== undefined;
}
