import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import type { Sealing, SealingCost, SealingKey, SealingRecipe } from '../ports/sealing.ts';

/** About 0.3 s and 128 MiB; the least that OWASP's Password Storage Cheat Sheet recommends for scrypt. */
const costToday: SealingCost = { N: 2 ** 17, r: 8, p: 1 };
/** Room for a cost four times today's. A recipe that asks for more is refused, not tried. */
const mostMemoryBytes = 640 * 1024 * 1024;

const saltBytes = 16;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** Written before every sealed text and authenticated with it; a format to come begins otherwise. */
const version = '1.';
const aad = Buffer.from(`onethread sealed ${version}`);

/**
 * scrypt (RFC 7914) and AES-256-GCM with a random nonce. A sealed text is `1.` and base64url of nonce, ciphertext and
 * tag. A key seals a handful of texts, far from the 2^32 that random nonces are good for (NIST SP 800-38D §8.3).
 */
export const nodeSealing: Sealing = {
  recipe: () => ({ salt: randomBytes(saltBytes).toString('hex'), cost: costToday }),

  derive(passphrase, recipe) {
    return new Promise((resolve, reject) => {
      // The same word typed on another keyboard may arrive decomposed (RFC 8265 §4.2.2 asks for NFC).
      scrypt(passphrase.normalize('NFC'), saltOf(recipe), keyBytes, optionsOf(recipe), (error, key) => {
        if (error === null) resolve(key.toString('hex'));
        else reject(error);
      });
    });
  },

  seal(key, text) {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', bytesOf(key), nonce).setAAD(aad);
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return version + sealed.toString('base64url');
  },

  open(key, sealed) {
    const bytes = bytesOfSealed(sealed);
    if (bytes === null) return null;
    try {
      const decipher = createDecipheriv('aes-256-gcm', bytesOf(key), bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(aad).setAuthTag(bytes.subarray(-tagBytes));
      return (
        decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
      );
    } catch {
      return null;
    }
  },
};

const saltOf = ({ salt }: SealingRecipe): Buffer => Buffer.from(salt, 'hex');
const optionsOf = ({ cost }: SealingRecipe): SealingCost & { maxmem: number } => ({
  ...cost,
  maxmem: mostMemoryBytes,
});
const bytesOf = (key: SealingKey): Buffer => Buffer.from(key, 'hex');

/** Null unless it is exactly what `seal` writes: base64url has several spellings of the same bytes, and one is ours. */
function bytesOfSealed(sealed: string): Buffer | null {
  if (!sealed.startsWith(version)) return null;
  const text = sealed.slice(version.length);
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length >= nonceBytes + tagBytes && bytes.toString('base64url') === text ? bytes : null;
}
