/** What every route is for, in words, and what it answers with: the part of the description that no code can tell. */
import type { z } from 'zod';
import { DeskApp, DeskChanges, DeskConversations, OneDeskConversation } from '../contract/desk-api.ts';
import {
  WireBundle,
  WireConfig,
  WirePage,
  WirePosted,
  WireSignIn,
  WireSignInProof,
} from '../contract/sdk-api.ts';

export interface RouteWords {
  readonly says: string;
  /** Of an answer that is no refusal. */
  readonly status: 200 | 201 | 204;
  /** Its body: a shape, the names that are always in it, or a media type that is not JSON. */
  readonly gives?: z.ZodType | readonly string[] | string;
  /** A status beside `status` and those every route of its kind has. */
  readonly also?: readonly number[];
  /** Query parameters, each with what it is for. */
  readonly query?: Readonly<Record<string, string>>;
  /** Where the body is read by hand. */
  readonly takes?: z.ZodType;
}

type Words = Readonly<Record<string, RouteWords>>;

const nothing = { status: 204 } as const;
const empty = { status: 200, gives: [] } as const;
const bounds = {
  before: 'Seconds since 1970 with milliseconds, exclusive: the page before.',
  after: 'The same, the page after. Not with `before`.',
};
const cursors = {
  'page[before]': 'The id of a message: the page before it.',
  'page[after]': 'The id of a message: the page after it. Not with `page[before]`.',
};

const config: RouteWords = {
  says: 'What a device needs to begin: whether the app is active, how it looks, where everything is.',
  ...{ status: 200, gives: WireConfig },
};

const general: Words = {
  'GET /sdk/apps/:appId/config': config,
  'GET /sdk/v2/apps/:appId/config': config,
  'GET /sdk/integrations/:appId/config': config,
  'GET /sdk/v2/integrations/:appId/config': config,
  'GET /attachments/:id/:name': {
    says: 'An uploaded file. Its address, which nobody can guess, is the permission.',
    ...{ status: 200, gives: 'application/octet-stream' },
  },
  'GET /health': { says: 'The service lives.', status: 200, gives: ['status'] },
  'GET /ready': {
    says: 'The service can work; 503 while it stops.',
    status: 200,
    gives: ['status'],
    also: [503],
  },
  'GET /metrics': { says: 'What it has done, for Prometheus.', status: 200, gives: 'text/plain' },
  'GET /openapi.json': { says: 'This description.', status: 200, gives: ['openapi', 'info', 'paths'] },
  'POST /demo/sign-in': {
    says: 'The demo business’s sign-in for apps: a password, a code of the page, or a token of the last time.',
    ...{ status: 200, gives: WireSignIn, takes: WireSignInProof, also: [400, 401, 413, 415] },
  },
  'GET /demo/sign-in/page': {
    says: 'The demo business’s sign-in for browsers.',
    ...{ status: 200, gives: 'text/html', also: [400] },
    query: {
      state: 'Comes back with the link to the app.',
      code_challenge: 'RFC 7636.',
      code_challenge_method: '`S256`.',
    },
  },
  'POST /demo/sign-in/page': {
    says: 'The form of that page.',
    ...{ status: 200, gives: 'text/html', also: [400, 401, 413, 415] },
  },
};

const desk: Words = {
  'GET /desk': {
    says: 'The desk: a page on which a person answers for the business.',
    status: 200,
    gives: 'text/html',
  },
  'GET /desk/assets/:file': { says: 'A file of that page.', status: 200, gives: 'application/octet-stream' },
  'GET /desk/app': { says: 'Whose desk this key opens.', status: 200, gives: DeskApp },
  'GET /desk/conversations': {
    says: 'Everybody’s conversations, the latest first.',
    ...{ status: 200, gives: DeskConversations, query: { offset: 'How many to leave out.' } },
  },
  'GET /desk/conversations/:conversation': {
    says: 'One of them.',
    ...{ status: 200, gives: OneDeskConversation },
  },
  'GET /desk/changes': {
    says: 'What has happened since; waits for it up to 25 s. Without a cursor, or with an old one: at once, `missed`.',
    ...{ status: 200, gives: DeskChanges, also: [503], query: { after: 'The cursor of the last answer.' } },
  },
};

