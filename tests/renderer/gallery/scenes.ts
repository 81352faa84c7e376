import { EpochMs, UserId } from '../../../contract/ids.ts';
import type { Message } from '../../../contract/model.ts';
import type { View } from '../../../contract/view.ts';
import { FakeSmooch } from '../fake-smooch.ts';
import { attachmentScenes } from './attachments-scenes.ts';
import { messageScenes } from './message-scenes.ts';
import { peopleScenes } from './people-scenes.ts';
import { aThread, aView, actionId, ana, anonymous, epoch, reply, says, waits, writes } from '../make.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** A local time of day, `daysAgo` days before today: the gallery looks the same on every day. */
function at(hours: number, minutes: number, daysAgo = 0): number {
  const date = new Date(Date.now() - daysAgo * day);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate(), hours, minutes).getTime();
}

/** Later than everything in the talks, at whatever hour the tests run. */
export const tonight = (): number => at(23, 0);

const talk: readonly Message[] = [
  says('m1', at(16, 2, 1), 'Hi Ana! Your pallet left our warehouse in Bremen this afternoon.'),
  says(
    'm2',
    at(16, 3, 1),
    'It should reach Rotterdam on Thursday. You can follow it at https://nordwind.example/t/88213',
  ),
  writes('m3', at(16, 20, 1), 'Great, thank you. Can the driver call me before he arrives?'),
  writes('m4', at(16, 21, 1), 'The gate needs a code 🙂', { status: 'seen' }),
  says('m5', at(9, 4), 'Of course. I have put your number and a note about the gate code on the delivery.'),
  writes('m6', at(9, 12), 'Perfect. We close at five.', { status: 'delivered' }),
];

const cards: readonly Message[] = [
  says('c1', at(10, 0), {
    kind: 'image',
    text: 'This is the label on your crate.',
    mediaUrl: 'https://media.nordwind.example/labels/88213.png',
    mediaType: 'image/png',
    altText: 'A shipping label with the number 88213',
    name: null,
  }),
  says('c2', at(10, 1), {
    kind: 'file',
    text: '',
    mediaUrl: 'https://media.nordwind.example/docs/Waybill%2088213.pdf',
    mediaType: 'application/pdf',
    mediaSize: 284_113,
    name: null,
  }),
  says('c3', at(10, 2), {
    kind: 'location',
    text: '',
    lat: 51.95524,
    long: 4.13362,
    name: 'Maasvlakte, Gate 4',
  }),
  says('c4', at(10, 8), {
    kind: 'items',
    layout: 'carousel',
    text: 'Three ways to get it to your door:',
    items: [
      card('Express', 'Tomorrow before noon', 'https://cdn.nordwind.example/express.jpg'),
      card('Standard', 'Thursday, between 8:00 and 17:00', null),
      card('Pick up', 'Whenever you like, at Gate 4', null),
    ],
  }),
  says('c5', at(10, 9), 'And the invoice:', {
    actions: [
      {
        kind: 'buy',
        id: actionId('b1'),
        text: 'Pay the freight',
        uri: 'https://pay.nordwind.example/88213',
        amount: 12_450,
        currency: 'EUR',
        paid: false,
      },
      { kind: 'link', id: actionId('l1'), text: 'Terms', uri: 'https://xn--nrdwind-q4a.example/terms' },
      { kind: 'link', id: actionId('l2'), text: 'Run', uri: 'javascript:alert(1)' },
    ],
  }),
  says('c6', at(10, 10), { kind: 'unsupported', type: 'hologram', text: '' }),
  says('c7', at(10, 12), 'Which day suits you best?', {
    actions: [reply('r1', 'Wednesday'), reply('r2', 'Thursday'), reply('r3', 'Any day after five o’clock')],
  }),
];

function card(title: string, description: string, mediaUrl: string | null) {
  return {
    title,
    description,
    mediaUrl,
    actions: [{ kind: 'postback' as const, id: actionId(title), text: `Choose ${title}` }],
  };
}

/** `count` messages of a talk that ends with number `last` at 9:00 today, oldest first; `from` numbers the first of them. */
export function longTalk(count: number, from: number, last = 10_000): Message[] {
  const words = 'We checked the papers and everything is in order so the crate can go on board tonight'.split(
    ' ',
  );
  const end = at(9, 0);
  return Array.from({ length: count }, (_unused, index) => {
    const n = from + index;
    const text = `${n}: ${Array.from({ length: 1 + ((n * 7) % 23) }, (_none, word) => words[(n + word) % words.length]).join(' ')}`;
    const time = end - (last - n) * 4 * minute;
    return n % 3 === 0 ? writes(`n${n}`, time, text) : says(`n${n}`, time, text);
  });
}

const offline: View['link'] = {
  kind: 'offline',
  since: EpochMs.parse(at(14, 2)),
  lastUpdatedAt: EpochMs.parse(at(14, 2)),
  cause: 'network',
};

const sixty = 'Maximiliane Alexandra von und zu Hohenlohe-Schillingsfürst II';

const talkIn = (part: Partial<View> = {}) => new FakeSmooch(aView({ thread: aThread(talk), ...part }));

