import { describe, expect, it } from 'vitest';
import { nodeSealing } from '../../main/adapters/sealing-node.ts';
import { describeSealing } from './sealing-suite.ts';

describeSealing('nodeSealing', () => nodeSealing);

describe('nodeSealing', () => {
  const key = '5e'.repeat(32);

  it('is scrypt as RFC 7914 has it, so that what was sealed can be opened by whoever knows the passphrase', async () => {
    // RFC 7914 §12, the second vector; its derived key is 64 bytes, of which PBKDF2's first 32 are ours.
    const salt = Buffer.from('NaCl').toString('hex');
    expect(await nodeSealing.derive('password', { salt, cost: { N: 1024, r: 8, p: 16 } })).toBe(
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162',
    );
  });

  it('opens what an earlier version sealed', () => {
    const sealed = '1.AAECAwQFBgcICQoLkRzNSTuBEPXZtZ66ERmMczYExm0';
    expect(nodeSealing.open(key, sealed)).toBe('kept');
  });

  it('leaves the event loop free while it derives', async () => {
    let turns = 0;
    let done = false;
    const turn = (): void => {
      turns++;
      if (!done) setImmediate(turn);
    };
    setImmediate(turn);
    await nodeSealing.derive('correct horse', nodeSealing.recipe());
    done = true;
    expect(turns).toBeGreaterThan(100);
  });

  it('refuses a recipe that would take all of the memory', async () => {
    const { salt } = nodeSealing.recipe();
    await expect(
      nodeSealing.derive('password', { salt, cost: { N: 2 ** 24, r: 8, p: 1 } }),
    ).rejects.toThrow();
  });

  it('seals under no key but one of 256 bits', () => {
    for (const none of ['', 'short', key.slice(2), `${key}00`]) {
      expect(() => nodeSealing.seal(none, 'text')).toThrow();
    }
  });
});