const firstSdk: Words = {
  'POST /login': {
    says: 'A device becomes a user it names; what it said before, anonymously, comes along. 204 without such a user yet.',
    ...{ status: 200, gives: WireBundle, also: [204] },
  },
  'POST /appusers': { says: 'A device becomes a new user, or one it names.', status: 201, gives: WireBundle },
  'POST /appusers/upgrade': {
    says: 'For old device ids, which prove nothing: there is nothing to upgrade.',
    ...nothing,
  },
  'GET /appusers/:appUserId': {
    says: 'The user, the conversation and its newest page.',
    status: 200,
    gives: WireBundle,
  },
  'PUT /appusers/:appUserId': {
    says: 'Changes what is given of a profile; properties by name.',
    ...{ status: 200, gives: ['appUser'] },
  },
  'POST /appusers/:appUserId/logout': { says: 'Ends this device’s session and its token.', ...empty },
  'POST /appusers/:appUserId/conversation': {
    says: 'Begins the conversation, if it has not begun.',
    ...{ status: 201, gives: ['conversation'] },
  },
  'GET /appusers/:appUserId/messages': {
    says: 'A page of messages, ascending.',
    ...{ status: 200, gives: WirePage, query: bounds },
  },
  'POST /appusers/:appUserId/messages': {
    says: 'Says something. Once for each `_clientId`, however often it is sent.',
    ...{ status: 201, gives: WirePosted },
  },
  'POST /appusers/:appUserId/images': { says: 'Sends a picture.', status: 201, gives: WirePosted },
  'POST /appusers/:appUserId/files': { says: 'Sends a file.', status: 201, gives: WirePosted },
  'POST /appusers/:appUserId/conversation/read': { says: 'Has read everything.', ...nothing },
  'POST /appusers/:appUserId/conversation/activity': {
    says: 'Writes, has stopped, or has read.',
    ...nothing,
  },
  'POST /appusers/:appUserId/postback': { says: 'Presses a button that tells the business.', ...empty },
};

const userResponse = ['settings', 'appUser', 'appUsers', 'conversations', 'conversationsPagination'];
const conversationResponse = ['conversation', 'messages', 'hasPrevious', 'appUser', 'appUsers'];
const secondSdk: Words = {
  'POST /appusers': {
    says: 'A device becomes a new user, or one it names.',
    status: 201,
    gives: userResponse,
  },
  'POST /login': { says: 'A device becomes a user it names.', status: 200, gives: userResponse },
  'GET /appusers/:appUserId': {
    says: 'The user and their latest conversations.',
    status: 200,
    gives: userResponse,
  },
  'PUT /appusers/:appUserId': {
    says: 'Changes what is given of a profile.',
    status: 200,
    gives: userResponse,
  },
  'POST /appusers/:appUserId/logout': { says: 'Ends this device’s session and its token.', ...empty },
  'POST /appusers/:appUserId/conversations': {
    says: 'Begins another conversation.',
    ...{ status: 201, gives: conversationResponse },
  },
  'GET /appusers/:appUserId/conversations': {
    says: 'The user’s conversations, ten at a time, the latest first.',
    ...{ status: 200, gives: ['conversations', 'conversationsPagination', 'appUser', 'appUsers'] },
    query: { offset: 'How many to leave out.' },
  },
  'GET /conversations/:conversationId': {
    says: 'A conversation, who is in it, and its newest page.',
    ...{ status: 200, gives: conversationResponse },
  },
  'PUT /conversations/:conversationId': {
    says: 'Changes what it is called; null takes a word away.',
    ...{ status: 200, gives: conversationResponse },
  },
  'GET /conversations/:conversationId/messages': {
    says: 'A page of messages, ascending.',
    ...{ status: 200, gives: ['messages'], query: bounds },
  },
  'POST /conversations/:conversationId/messages': {
    says: 'Says something. Once for each `_clientId`.',
    ...{ status: 201, gives: ['message', 'messages'] },
  },
  'POST /conversations/:conversationId/files': {
    says: 'Sends a picture or a file.',
    ...{ status: 201, gives: ['message', 'messages'] },
  },
  'POST /conversations/:conversationId/activity': { says: 'Writes, has stopped, or has read.', ...empty },
  'POST /conversations/:conversationId/postback': {
    says: 'Presses a button that tells the business.',
    ...empty,
  },
};

