import fc from 'fast-check';

/** What may stand where something else was expected. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, -1e308, '', ' ', [], {}, [[]], [null], {
    a: null,
  }),
  fc.constantFrom<unknown>(
    '__proto__',
    'constructor',
    '\0',
    '\ud800',
    '\u202e',
    '9'.repeat(400),
    'a'.repeat(5_000),
  ),
  fc.constantFrom<unknown>(
    { __proto__: null, _id: {} },
    { toString: 1, valueOf: 2 },
    { length: 5 },
    1e21,
    Number.MIN_VALUE,
  ),
  fc.constantFrom<unknown>(
    'javascript:alert(1)',
    'http://evil.tld',
    '//evil',
    'text',
    'appUser',
    'appMaker',
    'link',
  ),
  fc.jsonValue(),
);
const strangeNames = ['__proto__', 'constructor', 'toString', 'type', '_id', 'text', 'a\0b', ''];

interface Change {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'repeat' | 'nest' | 'add' | 'nullify';
  readonly name: string;
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'repeat', 'nest', 'add', 'nullify'),
  name: fc.constantFrom(...strangeNames),
  value: strange,
});

/**
 * JSON of `recorded` with one to four of its places changed: the grammar of what services, proxies and enemies get wrong.
 */
export function mutationsOf(recorded: unknown): fc.Arbitrary<string> {
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) => JSON.stringify(changes.reduce(mutate, structuredClone(recorded))));
}

type Place = { readonly holder: Record<string, unknown> | unknown[]; readonly name: string };

function mutate(value: unknown, { at, how, name, value: picked }: Change): unknown {
  // Picked from a list, and changed in its turn by the next change.
  const stranger = structuredClone(picked);
  const places = placesIn(value);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return stranger;
  const holder = place.holder as Record<string, unknown>;
  const old = holder[place.name];
  const put = (what: unknown): void =>
    void Object.defineProperty(holder, place.name, {
      value: what,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  if (how === 'replace') put(stranger);
  if (how === 'nullify') put(null);
  if (how === 'nest') put([old]);
  if (how === 'repeat') put([old, old]);
  if (how === 'remove') Reflect.deleteProperty(holder, place.name);
  if (how === 'add')
    Object.defineProperty(holder, name, {
      value: stranger,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return value;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])]);
}
