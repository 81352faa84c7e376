/** What the embedded database's columns hold, parsed into the store's words. */
import { z } from 'zod';
import {
  AppKey,
  Attachment,
  Conversation,
  Delivery,
  Device,
  Integration,
  type Membership,
  MessageContent,
  Participant,
  SessionToken,
  StoredMessage,
  type User,
  UserProfile,
  Webhook,
} from './store.ts';

const sqlBoolean = z.int().transform((value) => value !== 0);
const json = z.string().transform((text): unknown => JSON.parse(text));

export const KeyRow = z
  .object({ id: z.string(), display_name: z.string(), secret: z.string(), created_at: z.int() })
  .transform((row) => ({
    id: row.id,
    displayName: row.display_name,
    secret: row.secret,
    createdAt: row.created_at,
  }))
  .pipe(AppKey);

export const UserRow = z
  .object({
    id: z.string(),
    user_id: z.string().nullable(),
    credential_required: sqlBoolean,
    merged_into: z.string().nullable(),
    profile: json.pipe(UserProfile),
    signed_up_at: z.int(),
  })
  .transform((row): User => ({
    id: row.id,
    userId: row.user_id,
    credentialRequired: row.credential_required,
    mergedInto: row.merged_into,
    profile: row.profile,
    signedUpAt: row.signed_up_at,
  }));

export const DeviceRow = z
  .object({
    app_user_id: z.string(),
    id: z.string(),
    platform: z.string(),
    active: sqlBoolean,
    last_seen: z.int(),
    app_version: z.string().nullable(),
    display_name: z.string().nullable(),
    info: json,
  })
  .transform((row) => ({
    appUserId: row.app_user_id,
    id: row.id,
    platform: row.platform,
    active: row.active,
    lastSeen: row.last_seen,
    appVersion: row.app_version,
    displayName: row.display_name,
    info: row.info,
  }))
  .pipe(Device);

export const TokenRow = z
  .object({ hash: z.string(), app_user_id: z.string(), client_id: z.string(), created_at: z.int() })
  .transform((row) => ({
    hash: row.hash,
    appUserId: row.app_user_id,
    clientId: row.client_id,
    createdAt: row.created_at,
  }))
  .pipe(SessionToken);

const conversationColumns = z.object({
  id: z.string(),
  type: Conversation.shape.type,
  is_default: sqlBoolean,
  about: json.pipe(Conversation.shape.about),
  created_at: z.int(),
  last_received: z.int(),
  business_last_read: z.int().nullable(),
  merges: json.pipe(Conversation.shape.merges),
});

const conversationOf = (row: z.infer<typeof conversationColumns>): Conversation => ({
  id: row.id,
  type: row.type,
  isDefault: row.is_default,
  about: row.about,
  createdAt: row.created_at,
  lastReceived: row.last_received,
  businessLastRead: row.business_last_read,
  merges: row.merges,
});

export const ConversationRow = conversationColumns.transform(conversationOf);

const participantColumns = z.object({
  id: z.string(),
  conversation_id: z.string(),
  app_user_id: z.string(),
  unread_count: Participant.shape.unreadCount,
  last_read: z.int().nullable(),
  joined_at: z.int(),
});

const participantOf = (row: z.infer<typeof participantColumns>): Participant => ({
  id: row.id,
  conversationId: row.conversation_id,
  appUserId: row.app_user_id,
  unreadCount: row.unread_count,
  lastRead: row.last_read,
  joinedAt: row.joined_at,
});

export const ParticipantRow = participantColumns.transform(participantOf);

/** A conversation's columns and its participant's; what both call `id` has a name of its own here. */
export const MembershipRow = participantColumns
  .omit({ conversation_id: true })
  .extend({ ...conversationColumns.shape, participant_id: z.string() })
  .transform((row): Membership => ({
    conversation: conversationOf(row),
    participant: participantOf({ ...row, id: row.participant_id, conversation_id: row.id }),
  }));

export const MessageRow = z
  .object({
    id: z.string(),
    conversation_id: z.string(),
    app_user_id: z.string().nullable(),
    received: z.int(),
    role: StoredMessage.shape.role,
    client_message_id: z.string().nullable(),
    content: json.pipe(MessageContent),
  })
  .transform((row): StoredMessage => ({
    id: row.id,
    conversationId: row.conversation_id,
    appUserId: row.app_user_id,
    received: row.received,
    role: row.role,
    clientMessageId: row.client_message_id,
    content: row.content,
  }));

export const AttachmentRow = z
  .object({
    id: z.string(),
    name: z.string(),
    media_type: z.string(),
    size: z.int(),
    app_user_id: z.string().nullable(),
    created_at: z.int(),
  })
  .transform((row) => ({
    id: row.id,
    name: row.name,
    mediaType: row.media_type,
    size: row.size,
    appUserId: row.app_user_id,
    createdAt: row.created_at,
  }))
  .pipe(Attachment);

export const IntegrationRow = z
  .object({ id: z.string(), display_name: z.string(), status: z.string(), created_at: z.int() })
  .transform((row) => ({
    id: row.id,
    displayName: row.display_name,
    status: row.status,
    createdAt: row.created_at,
  }))
  .pipe(Integration);

export const WebhookRow = z
  .object({
    id: z.string(),
    integration_id: z.string().nullable(),
    target: z.string(),
    triggers: json,
    secret: z.string(),
    include_full_user: sqlBoolean,
    include_full_source: sqlBoolean,
    created_at: z.int(),
  })
  .transform((row) => ({
    id: row.id,
    integrationId: row.integration_id,
    target: row.target,
    triggers: row.triggers,
    secret: row.secret,
    includeFullUser: row.include_full_user,
    includeFullSource: row.include_full_source,
    createdAt: row.created_at,
  }))
  .pipe(Webhook);

export const DeliveryRow = z
  .object({
    id: z.string(),
    webhook_id: z.string(),
    trigger: z.string(),
    body: z.string().nullable(),
    state: z.string(),
    attempts: z.int(),
    next_at: z.int(),
    outcome: z.string().nullable(),
    created_at: z.int(),
  })
  .transform(({ webhook_id: webhookId, next_at: nextAt, created_at: createdAt, ...row }) => ({
    ...row,
    webhookId,
    nextAt,
    createdAt,
  }))
  .pipe(Delivery);

export const IdRow = z.object({ id: z.string() });

export const CountRow = z.object({ count: z.int() });
export const SettingRow = z.object({ value: z.string() });
export const PlaceRow = z.object({ id: z.string(), received: z.int() });
