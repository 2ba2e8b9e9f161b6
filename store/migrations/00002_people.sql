-- +goose Up
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    partner_id TEXT NOT NULL,
    roaming BOOLEAN NOT NULL,
    group_ids TEXT NOT NULL, -- JSON array in the user's order; memberships are the same for queries
    search TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX users__external_id ON users (external_id) WHERE external_id <> '';
CREATE UNIQUE INDEX users__email ON users (email) WHERE email <> '';
CREATE INDEX users_in_order ON users (name, id);

CREATE TABLE user_groups (
    id TEXT PRIMARY KEY,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX user_groups__external_id ON user_groups (external_id) WHERE external_id <> '';
CREATE INDEX user_groups_in_order ON user_groups (name, id);

CREATE TABLE memberships (
    user_id TEXT NOT NULL REFERENCES users (id),
    group_id TEXT NOT NULL REFERENCES user_groups (id),
    PRIMARY KEY (user_id, group_id)
);
CREATE INDEX memberships_of_group ON memberships (group_id, user_id);

CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    external_id TEXT NOT NULL,
    uid TEXT NOT NULL,
    token_kind TEXT NOT NULL,
    user_id TEXT NOT NULL,
    status TEXT NOT NULL,
    search TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX tokens__external_id ON tokens (external_id) WHERE external_id <> '';
CREATE UNIQUE INDEX tokens__uid ON tokens (uid);
CREATE INDEX tokens_of_user ON tokens (user_id, uid, id);

CREATE TABLE staff (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    roles TEXT NOT NULL, -- JSON array
    password_hash TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX staff__email ON staff (email);

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL, -- SHA-256 in hex
    roles TEXT NOT NULL, -- JSON array
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, -- 0: never
    last_used_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX api_keys__hash ON api_keys (hash);

CREATE TABLE login_links (
    hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);
CREATE INDEX login_links_expiring ON login_links (expires_at);

CREATE TABLE web_sessions (
    hash TEXT PRIMARY KEY,
    data BYTEA NOT NULL,
    expires_at BIGINT NOT NULL -- by the machine's clock, not the business's
);
CREATE INDEX web_sessions_expiring ON web_sessions (expires_at);
