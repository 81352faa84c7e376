import { beforeAll, describe, expect, it } from 'vitest';
import type { Sealing, SealingKey } from '../../main/ports/sealing.ts';

/** What every sealing promises, whatever it is made of. */
export function describeSealing(name: string, make: () => Sealing): void {
  describe(name, () => {
    const sealing = make();
    const recipe = sealing.recipe();
    const text = '{"databaseKey":"00ff","name":"Zoë 😀"}';
    let key: SealingKey;
    let other: SealingKey;
    beforeAll(async () => {
      key = await sealing.derive('correct horse', recipe);
      other = await sealing.derive('correct horsf', recipe);
    });

    it('opens what it sealed, to the last character, however long', () => {
      for (const secret of ['', text, '\u0000', 'x'.repeat(65_536)]) {
        expect(sealing.open(key, sealing.seal(key, secret))).toBe(secret);
      }
    });

    it('derives the same 256 bits from the same passphrase and recipe, at any time', async () => {
      expect(key).toMatch(/^[0-9a-f]{64}$/);
      expect(await sealing.derive('correct horse', JSON.parse(JSON.stringify(recipe)))).toBe(key);
    });

    it('derives another key from another passphrase, and from another recipe', async () => {
      const elsewhere = sealing.recipe();
      expect(elsewhere.salt).toMatch(/^[0-9a-f]{32}$/);
      expect(elsewhere.salt).not.toBe(recipe.salt);
      const keys = [key, other, await sealing.derive('correct horse', elsewhere)];
      expect(new Set(keys).size).toBe(3);
    });

    it('takes a letter with its accent and a letter followed by its accent for the same', async () => {
      const [composed, decomposed] = ['caf\u00e9 au lait', 'cafe\u0301 au lait'];
      expect(await sealing.derive(composed, recipe)).toBe(await sealing.derive(decomposed, recipe));
    });

    it('opens nothing under another key', () => {
      expect(sealing.open(other, sealing.seal(key, text))).toBeNull();
    });

    it('opens nothing that was changed in one character, cut short or made longer', () => {
      const sealed = sealing.seal(key, text);
      for (let at = 0; at < sealed.length; at++) {
        const changed = sealed[at] === 'A' ? 'B' : 'A';
        expect(sealing.open(key, sealed.slice(0, at) + changed + sealed.slice(at + 1))).toBeNull();
        expect(sealing.open(key, sealed.slice(0, at))).toBeNull();
      }
      for (const more of ['A', '=', '.', ' ', '\n']) expect(sealing.open(key, sealed + more)).toBeNull();
    });

    it.each(['', '.', '1.', '2.AAAA', 'null', '{}', '1.*', 'é', '\u0000', '1.'.padEnd(4_096, 'A')])(
      'opens nothing that was never sealed: %j',
      (nonsense) => {
        expect(sealing.open(key, nonsense)).toBeNull();
      },
    );

    it('shows nothing of the text, nor that it is the same one again', () => {
      const [once, again] = [sealing.seal(key, text), sealing.seal(key, text)];
      expect(again).not.toBe(once);
      for (const shown of [
        text,
        Buffer.from(text).toString('base64url'),
        Buffer.from(text).toString('hex'),
      ]) {
        expect(once).not.toContain(shown.slice(0, 16));
      }
    });

    it('writes plain letters, which any file takes', () => {
      expect(sealing.seal(key, text)).toMatch(/^[\w.-]+$/);
    });
  });
}
