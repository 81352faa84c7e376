/** Steps of the embedded database's schema; `user_version` counts those applied. Never edit one that has shipped. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;

  CREATE TABLE app_key (
    id TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE app_user (
    id TEXT PRIMARY KEY,
    user_id TEXT UNIQUE,
    credential_required INTEGER NOT NULL,
    merged_into TEXT REFERENCES app_user (id),
    profile TEXT NOT NULL,
    signed_up_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE device (
    app_user_id TEXT NOT NULL REFERENCES app_user (id),
    id TEXT NOT NULL,
    platform TEXT NOT NULL,
    active INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    app_version TEXT,
    display_name TEXT,
    info TEXT NOT NULL,
    PRIMARY KEY (app_user_id, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX device_by_id ON device (id);

  CREATE TABLE session_token (
    hash TEXT PRIMARY KEY,
    app_user_id TEXT NOT NULL REFERENCES app_user (id),
    client_id TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_token_of_user ON session_token (app_user_id);

  CREATE TABLE conversation (
    id TEXT PRIMARY KEY,
    app_user_id TEXT NOT NULL UNIQUE REFERENCES app_user (id),
    created_at INTEGER NOT NULL,
    last_received INTEGER NOT NULL,
    unread_count INTEGER NOT NULL CHECK (unread_count >= 0),
    user_last_read INTEGER,
    business_last_read INTEGER
  ) STRICT;

  CREATE TABLE message (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    received INTEGER NOT NULL,
    role TEXT NOT NULL,
    app_user_id TEXT NOT NULL REFERENCES app_user (id),
    client_message_id TEXT,
    content TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX message_place ON message (conversation_id, received);
  CREATE UNIQUE INDEX message_once ON message (app_user_id, client_message_id)
    WHERE client_message_id IS NOT NULL;

  CREATE TABLE action (
    id TEXT PRIMARY KEY,
    message_id TEXT NOT NULL REFERENCES message (id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE attachment (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // A user may take part in many conversations, and a conversation may have many users.
  `
  CREATE TABLE participant (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    app_user_id TEXT NOT NULL REFERENCES app_user (id),
    unread_count INTEGER NOT NULL CHECK (unread_count >= 0),
    last_read INTEGER,
    joined_at INTEGER NOT NULL,
    UNIQUE (conversation_id, app_user_id)
  ) STRICT;
  CREATE INDEX participant_of_user ON participant (app_user_id);
  INSERT INTO participant
    SELECT lower(hex(randomblob(12))), id, app_user_id, unread_count, user_last_read, created_at FROM conversation;

  CREATE TABLE new_conversation (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    about TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_received INTEGER NOT NULL,
    business_last_read INTEGER
  ) STRICT;
  INSERT INTO new_conversation
    SELECT id, 'personal', 1, '{}', created_at, last_received, business_last_read FROM conversation;
  DROP TABLE conversation;
  ALTER TABLE new_conversation RENAME TO conversation;

  CREATE TABLE new_message (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    received INTEGER NOT NULL,
    role TEXT NOT NULL,
    app_user_id TEXT REFERENCES app_user (id),
    client_message_id TEXT,
    content TEXT NOT NULL
  ) STRICT;
  INSERT INTO new_message
    SELECT id, conversation_id, received, role, CASE role WHEN 'appUser' THEN app_user_id END, client_message_id, content
    FROM message;
  DROP TABLE message;
  ALTER TABLE new_message RENAME TO message;
  CREATE UNIQUE INDEX message_place ON message (conversation_id, received);
  CREATE UNIQUE INDEX message_once ON message (app_user_id, client_message_id)
    WHERE client_message_id IS NOT NULL;
  CREATE INDEX action_of_message ON action (message_id);

  CREATE INDEX app_user_merged ON app_user (merged_into) WHERE merged_into IS NOT NULL;
  ALTER TABLE attachment ADD COLUMN app_user_id TEXT;
  `,
  `
  CREATE TABLE integration (
    id TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE webhook (
    id TEXT PRIMARY KEY,
    integration_id TEXT REFERENCES integration (id),
    target TEXT NOT NULL,
    triggers TEXT NOT NULL,
    secret TEXT NOT NULL,
    include_full_user INTEGER NOT NULL,
    include_full_source INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE delivery (
    id TEXT PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhook (id),
    "trigger" TEXT NOT NULL,
    body TEXT,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    outcome TEXT,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX delivery_due ON delivery (webhook_id, state, next_at);
  `,
  // Everybody's conversations in the order in which the desk lists them.
  'CREATE INDEX conversation_latest ON conversation (MAX(last_received, created_at) DESC, id DESC);',
  // What is looked for stands in a column, so that no statement reads JSON.
  `
  ALTER TABLE app_user ADD COLUMN email TEXT;
  UPDATE app_user SET email = profile ->> '$.email';
  CREATE INDEX app_user_by_email ON app_user (email) WHERE email IS NOT NULL;
  ALTER TABLE message ADD COLUMN attachment_id TEXT;
  UPDATE message SET attachment_id = substr(content ->> '$.mediaUrl', 14, 43)
    WHERE content ->> '$.mediaUrl' LIKE '/attachments/%';
  `,
  // How far back a device must read that was in step before a merge.
  "ALTER TABLE conversation ADD COLUMN merges TEXT NOT NULL DEFAULT '[]';",
];
