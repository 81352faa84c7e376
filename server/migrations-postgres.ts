/**
 * Steps of the schema in PostgreSQL; the one row of `schema_version` counts those applied. Never edit one that has shipped.
 * Where SQLite numbers rows by itself, a `rowid` says in which order they came.
 */
export const postgresMigrations: readonly string[] = [
  `
  CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  );

  CREATE TABLE app_key (
    id TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL
  );

  CREATE TABLE app_user (
    id TEXT PRIMARY KEY,
    user_id TEXT UNIQUE,
    credential_required INTEGER NOT NULL,
    merged_into TEXT REFERENCES app_user (id),
    profile TEXT NOT NULL,
    email TEXT,
    signed_up_at BIGINT NOT NULL
  );
  CREATE INDEX app_user_merged ON app_user (merged_into) WHERE merged_into IS NOT NULL;
  CREATE INDEX app_user_by_email ON app_user (email) WHERE email IS NOT NULL;

  CREATE TABLE device (
    app_user_id TEXT NOT NULL REFERENCES app_user (id),
    id TEXT NOT NULL,
    platform TEXT NOT NULL,
    active INTEGER NOT NULL,
    last_seen BIGINT NOT NULL,
    app_version TEXT,
    display_name TEXT,
    info TEXT NOT NULL,
    PRIMARY KEY (app_user_id, id)
  );
  CREATE INDEX device_by_id ON device (id);

  CREATE TABLE session_token (
    hash TEXT PRIMARY KEY,
    app_user_id TEXT NOT NULL REFERENCES app_user (id),
    client_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
  );
  CREATE INDEX session_token_of_user ON session_token (app_user_id);

  CREATE TABLE conversation (
    id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    about TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_received BIGINT NOT NULL,
    business_last_read BIGINT
  );
  CREATE INDEX conversation_latest ON conversation (GREATEST(last_received, created_at) DESC, id DESC);

  CREATE TABLE participant (
    rowid BIGINT GENERATED ALWAYS AS IDENTITY,
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    app_user_id TEXT NOT NULL REFERENCES app_user (id),
    unread_count INTEGER NOT NULL CHECK (unread_count >= 0),
    last_read BIGINT,
    joined_at BIGINT NOT NULL,
    UNIQUE (conversation_id, app_user_id)
  );
  CREATE INDEX participant_of_user ON participant (app_user_id);

  CREATE TABLE message (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    received BIGINT NOT NULL,
    role TEXT NOT NULL,
    app_user_id TEXT REFERENCES app_user (id),
    client_message_id TEXT,
    attachment_id TEXT,
    content TEXT NOT NULL
  );
  CREATE UNIQUE INDEX message_place ON message (conversation_id, received);
  CREATE UNIQUE INDEX message_once ON message (app_user_id, client_message_id)
    WHERE client_message_id IS NOT NULL;

  CREATE TABLE action (
    id TEXT PRIMARY KEY,
    message_id TEXT NOT NULL REFERENCES message (id)
  );
  CREATE INDEX action_of_message ON action (message_id);

  CREATE TABLE attachment (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    app_user_id TEXT,
    created_at BIGINT NOT NULL
  );

  CREATE TABLE integration (
    rowid BIGINT GENERATED ALWAYS AS IDENTITY,
    id TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL
  );

  CREATE TABLE webhook (
    rowid BIGINT GENERATED ALWAYS AS IDENTITY,
    id TEXT PRIMARY KEY,
    integration_id TEXT REFERENCES integration (id),
    target TEXT NOT NULL,
    triggers TEXT NOT NULL,
    secret TEXT NOT NULL,
    include_full_user INTEGER NOT NULL,
    include_full_source INTEGER NOT NULL,
    created_at BIGINT NOT NULL
  );

  CREATE TABLE delivery (
    rowid BIGINT GENERATED ALWAYS AS IDENTITY,
    id TEXT PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhook (id),
    "trigger" TEXT NOT NULL,
    body TEXT,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    outcome TEXT,
    created_at BIGINT NOT NULL
  );
  CREATE INDEX delivery_due ON delivery (webhook_id, state, next_at, rowid);
  CREATE INDEX delivery_of_webhook ON delivery (webhook_id, rowid);

  -- What nodes tell each other, without a gap between two places; what was said is null once it is too old to be told.
  CREATE TABLE news (
    place BIGINT PRIMARY KEY,
    said TEXT,
    teller TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
  );
  `,
  // How far back a device must read that was in step before a merge.
  "ALTER TABLE conversation ADD COLUMN merges TEXT NOT NULL DEFAULT '[]';",
];