const one = (name: string, says: string): RouteWords => ({ says, status: 200, gives: [name] });
const made = (name: string, says: string): RouteWords => ({ says, status: 201, gives: [name] });
const many = (names: readonly string[], says: string): RouteWords => ({ says, status: 200, gives: names });
const gone = (says: string): RouteWords => ({ says, ...empty });

const secondRest: Words = {
  'POST /users': { ...made('user', 'Makes a user under the business’s own id.'), also: [409] },
  'GET /users': {
    ...many(['users', 'meta'], 'Users, a hundred at a time.'),
    query: {
      'filter[identities.email]': 'Of this address only.',
      'page[after]': 'The cursor of the last page.',
    },
  },
  'GET /users/:user': one('user', 'A user, by our id or the business’s.'),
  'PATCH /users/:user': one('user', 'Changes what is given of a user.'),
  'DELETE /users/:user': gone('Deletes a user and everything that was theirs alone.'),
  'DELETE /users/:user/personalinformation': one('user', 'Forgets who a user is; what was said stays.'),
  'GET /users/:user/devices': many(['devices'], 'A user’s devices.'),
  'GET /users/:user/devices/:device': one('device', 'One of them.'),
  'GET /users/:user/clients': many(['clients', 'meta'], 'The same, in the words of clients.'),
  'POST /conversations': made('conversation', 'Begins a conversation with users.'),
  'GET /conversations': {
    ...many(['conversations', 'meta'], 'A user’s conversations, the latest first.'),
    query: {
      'filter[userId]': 'Whose; or `filter[userExternalId]`.',
      'filter[userExternalId]': 'The same by the business’s id.',
      'page[after]': 'The cursor of the last page.',
    },
  },
  'GET /conversations/:conversation': one('conversation', 'A conversation.'),
  'PATCH /conversations/:conversation': one(
    'conversation',
    'Changes what it is called; null takes a word away.',
  ),
  'DELETE /conversations/:conversation': gone('Deletes a conversation that is not a user’s default one.'),
  'GET /conversations/:conversation/participants': many(['participants', 'meta'], 'Who takes part.'),
  'POST /conversations/:conversation/join': { ...one('participant', 'Lets a user in.'), also: [409] },
  'POST /conversations/:conversation/leave': gone('Lets a user go.'),
  'POST /conversations/:conversation/messages': made(
    'messages',
    'Says something, for the business or for a user.',
  ),
  'GET /conversations/:conversation/messages': {
    ...many(['messages', 'meta', 'links'], 'A page of messages, ascending.'),
    query: cursors,
  },
  'DELETE /conversations/:conversation/messages': gone('Deletes all messages.'),
  'DELETE /conversations/:conversation/messages/:message': gone('Deletes one.'),
  'POST /conversations/:conversation/activity': gone(
    'The business writes, has stopped, or has read; a user has read.',
  ),
  'POST /attachments': {
    ...made('attachment', 'Uploads a file to send later.'),
    query: { access: 'Taken and ignored: an address nobody can guess is the permission.' },
  },
  'POST /attachments/remove': gone('Deletes an upload.'),
  'POST /integrations': { ...made('integration', 'Makes an integration of the kind `custom`.'), also: [409] },
  'GET /integrations': many(['integrations', 'meta'], 'All integrations.'),
  'GET /integrations/:integration': one('integration', 'An integration.'),
  'PATCH /integrations/:integration': one('integration', 'Changes its name, or turns it on or off.'),
  'DELETE /integrations/:integration': gone('Deletes it and its webhooks.'),
  'POST /integrations/:integration/webhooks': { ...made('webhook', 'Adds a webhook.'), also: [409] },
  'GET /integrations/:integration/webhooks': many(['webhooks'], 'Its webhooks.'),
  'GET /integrations/:integration/webhooks/:webhook': one('webhook', 'One of them.'),
  'PATCH /integrations/:integration/webhooks/:webhook': one('webhook', 'Changes what is given of it.'),
  'DELETE /integrations/:integration/webhooks/:webhook': gone('Deletes it.'),
  'GET /integrations/:integration/webhooks/:webhook/deliveries': many(
    ['deliveries'],
    'What became of the latest deliveries, without what they said.',
  ),
  'POST /keys': made('key', 'Makes an app key.'),
  'GET /keys': many(['keys'], 'All app keys.'),
  'GET /keys/:key': one('key', 'An app key.'),
  'DELETE /keys/:key': { ...gone('Deletes it, and every credential that was signed with it.'), also: [409] },
};

