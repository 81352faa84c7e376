/** The service's parts, put together, and every route it has; without a socket. */
import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { declared, requireDeclarations, type DeclaredRoute } from './access.ts';
import { attachmentRoutes } from './attachment-routes.ts';
import type { Attachments } from './attachments.ts';
import type { Audience, BusinessEvent } from './audience.ts';
import {
  attachmentRoutes as businessAttachmentRoutes,
  attachmentUploadRoute,
} from './business/attachments.ts';
import { conversationRoutes as businessConversationRoutes } from './business/conversations.ts';
import { businessDoor } from './business/door.ts';
import * as firstRest from './business/first-version.ts';
import { integrationRoutes, webhookRoutes } from './business/integrations.ts';
import { keyRoutes } from './business/keys.ts';
import { messageRoutes } from './business/messages.ts';
import { userRoutes as businessUserRoutes } from './business/users.ts';
import { Conversations } from './conversations.ts';
import { changeOf, DeskLive } from './desk-live.ts';
import { builtDesk, DeskPage } from './desk-page.ts';
import { describeService } from './description.ts';
import { deskPath, deskRoutes, type DeskReach } from './desk.ts';
import { Refusal } from './errors.ts';
import { Border, type BorderRules } from './hosts.ts';
import { bareServer } from './http.ts';
import type { Log } from './log.ts';
import { Login } from './login.ts';
import { Messages } from './messages.ts';
import { Metrics } from './metrics.ts';
import { operationRoutes } from './operations.ts';
import { Realtime } from './realtime.ts';
import { appUserRoutes } from './sdk/app-users.ts';
import { configBody, type Appearance } from './sdk/config.ts';
import { conversationRoutes, uploadRoutes } from './sdk/conversation.ts';
import { sdkDoor } from './sdk/door.ts';
import * as second from './sdk/second-version.ts';
import { signInRoutes } from './sign-in-routes.ts';
import type { SignInStore } from './sign-in-store.ts';
import type { Store } from './store.ts';
import { isPartAFile } from './uploads.ts';
import { Users } from './users.ts';
import { TargetClient, type Reach } from './webhook-target.ts';
import { Webhooks } from './webhooks.ts';

const firstBase = '/sdk/apps/:appId';
const restBase = '/v2/apps/:appId';
/** Older systems name their app in the path, or leave it to their key. */
const olderRestBases = ['/v1.1/apps/:appId', '/v1.1'];
/** Newer clients know their app by the id of an integration; the app's own id stands for it here. */
const configPaths = [
  '/sdk/apps/:appId/config',
  '/sdk/v2/apps/:appId/config',
  '/sdk/integrations/:appId/config',
  '/sdk/v2/integrations/:appId/config',
];
const secondBase = '/sdk/v2/apps/:appId';

export interface AppDeps extends Appearance, BorderRules {
  readonly store: Store;
  readonly signInStore: SignInStore;
  readonly log: Log;
  readonly tokenLifetimeSeconds: number;
  readonly attachments: Attachments;
  readonly webhookReach: Reach;
  readonly webhookWaitMs: number;
  /** Multiplies every rate limit. */
  readonly rateScale: number;
  /** Where the desk may be used; null for no desk at all. */
  readonly desk: DeskReach | null;
  /** The built page; absent, where the build puts it. */
  readonly deskFolder?: string;
  now(): number;
}

/** How long a desk waits for news before it asks again; shorter than any proxy's patience. */
const deskPatienceMs = 25_000;

export interface App {
  readonly http: FastifyInstance;
  readonly users: Users;
  readonly conversations: Conversations;
  readonly messages: Messages;
  /** All of them, once the service is ready. */
  routes(): DeclaredRoute[];
  /** Hear what devices do. @returns the undo. */
  onBusinessEvent(listener: (event: BusinessEvent) => void): () => void;
  close(): Promise<void>;
}

