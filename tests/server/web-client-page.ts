/**
 * A page that talks to the service as the field's web client 4.0.2 does: the requests it makes, in its order, with their
 * headers and left-overs, over the version of Faye that it carries (JSONP first, because the page is on another origin), its
 * filters for what arrives, and its strictness: what would make the original throw or draw nothing is an error here. The
 * original itself cannot be had: what the registry has of 4.x loads the client proper from its maker's servers.
 */
export const webClientPage = `<!doctype html><meta charset="utf-8"><title>A shop</title>
<ol id="messages"></ol><form><input id="text" aria-label="Message"><button>Send</button></form>
<script src="/faye.js"></script><script src="/client.js"></script>`;

export const webClientScript = String.raw`
'use strict';
const must = (holds, what) => { if (!holds) throw new Error('the web client would fail: ' + what); };
const clientId = crypto.randomUUID().replaceAll('-', '');
const info = {
  sdkVersion: '4.0.2',
  URL: location.host,
  userAgent: navigator.userAgent,
  referrer: document.referrer,
  browserLanguage: navigator.language,
  currentUrl: location.href,
  currentTitle: document.title,
};
const client = { id: clientId, platform: 'web', info };
const nobody = { auth: {}, user: {}, conversation: {}, messages: new Map(), hasPrevious: false };
const state = { ...nobody, pending: {}, faye: null, problems: [] };
addEventListener('error', ({ message }) => state.problems.push(message));
addEventListener('unhandledrejection', ({ reason }) => state.problems.push(String(reason)));

async function call(method, path, body) {
  const { auth } = state;
  const headers = {
    Accept: 'application/json',
    'x-smooch-sdk': 'web/smooch/4.0.2',
    'x-smooch-clientid': clientId,
    'x-smooch-appid': state.appId,
  };
  const isForm = body instanceof FormData;
  if (!isForm) headers['content-type'] = 'application/json';
  if (auth.jwt) headers.authorization = 'Bearer ' + auth.jwt;
  else if (auth.token) headers.authorization = 'Basic ' + btoa(state.user._id + ':' + auth.token);
  const response = await fetch(state.base + path, { method, headers, body: isForm ? body : body && JSON.stringify(body) });
  if (!response.ok) {
    const { error } = await response.json();
    throw new Error(response.status + ' ' + error.code + ' ' + error.description);
  }
  const isJson = /^application\/json/.test(response.headers.get('content-type') ?? '');
  return response.status === 202 || response.status === 204 || !isJson ? null : response.json();
}

async function init({ configBaseUrl, appId }) {
  Object.assign(state, { appId, base: configBaseUrl + '/apps/' + appId });
  const { config } = await call('GET', '/config');
  must(config.app.status === 'active', 'the app is not active');
  must(config.realtime.maxConnectionAttempts > 0 && config.realtime.retryInterval > 0, 'it never connects');
  must(typeof config.style === 'object' && config.profile, 'it cannot draw');
  state.base = config.baseUrl.web.replace(/\/$/, '') + '/apps/' + appId;
  state.realtime = config.realtime;
}

async function login(userId, jwt) {
  const before = { appUserId: state.user._id, sessionToken: state.auth.token };
  disconnect();
  Object.assign(state, nobody, { messages: new Map(), auth: jwt ? { jwt } : {}, user: { userId } });
  const known = await call('POST', '/login', { userId, client, ...before });
  if (known && Object.keys(known).length > 0) await adopt(known);
}

async function logout() {
  await call('POST', '/appusers/' + state.user._id + '/logout', { client: { id: clientId } });
  disconnect();
  Object.assign(state, nobody, { messages: new Map() });
  draw();
}

/** What was told of the person waits until there is somebody to tell it of. */
function updateUser(profile) {
  state.pending = profile;
  if (state.user._id) return tellProfile();
}

async function tellProfile() {
  const { pending } = state;
  state.pending = {};
  if (Object.keys(pending).length > 0) await call('PUT', '/appusers/' + state.user._id, pending);
}

/** Before every message; a person or a conversation that is there already is not made again. */
async function start() {
  const { conversation, user } = state;
  if (conversation._id) return;
  if (user._id) {
    const begun = await call('POST', '/appusers/' + user._id + '/conversation');
    await adopt({ conversation: begun.conversation, appUser: { ...user, conversationStarted: true } });
  } else await adopt(await call('POST', '/appusers', { userId: user.userId, client }));
  await tellProfile();
}

async function adopt({ appUser, conversation, messages, hasPrevious, sessionToken }) {
  state.user = appUser;
  must(Array.isArray(appUser.clients), 'somebody without a list of devices');
  must(!(state.auth.jwt && sessionToken), 'it would throw its JWT away');
  if (sessionToken) state.auth = { token: sessionToken };
  if (conversation) state.conversation = conversation;
  state.hasPrevious = Boolean(hasPrevious);
  for (const message of messages ?? []) show(message);
  if (state.user.conversationStarted) await connect();
}

function disconnect() {
  state.faye?.disconnect();
  state.faye = null;
}

async function connect() {
  if (state.faye) return;
  const faye = (state.faye = new Faye.Client(state.realtime.baseUrl, { retry: state.realtime.retryInterval }));
  const { user: { _id: appUserId }, auth: { jwt, token } } = state;
  faye.addExtension({
    outgoing: (message, next) => {
      if (message.channel === '/meta/subscribe')
        message.ext = { appUserId, appId: state.appId, ...(jwt ? { jwt } : { sessionToken: token }) };
      next(message);
    },
  });
  faye.on('transport:up', () => void fetchPage());
  await faye.subscribe('/sdk/apps/' + state.appId + '/appusers/' + appUserId, ({ events }) => events.forEach(hear));
}

/** Another channel was linked, or the person turned out to be somebody who was there before. */
async function link({ appUser, client: linked }) {
  must(linked.platform, 'a link it cannot read');
  if (appUser._id === state.user._id) {
    state.user.clients = [...state.user.clients, linked];
    return fetchPage();
  }
  disconnect();
  const { auth } = state;
  Object.assign(state, nobody, { messages: new Map(), auth, user: { _id: appUser._id } });
  if (appUser.sessionToken) state.auth = { token: appUser.sessionToken };
  if (appUser.userId) return login(appUser.userId, auth.jwt);
  await adopt(await call('GET', '/appusers/' + appUser._id));
}

function hear(event) {
  must(event.type, 'an event without a type');
  if (event.type === 'link') return void link(event);
  must(event.conversation, 'an event without a conversation');
  if (event.conversation._id !== state.conversation._id) return;
  if (event.type === 'activity') {
    must(event.activity.data, 'an activity without data');
    document.body.dataset.activity = event.activity.type;
  }
  if (event.type !== 'message') return;
  must(event.message.source, 'a message without a source');
  if (event.message.source.id !== clientId) show(event.message);
}

const keyOf = ({ _id, role, mediaType }) => [_id, role, mediaType].join();

function show(message) {
  must(message._id && message.received && message.source, 'a message it cannot place');
  must(message.actions !== null && message.text !== null, 'null where it expects nothing');
  must(message.type !== 'file' || typeof message.text === 'string', 'a file without a text');
  must(message.sendStatus === undefined, 'its own left-overs came back');
  state.messages.set(keyOf(message), message);
  draw();
}

function draw() {
  const sorted = [...state.messages.values()].sort((a, b) => a.received - b.received);
  document.getElementById('messages').replaceChildren(
    ...sorted.map((message) => {
      const row = document.createElement('li');
      row.dataset.role = message.role;
      row.textContent = message.text ?? '';
      if (message.type === 'image') row.append(Object.assign(new Image(), { src: message.mediaUrl, alt: 'image' }));
      return row;
    }),
  );
}

/** The newest page, or the one before what is there. */
async function fetchPage(before) {
  const { _id } = state.user;
  const page = await call('GET', '/appusers/' + _id + '/messages' + (before ? '?before=' + before : ''));
  // Somebody else is here by now.
  if (state.user._id !== _id) return;
  must(page.conversation?._id, 'a page without its conversation: it would begin a new one');
  state.conversation = page.conversation;
  state.hasPrevious = Boolean(page.previous);
  page.messages.forEach(show);
}

async function fetchOlder() {
  const oldest = Math.min(...[...state.messages.values()].map(({ received }) => received));
  await fetchPage(oldest);
}

async function send(text) {
  const own = { _clientId: Math.random(), _clientSent: Date.now() / 1000, sendStatus: 'sending', source: { id: clientId } };
  const message = { type: 'text', role: 'appUser', ...own, text, firstInGroup: true, lastInGroup: true };
  await start();
  const answer = await call('POST', '/appusers/' + state.user._id + '/messages', { message, sender: { type: 'appUser', client } });
  must(answer?.message, 'not delivered');
  show(answer.message);
}

async function sendImage() {
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
  canvas.getContext('2d').fillRect(8, 8, 40, 24);
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg'));
  const form = new FormData();
  form.append('sender', JSON.stringify({ type: 'appUser', client }));
  form.append('message', JSON.stringify({ metadata: { from: 'a page' } }));
  form.append('source', blob);
  await start();
  const answer = await call('POST', '/appusers/' + state.user._id + '/images', form);
  must(/^https?:/.test(answer.message.mediaUrl), 'an image without an absolute address');
  show(answer.message);
}

const read = () => call('POST', '/appusers/' + state.user._id + '/conversation/read');

document.querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const input = document.getElementById('text');
  const text = input.value;
  input.value = '';
  void send(text);
});
`;
