/** Answers that are not what the service said. */
import { createGzip } from 'node:zlib';
import { seededRandom } from '../../fakes/random.ts';
import type { Answer } from './to-service.ts';

const json = ['Content-Type', 'application/json; charset=utf-8'] as const;

export function errorAnswer(status: number, retryAfter: string | null): Answer {
  const wait = retryAfter === null ? [] : ['Retry-After', retryAfter];
  const body = { error: { code: 'injected', description: 'Said by the fault harness.' } };
  return { status, headers: [...json, ...wait], body: Buffer.from(JSON.stringify(body)) };
}

/** What a hotel's network says instead of every page. */
export const portalAnswer: Answer = {
  status: 200,
  headers: ['Content-Type', 'text/html; charset=utf-8'],
  body: Buffer.from(
    '<!doctype html><title>Welcome</title><form><input type="email"><button>Go online</button></form>',
  ),
};

export function redirectAnswer(status: number, location: string): Answer {
  return { status, headers: ['Location', location], body: Buffer.alloc(0) };
}

/** Blanks are JSON: what unpacks is `{}` behind `bytes` of them. */
export async function bomb(bytes: number): Promise<Answer> {
  const gzip = createGzip({ level: 9 });
  const packed: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => packed.push(chunk));
  const blanks = Buffer.alloc(64 * 1024, ' ');
  for (let left = bytes; left > 0; left -= blanks.length) {
    if (!gzip.write(blanks.subarray(0, left))) await new Promise((resolve) => gzip.once('drain', resolve));
  }
  await new Promise<void>((resolve) => gzip.on('end', resolve).end('{}'));
  return { status: 200, headers: [...json, 'Content-Encoding', 'gzip'], body: Buffer.concat(packed) };
}

/** The same answer with its JSON changed at one to three places; null for what is no JSON. */
export function mutated(answer: Answer, seed: number): Answer | null {
  let root: unknown;
  try {
    root = JSON.parse(answer.body.toString('utf8'));
  } catch {
    return null;
  }
  const random = seededRandom(seed);
  const pick = (limit: number): number => Math.floor(random.fraction() * limit);
  for (let times = 1 + pick(3); times > 0; times -= 1) root = mutateOnce(root, pick);
  return { ...answer, body: Buffer.from(JSON.stringify(root) ?? 'null') };
}

const strange: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  '\u0000',
  '\ud800',
  'x'.repeat(70_000),
  [],
  {},
  [[[[[[]]]]]],
  { length: 1e9 },
  { __proto__: null, constructor: 'x' },
];

type Pick = (limit: number) => number;

function mutateOnce(root: unknown, pick: Pick): unknown {
  // A copy: what is put in may be changed by the next mutation.
  const anyOf = (values: readonly unknown[]): unknown => structuredClone(values[pick(values.length)]);
  const places = placesIn(root);
  const place = places[pick(places.length)];
  if (place === undefined) return anyOf(strange);
  const { holder, name } = place;
  switch (pick(3)) {
    case 0:
      return remove(root, holder, name);
    case 1:
      Reflect.set(holder, `${name}${pick(10)}`, Reflect.get(holder, name));
      return root;
    default:
      Reflect.set(holder, name, anyOf(strange));
      return root;
  }
}

function remove(root: unknown, holder: object, name: string): unknown {
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else Reflect.deleteProperty(holder, name);
  return root;
}

interface PlaceInJson {
  readonly holder: object;
  readonly name: string;
}

function placesIn(value: unknown): PlaceInJson[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [{ holder: value, name }, ...placesIn(inner)]);
}
