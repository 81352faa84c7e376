import fc from 'fast-check';

const oneOf = (words: string): fc.Arbitrary<string> => fc.constantFrom(...words.split(' '));

/** Links as somebody might send them who knows what a good one looks like; now and then one is good. */
export function hostileLink(good: { readonly state: string; readonly code: string }): fc.Arbitrary<string> {
  const { state, code } = good;
  const scheme = oneOf('onethread onethread onethread onethread OneThread onethread.evil https javascript');
  const place = fc.oneof(
    { weight: 2, arbitrary: fc.constant('//login') },
    {
      weight: 1,
      arbitrary: oneOf('//login/ //login/.. //LOGIN //logout login //a:b@login //login:1 ///login'),
    },
    {
      weight: 1,
      arbitrary: oneOf('//login%00 //login.evil \\\\login //%6cogin //login\u202e //login\u00a0login'),
    },
  );
  const name = oneOf('state code state code State code[] jwt userId __proto__ constructor st%61te redirect');
  const nearly = [state, code, state.slice(0, -1), `${state}x`, state.toUpperCase(), `%${state}`];
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...nearly, 'x'.repeat(64)) },
    { weight: 1, arbitrary: oneOf('\0 \ud800 ünïcode 🎈🎈🎈 ../../etc/passwd --no-sandbox %0d%0aX:y') },
    { weight: 1, arbitrary: fc.constantFrom('x'.repeat(5_000), "' OR 1=1 --", '') },
    { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 40 }) },
  );
  const pair = fc.tuple(name, value).map((sides) => sides.join('='));
  const query = fc
    .tuple(fc.array(pair, { maxLength: 4 }), oneOf('& & & & ; && &amp;'))
    .map(([pairs, between]) => pairs.join(between));
  const end = fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    oneOf('# #x ? \u00a0--inspect \n \u0000 &'),
  );
  const built = fc.tuple(scheme, place, query, end).map(([a, b, c, d]) => `${a}:${b}?${c}${d}`);
  return fc.oneof({ weight: 6, arbitrary: built }, fc.string({ unit: 'binary-ascii' }));
}