export function buildApp(deps: AppDeps): App {
  const { store, log, now, appId, attachments } = deps;
  const border = new Border(deps);
  const deskLive = new DeskLive(deskPatienceMs);
  const listeners = new Set<(event: BusinessEvent) => void>();
  const tellAll = (event: BusinessEvent): void => listeners.forEach((listener) => listener(event));
  const audience: Audience = {
    tellDevices: (tx, appUserId, event) => tx.tell({ kind: 'event', appUserId, event }),
    tellBusiness: async (tx, event) => {
      await webhooks.record(tx, event);
      const change = changeOf(event);
      if (change !== 'none') tx.tell({ kind: 'desk', change });
      tx.afterCommit(() => {
        metrics.count(`onethread_events_${event.kind}_total`);
        tellAll(event);
      });
    },
    kick: (tx, which) => tx.tell({ kind: 'kick', which }),
  };
  const address = (): string => deps.publicUrl ?? ownAddress(http);
  const client = new TargetClient(deps.webhookReach);
  const webhooks = new Webhooks({ appId, store, client, log, firstWaitMs: deps.webhookWaitMs, address, now });
  const users = new Users({ audience, now });
  const conversations = new Conversations({ audience, attachments, now });
  const messages = new Messages({ audience, attachments, now });
  const login = new Login({ users, audience, now });
  const realtime = new Realtime({ appId, store, users, log, border, now });
  store.listen({
    heard: (news) => {
      if (news.kind === 'event') realtime.tellDevices(news.appUserId, news.event);
      else if (news.kind === 'kick') realtime.kick(news.which);
      else if (news.kind === 'desk') deskLive.note(news.change);
      else webhooks.wake(news.webhookId);
    },
    missed: () => {
      realtime.dismissAll();
      deskLive.note('everything');
    },
  });

  let stopping = false;
  const metrics = new Metrics({
    onethread_listeners: () => realtime.listeners,
    process_resident_memory_bytes: () => process.memoryUsage.rss(),
    process_uptime_seconds: () => process.uptime(),
  });
  const http = bareServer({ ...deps, realtime, border, metrics });
  const routes = requireDeclarations(http);
  for (const path of configPaths) {
    http.get(path, { config: { access: 'public' } }, async (request) => {
      if ((request.params as { appId: string }).appId !== appId) throw new Refusal('app_not_found');
      return configBody(border.addressFor(request.headers), deps);
    });
  }
  operationRoutes(http, { store, metrics, isStopping: () => stopping });
  let description: object | undefined;
  http.get(
    '/openapi.json',
    { config: { access: 'public' } },
    async () => (description ??= describeService(routes())),
  );
  declared(http, 'public', (scope) => signInRoutes(scope, deps));
  const threshold = { appId, store, users, conversations, border, attachments, now };
  const rooms = { users, conversations, messages, login, attachments, now };
  const door = sdkDoor(http, firstBase, threshold);
  appUserRoutes(door, rooms);
  conversationRoutes(door, rooms);
  const secondRooms = { ...rooms, realtime: (at: string) => configBody(at, deps).config.realtime };
  const secondDoor = sdkDoor(http, secondBase, threshold);
  second.userRoutes(secondDoor, secondRooms);
  second.conversationRoutes(secondDoor, secondRooms);
  attachmentRoutes(http, { store, attachments });
  void http.register(async (uploads) => {
    await uploads.register(multipart, { isPartAFile });
    attachmentUploadRoute(businessDoor(uploads, restBase, threshold), attachments);
    uploadRoutes(sdkDoor(uploads, firstBase, threshold), rooms);
    second.uploadRoutes(sdkDoor(uploads, secondBase, threshold), secondRooms);
  });
  const business = businessDoor(http, restBase, threshold);
  businessUserRoutes(business, { users, conversations });
  businessConversationRoutes(business, conversations);
  messageRoutes(business, { conversations, messages, now });
  businessAttachmentRoutes(business, attachments);
  integrationRoutes(business, { reach: deps.webhookReach, now });
  webhookRoutes(business, { reach: deps.webhookReach, now });
  keyRoutes(business, audience, now);
  if (deps.desk !== null) {
    deskRoutes(http, {
      ...{ store, border, now, live: deskLive, reach: deps.desk },
      page: new DeskPage(deps.deskFolder ?? builtDesk),
      app: { id: appId, name: deps.appName },
      door: (scope) => businessDoor(scope, deskPath, threshold),
    });
  }
  const olderRooms = { ...rooms, reach: deps.webhookReach };
  for (const base of olderRestBases) {
    const older = businessDoor(http, base, threshold);
    firstRest.userRoutes(older, olderRooms);
    firstRest.conversationRoutes(older, olderRooms);
    firstRest.webhookRoutes(older, olderRooms);
  }
  http.addHook('onListen', async () => store.queueFor(webhooks));

  return {
    http,
    users,
    conversations,
    messages,
    routes,
    onBusinessEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      stopping = true;
      webhooks.stop();
      deskLive.close();
      realtime.close();
      await http.close();
    },
  };
}

function ownAddress(http: FastifyInstance): string {
  const address = http.server.address();
  return address === null || typeof address === 'string' ? '' : `http://127.0.0.1:${address.port}`;
}