/** Every state worth looking at. Each builds its own main, so nothing leaks from one to the next. */
export const scenes: Readonly<Record<string, () => FakeSmooch>> = {
  ...peopleScenes(talkIn),
  ...messageScenes,
  ...attachmentScenes,
  'first-run': () => new FakeSmooch(aView({ session: anonymous, link: { kind: 'idle' } })),
  short: () => new FakeSmooch(aView({ thread: aThread(talk) })),
  anonymous: () =>
    new FakeSmooch(aView({ session: anonymous, thread: aThread(talk.slice(0, 3)), passwordSignIn: false })),
  unread: () =>
    new FakeSmooch(
      aView({
        thread: aThread([
          ...longTalk(40, 9_000),
          says('u1', at(9, 1), 'One more thing.'),
          says('u2', at(9, 2), 'The crate is 12 kg heavier than announced.'),
        ]),
        unreadCount: 2,
        typing: { name: 'Lena', avatarUrl: null },
      }),
    ),
  long: () => {
    const fake = new FakeSmooch(aView({ thread: aThread(longTalk(60, 9_940), { older: 'more' }) }));
    fake.past = [longTalk(60, 9_880), longTalk(60, 9_820), longTalk(60, 9_760)];
    return fake;
  },
  hostile: () =>
    new FakeSmooch(
      aView({
        thread: aThread([
          ...talk,
          says(
            'h1',
            at(9, 30),
            '<img src=x onerror=alert(1)> \u202egnol \u0645\u0631\u062d\u0628\u0627 12:30 onerror',
            {
              name: '<b>Lena</b>\u202e',
            },
          ),
          says(
            'h2',
            at(9, 31),
            `${'Z\u0310\u0346\u0317\u0323\u0359\u0347\u0349\u034e'.repeat(40)} ${'A'.repeat(3_000)} onerror`,
          ),
        ]),
      }),
    ),
  archive: () => {
    const all = longTalk(100_000, 0, 100_000);
    const fake = new FakeSmooch(aView({ thread: aThread(all.slice(-80), { older: 'more' }) }));
    fake.reading.archive = all;
    return fake;
  },
  huge: () => new FakeSmooch(aView({ thread: aThread(longTalk(5_000, 5_000)) })),
  cards: () =>
    new FakeSmooch(
      aView({
        thread: aThread(cards),
        business: { name: 'Nordwind Logistics', iconUrl: null, brandColor: '#ffd400' },
      }),
    ),
  offline: () =>
    new FakeSmooch(
      aView({
        link: offline,
        waiting: 2,
        thread: aThread([
          ...talk,
          waits(1, at(14, 5), 'We just got the papers.'),
          waits(2, at(14, 6), 'Shall I send them to you?'),
        ]),
      }),
    ),
  failed: () =>
    new FakeSmooch(
      aView({
        thread: aThread([
          ...talk,
          waits(1, at(14, 5), 'Here is the number of the container: MSKU 448 201 7', {
            status: 'failed',
            refusal: { code: 'forbidden', description: 'This conversation was closed by the business.' },
          }),
        ]),
      }),
    ),
  'two-failed': () =>
    new FakeSmooch(
      aView({
        thread: aThread([
          ...talk,
          waits(1, at(14, 5), 'Here is the number of the container: MSKU 448 201 7', {
            status: 'failed',
            refusal: { code: 'forbidden', description: 'This conversation was closed by the business.' },
          }),
          waits(2, at(14, 6), 'And the seal: 99182', { status: 'failed' }),
        ]),
      }),
    ),
  undo: () =>
    new FakeSmooch(
      aView({
        thread: aThread(talk),
        writing: { undoSeconds: 10, enterSends: true, spelling: true },
        link: { kind: 'live' },
      }),
    ),
  'sign-in-needed': () =>
    new FakeSmooch(
      aView({
        session: {
          kind: 'signInNeeded',
          epoch,
          persistence: 'disk',
          userId: UserId.parse('ana@example.com'),
          name: 'Ana García',
          reason: 'expired',
        },
        thread: aThread(talk),
      }),
    ),
  'not-verified': () =>
    new FakeSmooch(
      aView({ session: { ...ana, verified: false }, notices: ['notVerified'], thread: aThread(talk) }),
    ),
  'long-name': () =>
    new FakeSmooch(
      aView({
        session: { ...ana, name: sixty, verified: false },
        business: {
          name: 'Nordwind Logistics International Freight Forwarding Company of Bremen',
          iconUrl: null,
          brandColor: '#6b21a8',
        },
        thread: aThread([
          says(
            'a1',
            at(9, 0),
            'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2),
            { name: sixty },
          ),
          writes('a2', at(9, 1), 'שלום, מתי תגיע המשאית? 12:30'),
        ]),
      }),
    ),
  'without-saving': () =>
    new FakeSmooch(
      aView({ session: { kind: 'anonymous', epoch, persistence: 'memory' }, link: { kind: 'idle' } }),
    ),
  'keychain-locked': () =>
    new FakeSmooch(
      aView({
        session: { kind: 'keychainTrouble', epoch, trouble: 'locked', remembered: true, passphrase: 'none' },
        link: { kind: 'idle' },
      }),
    ),
  unconfigured: () =>
    new FakeSmooch(
      aView({
        session: { kind: 'unconfigured', epoch },
        link: { kind: 'idle' },
        business: { name: '', iconUrl: null, brandColor: null },
      }),
    ),
  starting: () => new FakeSmooch(aView({ session: { kind: 'starting', epoch }, link: { kind: 'idle' } })),
};
