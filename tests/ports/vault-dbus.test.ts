import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../main/adapters/vault-dbus-wire.ts';
import { DbusConnection, socketPath } from '../../main/adapters/vault-dbus.ts';

const call = { serial: 7, destination: 'a.b', path: '/p', interface: 'a.b.C', member: 'M' };
const longest = 1024 * 1024;
/** Strings D-Bus can carry: it knows no NUL and no lone surrogates. */
const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''));

describe('D-Bus messages', () => {
  it('come back from bytes as they went in, whatever lies before a value', () => {
    const signature = 'ybsa{ss}(oayays)vu';
    const body = fc.tuple(
      fc.nat(255),
      fc.boolean(),
      text,
      fc.array(fc.tuple(text, text)),
      fc.tuple(fc.constant('/o'), fc.array(fc.nat(255)), fc.array(fc.nat(255)), text),
      fc.record({ signature: fc.constant('as'), value: fc.array(text) }),
      fc.nat(2 ** 32 - 1),
    );
    fc.assert(
      fc.property(body, (value) => {
        const bytes = encode({ ...call, signature, body: value });
        const decoded = decode(Buffer.concat([bytes, Buffer.from('next')]), longest);
        expect(decoded?.length).toBe(bytes.length);
        expect(decoded?.message).toMatchObject({ path: '/p', member: 'M', body: value });
      }),
    );
  });

  it('are waited for until the last byte', () => {
    const bytes = encode({ ...call, signature: 's', body: ['text'] });
    for (let length = 0; length < bytes.length; length++) {
      expect(decode(bytes.subarray(0, length), longest)).toBeNull();
    }
  });

  it('that are broken are refused or read, but never read for ever', () => {
    const whole = encode({
      ...call,
      signature: 'a(sv)as',
      body: [[['k', { signature: 's', value: 'v' }]], ['x']],
    });
    const flip = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 4 }), (flips) => {
        const broken = Buffer.from(whole);
        for (const [at, byte] of flips) broken[at] = byte;
        try {
          decode(broken, longest);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('with an array of nothing are refused', () => {
    const whole = encode({ ...call, signature: 'a(y)', body: [[[1]]] });
    const at = whole.indexOf('a(y)');
    for (const nothing of ['a()\0', 'a(}\0']) {
      const broken = Buffer.from(whole);
      broken.write(nothing, at, 'latin1');
      expect(() => decode(broken, longest)).toThrow();
    }
  });

  it('that never end are refused', () => {
    const bytes = encode(call);
    bytes.writeUInt32LE(0xffff_fff0, 4);
    expect(() => decode(bytes, longest)).toThrow();
  });
});

describe('The address of the session bus', () => {
  it.each([
    ['unix:path=/run/user/1000/bus', '/run/user/1000/bus'],
    ['unix:path=/tmp/dbus-1,guid=0f', '/tmp/dbus-1'],
    ['tcp:host=localhost,port=1;unix:path=/a%20b', '/a b'],
    ['unix:abstract=/tmp/dbus-1,guid=0f', '\0/tmp/dbus-1'],
    ['unix:path=/caf%c3%a9', '/café'],
    ['autolaunch:', null],
    ['', null],
  ])('%s is the socket %s', (address, path) => {
    expect(socketPath(address)).toBe(path);
  });

  it('leading nowhere is a failure, not a wait', async () => {
    await expect(DbusConnection.open('unix:path=/nonexistent')).rejects.toThrow('onethread.ConnectionLost');
    await expect(DbusConnection.open('autolaunch:')).rejects.toThrow('onethread.ConnectionLost');
  });
});
