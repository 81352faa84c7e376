/** The protocol's conformance checklist: what each line asks of a service, and the tests that try it. */

export interface ChecklistLine {
  readonly number: number;
  readonly says: string;
  /** What of the line is the client's own doing, and tried with the app or the field's client. */
  readonly clientsPart?: string;
  /** Beside its row in `conformance.test.ts`: file and title. */
  readonly elsewhere: readonly (readonly [file: string, title: string])[];
}

export const checklist: readonly ChecklistLine[] = [
  {
    number: 1,
    says: 'config: active, with a style, base addresses, realtime limits, and settings for each user',
    elsewhere: [
      ['conversation', 'tells a device where everything is, and that sending twice is safe'],
      ['second-version', 'finds its configuration by integration'],
    ],
  },
  {
    number: 2,
    says: 'first message: create, token, subscription, 201; a restart resumes the session',
    elsewhere: [
      ['conversation', 'creates an anonymous user with a conversation and a token'],
      ['conversation', 'is there when the device comes back with its token'],
    ],
  },
  {
    number: 3,
    says: 'two devices of one userId: the other’s message arrives with a foreign source, one’s own with one’s own',
    clientsPart: 'not showing one’s own message twice',
    elsewhere: [['conversation', 'reaches the other device of the same person, with the sender in it']],
  },
  {
    number: 4,
    says: 'anonymous with history, login to a new userId: same _id, history kept, token dead',
    clientsPart: 'clearing its stored keys',
    elsewhere: [
      ['identity', 'to a userId nobody has keeps the user, the conversation and every message'],
      ['identity', 'K-13 leaves the old session dead, by HTTP and on the channel'],
    ],
  },
  {
    number: 5,
    says: 'anonymous with history, login to a known userId: one history on both devices, one merge webhook',
    elsewhere: [
      ['identity', 'to a userId that exists becomes that user, both histories in order on both devices'],
      ['delivery', 'interleaves any two histories strictly, in their own orders, moving nobody who stays'],
      ['webhooks', 'hears of one merge, and of a user who got a name'],
    ],
  },
  {
    number: 6,
    says: 'another userId without logout: no merge, the first’s messages out of sight, back again they are there',
    elsewhere: [['identity', 'shows each only their own, and brings back the first']],
  },
  {
    number: 7,
    says: 'logout, then a message: a new user, the same device; the old history needs a login',
    elsewhere: [['identity', 'detaches the device; the next message comes from someone new']],
  },
  {
    number: 8,
    says: 'a secured userId: login without a JWT 401, an old token 401 by HTTP and 403 by Faye',
    elsewhere: [['identity', 'K-12 needs one ever after: old sessions die by HTTP and on the channel']],
  },
  {
    number: 9,
    says: 'a deleted key: the next call 401, its listener is sent away, another key’s tokens live',
    elsewhere: [['identity', 'deleted ends what was signed with it at once; another key’s tokens live on']],
  },
  {
    number: 10,
    says: 'a JWT of the wrong scope or userId, unsigned, or of an unknown key: refused',
    elsewhere: [['http', 'S-10 is refused in every other form']],
  },
  {
    number: 11,
    says: 'a revoked session at start: 401, never 5xx, so that the client begins anew',
    clientsPart: 'keeping its keys where the service fails',
    elsewhere: [],
  },
  {
    number: 12,
    says: 'realtime dropped by a restart: subscribed anew with its ext, nothing lost or doubled',
    elsewhere: [
      ['realtime', 'is subscribed again after the service was killed, and reads what it missed'],
      ['delivery', 'has every message it acknowledged, once, when it is back'],
    ],
  },
  {
    number: 13,
    says: 'more than a hundred messages: pages meet without a gap or a repetition, times strictly rising',
    elsewhere: [
      ['conversation', 'hold a hundred messages each and together lose and repeat none'],
      ['delivery', 'get one strict order, the same in answers, events and pages'],
    ],
  },
  {
    number: 14,
    says: 'carousel, list, form and location always carry a text',
    elsewhere: [['conversation', 'may be a place, which comes back with words']],
  },
  {
    number: 15,
    says: 'typing: start and stop, its data always an object',
    clientsPart: 'letting it expire after 10 s and behind a message',
    elsewhere: [['conversation', 'is seen typing, with data, and reading']],
  },
  {
    number: 16,
    says: 'read on one device: the badge goes on the other',
    elsewhere: [['conversation', 'on one device clears the badge on the other']],
  },
  {
    number: 17,
    says: 'profile: with the first message, additive, properties by key',
    clientsPart: 'throttling, and sending what waits before a login',
    elsewhere: [
      ['conversation', 'keeps the profile that came with it'],
      ['conversation', 'is updated additively and shared by the devices'],
    ],
  },
  {
    number: 18,
    says: 'business: Basic and Bearer, each API’s own form of error, webhooks with their key, tried again',
    elsewhere: [
      ['business', 'may be a JWT with scope app'],
      ['http', 'has the v1 form at the SDK’s door and the v2 form at the business’s'],
      ['webhooks', 'is told in the documented words, once each, in order, and by its key'],
      ['webhooks', 'is tried again, longer each time, and what comes after does not wait for it'],
      ['webhooks', 'is given up after five attempts; its log says so, without what was said'],
    ],
  },
];

/** How a row is called in `conformance.test.ts`. */
export const rowTitle = ({ number, says }: ChecklistLine): string => `${number} ${says}`;
