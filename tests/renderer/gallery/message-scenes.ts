import type { View } from '../../../contract/view.ts';
import { everyKind } from '../every-kind.ts';
import type { Words } from '../every-kind.ts';
import { FakeSmooch } from '../fake-smooch.ts';
import { aThread, aView, says } from '../make.ts';

const address = 'https://www.nordwind.example/t/88213';
const german = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';

/** The same messages with words that are short, long, written to attack, and written from right to left. */
export const wordsOf: Readonly<Record<'short' | 'long' | 'hostile' | 'rtl', Words>> = {
  short: {
    author: 'Lena',
    text: 'Your crate is on board.',
    title: 'Express',
    detail: 'Tomorrow before noon',
    label: 'Which day?',
    address,
  },
  long: {
    author: 'Maximiliane Alexandra von und zu Hohenlohe-Schillingsfürst II',
    text: `${'We checked the papers and everything is in order, so the crate can go on board tonight. '.repeat(4)}${german}`,
    title: `${german} and its many sisters`,
    detail: `Between eight in the morning and five in the afternoon, whatever the weather, ${german.toLowerCase()}`,
    label:
      'On which of the following days would it suit you and your colleagues best to be visited by our driver?',
    address: `https://a-very-long-subdomain.of-a-very-long-domain-name.nordwind.example/${'tracking/'.repeat(12)}?id=88213`,
  },
  hostile: {
    author: '<b>Support</b>\u202e\u200b',
    text: `<img src=x onerror=alert(1)> \u202egnol\u2066 ${'Z\u0310\u0346\u0317\u0323\u0359\u0347\u0349\u034e'.repeat(12)} https://аpple.com/login`,
    title: '\u202efdp.exe<svg/onload=alert(1)>\u200f\u200f',
    detail: `"><script>alert(1)</script>${'A'.repeat(160)}`,
    label: '\u2067\u2067System\u0000​',
    address: 'javascript:alert(document.domain)//https://bank.example',
  },
  rtl: {
    author: 'لينا خوري',
    text: 'شحنتك على متن السفينة الآن، رقم 88213، وستصل يوم الخميس في 12:30.',
    title: 'משלוח מהיר (Express)',
    detail: 'غدًا قبل الظهر، ‎+31 10 200 1000',
    label: 'أي يوم يناسبك؟',
    address,
  },
};

const morning = (): number => {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate(), 9, 0).getTime();
};

const thread = (words: Words): Partial<View> => ({ thread: aThread(everyKind('m', morning(), words)) });

const formFirst = () =>
  new FakeSmooch(
    aView({
      draft: 'By the way',
      thread: aThread([
        says('q', morning(), {
          kind: 'form',
          text: '',
          blocksComposer: true,
          answered: false,
          fields: [
            { type: 'text', name: 'n', label: 'Your name', placeholder: null, minLength: 1, maxLength: 128 },
            { type: 'email', name: 'e', label: 'Your email', placeholder: 'ana@example.com' },
          ],
        }),
      ]),
    }),
  );

/** Every kind of message in every state, once for each sort of words. */
export const messageScenes: Readonly<Record<string, () => FakeSmooch>> = {
  'form-first': formFirst,
  ...Object.fromEntries(
    Object.entries(wordsOf).map(([name, words]) => [
      `messages-${name}`,
      () => new FakeSmooch(aView(thread(words))),
    ]),
  ),
};
