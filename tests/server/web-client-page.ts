/**
 * A page that talks to the service as the field's web client 4.x does: its requests with their headers and left-overs, Faye's
 * own browser client (JSONP first, because the page is on another origin), its filters for what arrives, and its strictness:
 * what would make the original throw or draw nothing is an error here. The original itself cannot be had: what the
 * registry has of 4.x loads the client proper from its maker's servers.
 */
export const webClientPage = `<!doctype html><meta charset="utf-8"><title>A shop</title>
<ol id="messages"></ol><form><input id="text" aria-label="Message"><button>Send</button></form>
<script src="/faye.js"></script><script src="/client.js"></script>`;

export const webClientScript = String.raw`
'use strict';
const must = (holds, what) => { if (!holds) throw new Error('the web client would fail: ' + what); };
const clientId = crypto.randomUUID().replaceAll('-', '');
const client = { id: clientId, platform: 'web', info: { sdkVersion: '4.0.2', URL: location.host, browser: 'Chrome' } };
const state = { auth: {}, user: null, conversation: null, messages: new Map(), hasPrevious: false, unread: 0, problems: [] };
addEventListener('error', ({ message }) => state.problems.push(message));
addEventListener('unhandledrejection', ({ reason }) => state.problems.push(String(reason)));

async function call(method, path, body) {
  const { auth } = state;
  const headers = {
    accept: 'application/json',
    'x-smooch-sdk': 'web/npm/4.0.2',
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
  const before = state.user && { appUserId: state.user._id, sessionToken: state.auth.token };
  state.auth = jwt ? { jwt } : {};
  const known = await call('POST', '/login', { userId, client, ...before });
  if (!known) return;
  adopt(known);
  if (state.user.conversationStarted) await connect();
}

/** Somebody without a past: the first message makes them. */
async function start(userId) {
  adopt(await call('POST', '/appusers', { client, ...(userId && { userId }) }));
  must(state.user.conversationStarted, 'no realtime without a begun conversation');
  await connect();
}

function adopt({ appUser, conversation, messages, hasPrevious, sessionToken }) {
  state.user = appUser;
  must(!(state.auth.jwt && sessionToken), 'it would throw its JWT away');
  if (sessionToken) state.auth = { token: sessionToken };
  if (conversation) state.conversation = conversation;
  state.hasPrevious = Boolean(hasPrevious);
  for (const message of messages ?? []) show(message);
}

async function connect() {
  const faye = new Faye.Client(state.realtime.baseUrl, { retry: state.realtime.retryInterval });
  faye.addExtension({
    outgoing: (message, next) => {
      if (message.channel === '/meta/subscribe') {
        const { jwt, token } = state.auth;
        message.ext = { appUserId: state.user._id, appId: state.appId, ...(jwt ? { jwt } : { sessionToken: token }) };
      }
      next(message);
    },
  });
  const channel = '/sdk/apps/' + state.appId + '/appusers/' + state.user._id;
  await faye.subscribe(channel, ({ events }) => events.forEach(hear));
  await fetchPage();
}

function hear(event) {
  must(event.type, 'an event without a type');
  // Tells who somebody is now; the page that has logged in itself knows already.
  if (event.type === 'link') return must(event.appUser._id && event.client.platform, 'a link it cannot read');
  must(event.conversation, 'an event without a conversation');
  if (event.conversation._id !== state.conversation?._id) return;
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
  const page = await call('GET', '/appusers/' + state.user._id + '/messages' + (before ? '?before=' + before : ''));
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
  if (!state.user) await start();
  const own = { _clientId: crypto.randomUUID(), _clientSent: Date.now() / 1000, sendStatus: 'sending', status: 'failed' };
  const message = { type: 'text', text, role: 'appUser', received: 1, firstInGroup: true, lastInGroup: true, ...own };
  const answer = await call('POST', '/appusers/' + state.user._id + '/messages', { message, sender: { type: 'appUser', client } });
  must(answer?.message, 'not delivered');
  state.conversation = answer.conversation ?? state.conversation;
  show(answer.message);
}

async function sendImage() {
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
  canvas.getContext('2d').fillRect(8, 8, 40, 24);
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg'));
  const form = new FormData();
  form.append('sender', JSON.stringify({ type: 'appUser', client }));
  form.append('message', JSON.stringify({ metadata: { from: 'a page' } }));
  form.append('source', blob, 'blob');
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
