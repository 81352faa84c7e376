/** What the official client does with conversations of one and of many, users, devices and files. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WireMessage } from '../../contract/sdk-api.ts';
import { Device, newUserId } from './device.ts';
import { startService, type RunningService } from './running-service.ts';
import { fileAt, HasId, officialClient } from './sunshine.ts';

let service: RunningService;
let folder: string;
let call: ReturnType<typeof officialClient>;
beforeAll(async () => {
  [service, folder] = await Promise.all([startService(), mkdtemp(join(tmpdir(), 'desk-'))]);
  call = officialClient(service.ready);
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

const author = { type: 'business', displayName: 'Ann' };
const Made = z.object({ conversation: HasId });
const Listed = z.object({ conversations: z.array(HasId) });
const Messages = z.object({ messages: z.array(z.looseObject({ id: z.string() })) });

interface Person {
  readonly device: Device;
  readonly userId: string;
}

async function person(): Promise<Person> {
  const userId = newUserId();
  const device = new Device(service.ready);
  await device.login(userId);
  return { device, userId };
}

async function group(...people: Person[]): Promise<string> {
  const participants = people.map(({ userId }) => ({ userExternalId: userId, subscribeSDKClient: true }));
  const made = await call('Conversations', 'createConversation', {
    ...{ type: 'sdkGroup', participants, displayName: 'All of us', metadata: { team: 1 } },
  });
  return Made.parse(made).conversation.id;
}

const post = (conversation: string, content: object, by: object = author): Promise<unknown> =>
  call('Messages', 'postMessage', conversation, { author: by, content });
const listed = async (conversation: string) =>
  Messages.parse(await call('Messages', 'listMessages', conversation)).messages;

describe('A group', () => {
  it('has everyone in it hear what anyone says, and count what they have not read', async () => {
    const [ana, bo] = [await person(), await person()];
    const id = await group(ana, bo);
    const feeds = [await ana.device.listen(), await bo.device.listen()];
    await post(id, { type: 'text', text: 'hello all' });
    await post(id, { type: 'text', text: 'hi from Ana' }, { type: 'user', userExternalId: ana.userId });
    for (const feed of feeds) await feed.text('hi from Ana');
    expect(await call('Participants', 'listParticipants', id)).toMatchObject({
      participants: [
        { userExternalId: ana.userId, unreadCount: 1 },
        { userExternalId: bo.userId, unreadCount: 2 },
      ],
    });
    await call('Activities', 'postActivity', id, {
      ...{ author: { type: 'user', userExternalId: bo.userId }, type: 'conversation:read' },
    });
    expect(await call('Participants', 'listParticipants', id)).toMatchObject({
      participants: [{ unreadCount: 1 }, { unreadCount: 0, lastRead: expect.any(String) }],
    });
    for (const feed of feeds) feed.close();
  });

  it('is joined and left, and whoever left hears nothing more', async () => {
    const [ana, bo] = [await person(), await person()];
    const id = await group(ana);
    const feed = await bo.device.listen();
    await call('Participants', 'joinConversation', id, { userExternalId: bo.userId });
    await feed.find(({ type }) => type === 'conversation:added');
    await post(id, { type: 'text', text: 'welcome' });
    await feed.text('welcome');
    await expect(
      call('Participants', 'joinConversation', id, { userExternalId: bo.userId }),
    ).rejects.toMatchObject({ status: 409 });
    await call('Participants', 'leaveConversation', id, { userExternalId: bo.userId });
    await feed.find(({ type }) => type === 'conversation:removed');
    await post(id, { type: 'text', text: 'behind their back' });
    const own = await group(bo);
    await post(own, { type: 'text', text: 'the last' });
    await feed.text('the last');
    expect(feed.texts()).toEqual(['welcome', 'the last']);
    await expect(
      call('Participants', 'leaveConversation', id, { userExternalId: bo.userId }),
    ).rejects.toMatchObject({ status: 404 });
    feed.close();
  });

  it('does not show up in the one conversation the first API knows', async () => {
    const ana = await person();
    const id = await group(ana);
    await post(id, { type: 'text', text: 'elsewhere' });
    await ana.device.request('POST', `${ana.device.own}/conversation`);
    await ana.device.send('at home');
    const page = await ana.device.page();
    expect(page.conversation._id).not.toBe(id);
    expect(page.messages.map(({ text }) => text)).toEqual(['at home']);
    const mine = Listed.parse(
      await call('Conversations', 'listConversations', { userExternalId: ana.userId }),
    );
    expect(mine.conversations).toMatchObject([
      { id: page.conversation._id, isDefault: true, type: 'personal' },
      { id, isDefault: false, type: 'sdkGroup', displayName: 'All of us', metadata: { team: 1 } },
    ]);
  });

  it('is changed field by field, and deleted with what was said in it', async () => {
    const id = await group(await person());
    await post(id, { type: 'text', text: 'x' });
    await call('Conversations', 'updateConversation', id, { description: 'Plans', metadata: { more: true } });
    expect(await call('Conversations', 'updateConversation', id, { displayName: null })).toMatchObject({
      conversation: { description: 'Plans', metadata: { team: 1, more: true } },
    });
    expect(JSON.stringify(await call('Conversations', 'getConversation', id))).not.toContain('All of us');
    await call('Conversations', 'deleteConversation', id);
    await expect(call('Conversations', 'getConversation', id)).rejects.toMatchObject({ status: 404 });
  });

  it('survives the merge of one of its people with what they said', async () => {
    const ana = await person();
    const anonymous = new Device(service.ready);
    await anonymous.create();
    const made = await call('Conversations', 'createConversation', {
      ...{
        type: 'sdkGroup',
        participants: [{ userId: anonymous.appUserId }, { userId: ana.device.appUserId }],
      },
    });
    const { id } = Made.parse(made).conversation;
    await post(id, { type: 'text', text: 'before' }, { type: 'user', userId: anonymous.appUserId });
    await anonymous.login(ana.userId);
    expect(await call('Participants', 'listParticipants', id)).toMatchObject({
      participants: [{ userExternalId: ana.userId }],
    });
    expect(await listed(id)).toMatchObject([{ author: { type: 'user', userExternalId: ana.userId } }]);
  });

  it('cannot be spoken in for someone who is not there', async () => {
    const [ana, bo] = [await person(), await person()];
    const id = await group(ana);
    const by = { type: 'user', userExternalId: bo.userId };
    await expect(post(id, { type: 'text', text: 'x' }, by)).rejects.toMatchObject({ status: 404 });
  });
});

describe('A personal conversation', () => {
  it('has one person for ever; the default one lives as long as they do', async () => {
    const [ana, bo] = [await person(), await person()];
    const body = { type: 'personal', participants: [{ userExternalId: ana.userId }] };
    const first = Made.parse(await call('Conversations', 'createConversation', body)).conversation.id;
    await post(first, { type: 'text', text: 'x' });
    const second = Made.parse(await call('Conversations', 'createConversation', body)).conversation.id;
    expect(second).not.toBe(first);
    const join = call('Participants', 'joinConversation', second, { userExternalId: bo.userId });
    await expect(join).rejects.toMatchObject({ status: 400 });
    const leave = call('Participants', 'leaveConversation', second, { userExternalId: ana.userId });
    await expect(leave).rejects.toMatchObject({ status: 400 });
    await call('Conversations', 'deleteConversation', second);
    await expect(call('Conversations', 'deleteConversation', first)).rejects.toMatchObject({ status: 400 });
    const two = {
      type: 'personal',
      participants: [{ userExternalId: ana.userId }, { userExternalId: bo.userId }],
    };
    await expect(call('Conversations', 'createConversation', two)).rejects.toMatchObject({ status: 400 });
  });

  it('loses one message or all, on every device that reads it again', async () => {
    const { device } = await person();
    await device.request('POST', `${device.own}/conversation`);
    const messages = [await device.send('one'), await device.send('two'), await device.send('three')];
    const id = (await device.page()).conversation._id;
    await call('Messages', 'deleteMessage', id, messages[1]?._id);
    expect((await device.page()).messages.map(({ text }) => text)).toEqual(['one', 'three']);
    await expect(call('Messages', 'deleteMessage', id, messages[1]?._id)).rejects.toMatchObject({
      status: 404,
    });
    await call('Messages', 'deleteAllMessages', id);
    expect((await device.page()).messages).toEqual([]);
    expect((await device.send('four')).received).toBeGreaterThan(messages[2]?.received ?? Infinity);
  });
});

describe('A form', () => {
  const fields = [
    { type: 'text', name: 'who', label: 'Your name?' },
    { type: 'select', name: 'size', label: 'Size?', options: [{ name: 's', label: 'Small' }] },
  ];

  it('is asked by the business and answered by a device, in words wherever it cannot be drawn', async () => {
    const { device } = await person();
    await device.request('POST', `${device.own}/conversation`);
    const id = (await device.page()).conversation._id;
    await post(id, { type: 'form', fields, blockChatInput: true });
    const [form] = (await device.page()).messages;
    expect(form).toMatchObject({ type: 'form', fields, text: 'Your name?\nSize?', blockChatInput: true });
    const answers = [
      { type: 'text', name: 'who', label: 'Your name?', text: 'Ana' },
      { type: 'select', name: 'size', label: 'Size?', select: [{ name: 's', label: 'Small' }] },
    ];
    const reply = await device.post({ type: 'formResponse', fields: answers, quotedMessageId: form?._id });
    expect(reply.status).toBe(201);
    expect((await listed(id)).at(-1)).toMatchObject({
      content: { type: 'formResponse', fields: answers, textFallback: 'Your name?: Ana\nSize?: Small' },
      quotedMessage: { type: 'message', message: { id: form?._id } },
    });
  });

  it.each([
    ['without fields', { type: 'form', fields: [] }],
    ['with a choice of nothing', { type: 'form', fields: [{ type: 'select', name: 'a', label: 'a' }] }],
    [
      'answered by the business',
      { type: 'formResponse', fields: [{ type: 'text', name: 'a', label: 'a', text: 'x' }] },
    ],
  ])('%s is refused', async (_what, content) => {
    const id = await group(await person());
    await expect(post(id, content)).rejects.toMatchObject({ status: 400 });
  });
});

describe('A user', () => {
  it('is deleted with everything that was theirs, and the rest goes on without them', async () => {
    const [ana, bo] = [await person(), await person()];
    await ana.device.request('POST', `${ana.device.own}/conversation`);
    await ana.device.send('mine');
    const own = (await ana.device.page()).conversation._id;
    const shared = await group(ana, bo);
    await post(shared, { type: 'text', text: 'from Ana' }, { type: 'user', userExternalId: ana.userId });
    await post(shared, { type: 'text', text: 'from us' });
    const feed = await ana.device.listen();
    await call('Users', 'deleteUser', ana.userId);
    await expect(call('Users', 'getUser', ana.userId)).rejects.toMatchObject({ status: 404 });
    await expect(call('Conversations', 'getConversation', own)).rejects.toMatchObject({ status: 404 });
    expect(await listed(shared)).toMatchObject([{ content: { text: 'from us' } }]);
    expect((await ana.device.request('GET', ana.device.own)).status).toBe(401);
    const again = new Device(service.ready);
    expect((await again.login(ana.userId))?.messages).toEqual([]);
    feed.close();
  });

  it('loses what says who they are, and keeps what they said', async () => {
    const { device, userId } = await person();
    await device.request('PUT', device.own, {
      givenName: 'Ana',
      email: 'ana@example.org',
      properties: { a: 1 },
    });
    expect(await call('Users', 'deleteUserPersonalInformation', userId)).toMatchObject({
      user: { externalId: userId, profile: {}, metadata: {} },
    });
  });

  it('has devices', async () => {
    const { device, userId } = await person();
    expect(await call('Devices', 'listDevices', userId)).toMatchObject({
      devices: [{ guid: device.clientId, type: 'web', status: 'active', info: { os: 'test' } }],
    });
    expect(await call('Devices', 'getDevice', userId, device.clientId)).toMatchObject({
      device: { guid: device.clientId },
    });
    await expect(call('Devices', 'getDevice', userId, 'other')).rejects.toMatchObject({ status: 404 });
  });
});

describe('A file of the business', () => {
  it('is uploaded, sent, shown to the device, and taken away', async () => {
    const file = join(folder, 'a plan.png');
    await writeFile(file, Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('plan')]));
    const { attachment } = z
      .object({ attachment: z.object({ mediaUrl: z.url(), mediaType: z.string() }) })
      .parse(await call('Attachments', 'uploadAttachment', 'public', fileAt(file), {}));
    expect(attachment.mediaType).toBe('image/png');
    const { device } = await person();
    await device.request('POST', `${device.own}/conversation`);
    const id = (await device.page()).conversation._id;
    const item = {
      title: 'Plan',
      mediaUrl: attachment.mediaUrl,
      actions: [{ type: 'link', text: 'Go', uri: 'https://example.com' }],
    };
    await post(id, { type: 'image', ...attachment });
    await post(id, { type: 'carousel', items: [item], displaySettings: { imageAspectRatio: 'square' } });
    const [image, carousel] = (await device.page()).messages;
    expect(image?.mediaUrl).toBe(attachment.mediaUrl);
    expect(carousel?.items?.[0]?.mediaUrl).toBe(attachment.mediaUrl);
    expect((await fetch(attachment.mediaUrl)).status).toBe(200);
    await call('Attachments', 'deleteAttachment', { mediaUrl: attachment.mediaUrl });
    expect((await fetch(attachment.mediaUrl)).status).toBe(404);
    const again = call('Attachments', 'deleteAttachment', { mediaUrl: attachment.mediaUrl });
    await expect(again).rejects.toMatchObject({ status: 404 });
  });
});

describe('What a device uploaded', () => {
  it('goes with its message', async () => {
    const { device } = await person();
    await device.request('POST', `${device.own}/conversation`);
    const form = new FormData();
    form.set('source', new Blob(['a secret']), 'a.txt');
    const token = device.credential.kind === 'session' ? device.credential.token : '';
    const sent = await fetch(
      `${service.ready.configBaseUrl}/apps/${service.ready.appId}${device.own}/files`,
      {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${device.appUserId}:${token}`).toString('base64')}` },
        body: form,
      },
    );
    const { message } = z.object({ message: WireMessage }).parse(await sent.json());
    const stored = (): Promise<string[]> => readdir(join(service.dataDir, 'attachments'));
    const id = new URL(message.mediaUrl ?? '').pathname.split('/')[2];
    expect(await stored()).toContain(id);
    await call('Messages', 'deleteMessage', (await device.page()).conversation._id, message._id);
    await expect.poll(stored).not.toContain(id);
    expect((await fetch(message.mediaUrl ?? '')).status).toBe(404);
  });
});
