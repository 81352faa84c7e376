import fc from 'fast-check';

/** Links as somebody might send them who knows what a good one looks like; now and then one is good. */
export function hostileLink({
  state,
  code,
}: {
  readonly state: string;
  readonly code: string;
}): fc.Arbitrary<string> {
  const scheme = fc.constantFrom(
    'onethread',
    'onethread',
    'onethread',
    'OneThread',
    'onethread.evil',
    'https',
    'javascript',
  );
  const place = fc.constantFrom(
    ...[
      '//login',
      '//login',
      '//login',
      '//login/',
      '//login/..',
      '//LOGIN',
      '//logout',
      'login',
      '//a:b@login',
    ],
    ...[
      '//login:1',
      '//login%00',
      '//login.evil',
      '\\\\login',
      '//%6cogin',
      '///login',
      '//login\u202e',
      '//login login',
    ],
  );
  const name = fc.constantFrom(
    ...[
      'state',
      'code',
      'State',
      'code[]',
      'jwt',
      'userId',
      '__proto__',
      'constructor',
      'st%61te',
      '',
      'redirect',
    ],
  );
  const value = fc.oneof(
    fc.constantFrom(
      state.slice(0, -1),
      `${state}x`,
      state.toUpperCase(),
      `%${state}`,
      'x'.repeat(64),
      `${code} `,
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('\0', '../../etc/passwd', '--no-sandbox', "' OR 1=1 --", '%0d%0aX: y', 'x'.repeat(5_000)),
  );
  const pair = fc.tuple(name, value).map(([left, right]) => `${left}=${right}`);
  const goodPairs = fc.constantFrom(
    [`code=${code}`],
    [`state=${state}`, `state=${state}`, `code=${code}`],
    [],
  );
  const query = fc
    .tuple(
      goodPairs,
      fc.array(pair, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('&', '&', ';', '&&', '&amp;'),
    )
    .map(([good, pairs, between]) => [...good, ...pairs].join(between));
  const end = fc.constantFrom('', '', '#', '#x', '?', ' --inspect', '\n', '\u0000', '&');
  const built = fc.tuple(scheme, place, query, end).map(([a, b, c, d]) => `${a}:${b}?${c}${d}`);
  return fc.oneof({ weight: 6, arbitrary: built }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) });
}
