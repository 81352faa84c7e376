import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../../main/ports/http.ts';
import type { Credential } from '../../../main/ports/service.ts';
import { failureOf } from '../../../main/service/failures.ts';
import { jsonAnswer } from '../../fakes/http.ts';

const now = 1_750_000_000_000;
const session: Credential = { kind: 'session', sessionToken: 't' };
const jwtOf = (claims: object): Credential => ({
  kind: 'jwt',
  jwt: `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`,
});
const refusal = (status: number, code = 'some_code', retryAfter: string | null = null): HttpAnswer =>
  jsonAnswer(status, { error: { code, description: 'Says why.' } }, retryAfter);
const page = (status: number): HttpAnswer => jsonAnswer(status, undefined);

const offline = { kind: 'offline' };
const unavailable = { kind: 'unavailable' };
const unknownApp = { kind: 'unknownApp' };
const signedOut = (reason: string) => ({ kind: 'signedOut', reason });
const rejected = (code: string, description = 'Says why.') => ({ kind: 'rejected', code, description });

interface Row {
  readonly door?: string;
  readonly credential?: Credential | null;
  readonly identified?: boolean;
}

const table: readonly (readonly [what: string, answer: HttpAnswer, asked: Row, failure: object])[] = [
  ['no route', { kind: 'unreachable' }, {}, offline],
  ['no longer wanted', { kind: 'aborted' }, {}, offline],
  ['deadline', { kind: 'timeout' }, {}, unavailable],
  ['half a JSON with 200', { kind: 'garbled', status: 200 }, {}, unavailable],
  ['half a JSON with 401', { kind: 'garbled', status: 401 }, {}, unavailable],
  ['redirect', page(302), {}, unavailable],
  ['not modified', page(304), {}, unavailable],
  ['500', refusal(500), {}, unavailable],
  ['502 page', page(502), {}, unavailable],
  ['503 without a time', refusal(503), {}, unavailable],
  ['503 with a time', refusal(503, 'x', '7'), {}, { kind: 'throttled', retryAfterMs: 7_000 }],
  ['503 with a time that is none', refusal(503, 'x', 'soon'), {}, unavailable],
  ['429 with seconds', refusal(429, 'x', '7'), {}, { kind: 'throttled', retryAfterMs: 7_000 }],
  ['429 with ten years', refusal(429, 'x', '315360000'), {}, { kind: 'throttled', retryAfterMs: 900_000 }],
  [
    '429 with a past date',
    refusal(429, 'x', 'Sun, 06 Nov 1994 08:49:37 GMT'),
    {},
    { kind: 'throttled', retryAfterMs: 0 },
  ],
  ['429 with no time', refusal(429), {}, { kind: 'unavailable' }],
  ['429 with a negative time', refusal(429, 'x', '-1'), {}, { kind: 'unavailable' }],
  ['429 page', page(429), {}, { kind: 'unavailable' }],
  ['401, anonymous session', refusal(401), { credential: session, identified: false }, signedOut('invalid')],
  ['401, session of a userId', refusal(401), { credential: session }, signedOut('jwtRequired')],
  ['401, login without proof', refusal(401), { door: 'login', credential: null }, signedOut('jwtRequired')],
  ['401, jwt without an end', refusal(401), { credential: jwtOf({ userId: 'ü' }) }, signedOut('invalid')],
  [
    '401, jwt whose time is over',
    refusal(401),
    { credential: jwtOf({ name: 'üß', exp: 1_749_999_999 }) },
    signedOut('expired'),
  ],
  [
    '401, jwt whose time is not over',
    refusal(401),
    { credential: jwtOf({ exp: 1_750_000_001 }) },
    signedOut('invalid'),
  ],
  ['401, jwt that is none', refusal(401), { credential: { kind: 'jwt', jwt: '%%%' } }, signedOut('invalid')],
  ['401 of a proxy', page(401), { credential: session }, unavailable],
  [
    '401 at the sign-in',
    refusal(401, 'wrong_password'),
    { door: 'signIn', credential: null },
    { kind: 'wrongPassword' },
  ],
  ['403 at the login', refusal(403, 'forbidden'), { door: 'login' }, signedOut('otherUser')],
  ['403 of a proxy at the login', page(403), { door: 'login' }, unavailable],
  ['403 elsewhere', refusal(403, 'forbidden'), {}, signedOut('otherUser')],
  ['403 of a firewall for one message', page(403), { door: 'send' }, rejected('http_403', '')],
  ['403 of a firewall elsewhere', page(403), { door: 'page' }, unavailable],
  ['404 of the app', refusal(404, 'app_not_found'), {}, unknownApp],
  ['404 of the configuration', refusal(404, 'not_found'), { door: 'config' }, unknownApp],
  ['404 page of the configuration', page(404), { door: 'config' }, unavailable],
  ['404 of the user', refusal(404, 'user_not_found'), {}, signedOut('invalid')],
  ['404 when asked for the user', refusal(404, 'not_found'), { door: 'user' }, signedOut('invalid')],
  ['404 of something else', refusal(404, 'action_not_found'), {}, rejected('action_not_found')],
  ['404 page', page(404), {}, unavailable],
  ['400', refusal(400, 'bad_request'), {}, rejected('bad_request')],
  ['400 page', page(400), {}, rejected('http_400', '')],
  ['407', refusal(407), {}, unavailable],
  ['408 page', page(408), {}, unavailable],
  ['409', refusal(409, 'conflict'), {}, rejected('conflict')],
  ['413', refusal(413, 'x'), {}, rejected('payload_too_large', '')],
  ['413 page', page(413), {}, rejected('payload_too_large', '')],
  ['an error without words', jsonAnswer(400, { error: {} }), {}, rejected('unknown', '')],
  ['an error of another service', jsonAnswer(400, { errors: [{ code: 'x' }] }), {}, rejected('http_400', '')],
];

describe('What a bad answer means', () => {
  it.each(table)('%s', (_what, answer, asked, expected) => {
    const { door = 'page', credential = session, identified = true } = asked;
    expect(failureOf(answer, { door, credential, identified, now })).toEqual(expected);
  });

  it('is told in texts that a database and a screen can take', () => {
    const answer = jsonAnswer(400, {
      error: { code: 'a\0'.repeat(99), description: '\ud800'.repeat(9_999) },
    });
    const failure = failureOf(answer, { door: 'send', credential: null, identified: false, now });
    expect(failure).toEqual(rejected('a\uFFFD'.repeat(32), '\uFFFD'.repeat(500)));
  });
});
