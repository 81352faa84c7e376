import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeText } from '../../../contract/text.ts';
import { readConfig, readMessage, readPage } from '../../../main/service/wire.ts';
import { businessText, carousel, config, form, image, ownText, page } from './recorded.ts';

const configUrl = 'https://chat.example.com/sdk/config';

/** JSON as a service may send it: keys that reach for prototypes, numbers beyond what a number holds, keys twice. */
const key = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'a',
  '_id',
);
const leaf = fc.constantFrom(
  '"x"',
  '1e400',
  '-1e400',
  '9007199254740993',
  '0.1e-400',
  'null',
  'true',
  '[]',
  '""',
);
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc
      .array(fc.tuple(key, tie('json')), { maxLength: 4 })
      .map((members) => `{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}`),
    fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
  ),
}));
const wires = [ownText, businessText, image, carousel, form];
const fields = [
  'metadata',
  'actions',
  'items',
  'fields',
  'source',
  'coordinates',
  'quotedMessage',
  'text',
  '__proto__',
  'constructor',
];

describe('JSON from the wire', () => {
  it('H-13 reaches no prototype, whatever its keys and numbers are (5,000 messages)', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).sort();
    fc.assert(
      fc.property(fc.constantFrom(...wires), fc.constantFrom(...fields), json, (wire, field, value) => {
        const written = JSON.stringify(wire).replace(
          /\}$/,
          `,${JSON.stringify(field)}:${value},"metadata":{"__proto__":"m"}}`,
        );
        const raw: unknown = JSON.parse(written);
        const message = readMessage(raw);
        readPage({ ...page, messages: [raw] }, null, () => undefined);
        for (const read of [message, message?.metadata, message?.content, { ...message?.metadata }]) {
          if (read === null || read === undefined) continue;
          expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
        }
      }),
      { numRuns: 5_000, seed: 13 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
    expect('m' in {} || 'x' in {}).toBe(false);
  });
});

describe('The look of a business', () => {
  const strange = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      ...[
        'red',
        '#fff',
        '#12345',
        '#1234567',
        '#12345g',
        '17695F;}',
        'url(//decoy.invalid)',
        'var(--x)',
        '#17695f\n',
        'rgb(1,2,3)',
      ],
      ...[
        '#17695f;background:url(//decoy.invalid)',
        '#17695f/**/',
        'expression(run())',
        '\u0000#17695f',
        '＃17695f',
        '#१२३४५६',
      ],
    ),
  );

  it('H-14 is a colour of six digits or none, whatever the configuration says (2,000 strings)', () => {
    fc.assert(
      fc.property(strange, (brandColor) => {
        const read = readConfig({ config: { ...config.config, style: { brandColor } } }, configUrl);
        if (read === null || read === 'inactive') throw new Error('a colour cost the configuration');
        const color = read.config.business.brandColor;
        if (color !== null) {
          expect(color).toMatch(/^#[0-9a-f]{6}$/);
          expect(brandColor.toLowerCase().replace('#', '')).toBe(color.slice(1));
        }
      }),
      { numRuns: 2_000, seed: 14 },
    );
  });
});

describe('Texts from the wire', () => {
  const odd = fc.constantFrom(
    '\u0000',
    '\ud800',
    '\udc00',
    '\ufffe',
    '\uffff',
    'e\u0301',
    '\u00e9',
    '👩‍👩‍👧',
    '\ufdfa',
    '\u2028',
    'a',
  );
  const text = fc
    .array(fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 4 })), { minLength: 1, maxLength: 20 })
    .map((parts) => parts.join(''));

  it('H-06 have one form, which JSON keeps, from the first reading on (5,000 texts)', () => {
    fc.assert(
      fc.property(text, (written) => {
        const read = readMessage({ ...ownText, text: written })?.content.text;
        expect(read).toBe(normalizeText(written));
        expect(read).toBe(normalizeText(read ?? ''));
        expect(JSON.parse(JSON.stringify(read))).toBe(read);
        expect(Buffer.from(read ?? '').toString()).toBe(read);
      }),
      { numRuns: 5_000, seed: 6 },
    );
  });
});
