-- +goose Up
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    seq BIGINT, -- place in the feed; NULL until the relay has given it
    happened_at BIGINT NOT NULL,
    event_type TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    data TEXT NOT NULL -- JSON object
);
CREATE UNIQUE INDEX events__seq ON events (seq) WHERE seq IS NOT NULL;
CREATE INDEX events_unnumbered ON events (id) WHERE seq IS NULL;
CREATE INDEX events_of_subject ON events (subject_kind, subject_id, id);

CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    to_addr TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    sent_at BIGINT NOT NULL, -- 0: not yet
    last_error TEXT NOT NULL
);
CREATE INDEX mails_due ON mails (next_attempt_at, id) WHERE sent_at = 0;
CREATE INDEX mails_in_order ON mails (created_at, id);

CREATE TABLE idempotency_keys (
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status BIGINT NOT NULL, -- 0: being answered
    content_type TEXT NOT NULL,
    headers TEXT NOT NULL, -- JSON object
    body BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_keys_expiring ON idempotency_keys (expires_at);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
