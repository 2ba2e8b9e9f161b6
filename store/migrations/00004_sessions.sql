-- +goose Up
-- Sessions and what follows from them are written in bulk and only by the
-- store itself, whole; only the references that could leave a session without
-- a place are checked by the database.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    external_id TEXT NOT NULL,
    source TEXT NOT NULL,
    network_id TEXT NOT NULL,
    location_id TEXT NOT NULL REFERENCES locations (id),
    evse_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    token_id TEXT NOT NULL,
    import_id TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    local_day TEXT NOT NULL, -- of the start, where the location is
    local_hour BIGINT NOT NULL,
    energy BIGINT NOT NULL, -- µWh
    charging_time BIGINT NOT NULL, -- seconds
    idle_time BIGINT NOT NULL,
    warnings TEXT NOT NULL, -- JSON array
    facts_revision BIGINT NOT NULL,
    receipt_count BIGINT NOT NULL,
    -- of the current receipt; empty for an unpriced session
    receipt_id TEXT NOT NULL,
    tariff_version_id TEXT NOT NULL,
    tariff TEXT NOT NULL,
    currency TEXT NOT NULL,
    total_minor BIGINT NOT NULL,
    unpriced TEXT NOT NULL, -- code of why not; empty for a priced session
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX sessions__external_id ON sessions (network_id, external_id) WHERE external_id <> '';
CREATE INDEX sessions_in_order ON sessions (started_at, id);
CREATE INDEX sessions_of_location ON sessions (location_id, started_at, id);
CREATE INDEX sessions_of_evse ON sessions (evse_id, started_at, id);
CREATE INDEX sessions_of_user ON sessions (user_id, started_at, id) WHERE user_id <> '';
CREATE INDEX sessions_of_tariff ON sessions (tariff, started_at, id);
CREATE INDEX sessions_unpriced ON sessions (started_at, id) WHERE unpriced <> '';
CREATE INDEX sessions_doubtful ON sessions (started_at, id) WHERE warnings <> '[]';

CREATE TABLE session_facts (
    session_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    document TEXT NOT NULL, -- JSON, see facts.go
    PRIMARY KEY (session_id, revision)
);

CREATE TABLE receipts (
    id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    tariff_version_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    total_minor BIGINT NOT NULL,
    net_minor BIGINT NOT NULL,
    exact TEXT NOT NULL, -- unrounded, decimal or fraction
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX receipts__number ON receipts (session_id, number);

CREATE TABLE receipt_documents (
    receipt_id TEXT PRIMARY KEY,
    document TEXT NOT NULL, -- JSON, see receiptdoc.go
    resolution TEXT NOT NULL -- JSON object
);

CREATE TABLE takings_by_day (
    network_id TEXT NOT NULL,
    local_day TEXT NOT NULL,
    tariff TEXT NOT NULL,
    currency TEXT NOT NULL,
    sessions BIGINT NOT NULL,
    energy BIGINT NOT NULL,
    charging_time BIGINT NOT NULL,
    idle_time BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    PRIMARY KEY (network_id, local_day, tariff, currency)
);

CREATE TABLE takings_by_hour (
    network_id TEXT NOT NULL,
    local_month TEXT NOT NULL,
    local_hour BIGINT NOT NULL,
    tariff TEXT NOT NULL,
    currency TEXT NOT NULL,
    sessions BIGINT NOT NULL,
    energy BIGINT NOT NULL,
    charging_time BIGINT NOT NULL,
    idle_time BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    PRIMARY KEY (network_id, local_month, local_hour, tariff, currency)
);

CREATE TABLE imports (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT NOT NULL, -- 0: running, or cut off
    actor TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    imported BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    priced BIGINT NOT NULL,
    unpriced BIGINT NOT NULL,
    quarantined TEXT NOT NULL, -- JSON object
    warnings TEXT NOT NULL -- JSON object
);
CREATE INDEX imports_in_order ON imports (started_at, id);

CREATE TABLE quarantine (
    id TEXT PRIMARY KEY,
    import_id TEXT NOT NULL,
    network_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    raw TEXT NOT NULL,
    fingerprint TEXT NOT NULL -- of external id and raw text: the same row imported again is not kept again
);
CREATE UNIQUE INDEX quarantine__fingerprint ON quarantine (network_id, reason, fingerprint);
CREATE INDEX quarantine_of_import ON quarantine (import_id, line, id);