const firstRest: Words = {
  'POST /appusers': { ...made('appUser', 'Makes a user under the business’s own id.'), also: [409] },
  'GET /appusers/:user': one('appUser', 'A user, by our id or the business’s.'),
  'PUT /appusers/:user': one('appUser', 'Changes what is given of a user.'),
  'DELETE /appusers/:user': gone('Deletes a user and everything that was theirs alone.'),
  'DELETE /appusers/:user/profile': one('appUser', 'Forgets who a user is; what was said stays.'),
  'GET /appusers/:user/conversation': one('conversation', 'The user’s conversation.'),
  'GET /appusers/:user/messages': {
    ...many(['conversation', 'messages'], 'A page of messages, ascending.'),
    query: bounds,
  },
  'POST /appusers/:user/messages': {
    ...made(
      'message',
      'Says something; beside these fields lie those of the message, as in `content` of REST v2.',
    ),
  },
  'DELETE /appusers/:user/messages': gone('Deletes all messages.'),
  'DELETE /appusers/:user/messages/:message': gone('Deletes one.'),
  'POST /appusers/:user/conversation/activity': one(
    'conversation',
    'The business writes, has stopped, or has read.',
  ),
  'POST /appusers/:user/conversation/read': gone('The user has read everything.'),
  'POST /webhooks': { ...made('webhook', 'Adds a webhook.'), also: [409] },
  'GET /webhooks': many(['webhooks'], 'All webhooks of this kind.'),
  'GET /webhooks/:webhook': one('webhook', 'A webhook.'),
  'PUT /webhooks/:webhook': one('webhook', 'Changes what is given of it.'),
  'DELETE /webhooks/:webhook': gone('Deletes it.'),
};

const below = (base: string, words: Words): Words =>
  Object.fromEntries(
    Object.entries(words).map(([route, about]) => [route.replace(' ', ` ${base}`), about] as const),
  );

export interface Part {
  readonly name: string;
  readonly says: string;
  /** By method and path, as the router has it. */
  readonly routes: Words;
}

export const parts: readonly Part[] = [
  { name: 'SDK v1', says: 'What devices speak.', routes: below('/sdk/apps/:appId', firstSdk) },
  {
    name: 'SDK v2',
    says: 'The same for many conversations.',
    routes: below('/sdk/v2/apps/:appId', secondSdk),
  },
  { name: 'REST v2', says: 'What the business speaks.', routes: below('/v2/apps/:appId', secondRest) },
  {
    name: 'REST v1.1',
    says: 'For older systems; the app is named in the path or left to the key.',
    routes: { ...below('/v1.1/apps/:appId', firstRest), ...below('/v1.1', firstRest) },
  },
  { name: 'Desk', says: 'The page on which a person plays the business.', routes: desk },
  { name: 'General', says: 'Beginning, files, the demo business, and running the service.', routes: general },
];
