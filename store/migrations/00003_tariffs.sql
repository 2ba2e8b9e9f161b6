-- +goose Up
CREATE TABLE tariffs (
    id TEXT PRIMARY KEY,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX tariffs__external_id ON tariffs (external_id) WHERE external_id <> '';
CREATE UNIQUE INDEX tariffs__name ON tariffs (name);

CREATE TABLE tariff_versions (
    id TEXT PRIMARY KEY,
    tariff_id TEXT NOT NULL REFERENCES tariffs (id),
    number BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    document TEXT NOT NULL, -- canonical JSON
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    next_announce_at BIGINT -- due: takes effect and is to be announced; NULL when done
);
CREATE UNIQUE INDEX tariff_versions__number ON tariff_versions (tariff_id, number);
CREATE INDEX tariff_versions_in_force ON tariff_versions (tariff_id, valid_from, number);
CREATE INDEX tariff_versions_due ON tariff_versions (next_announce_at) WHERE next_announce_at IS NOT NULL;

CREATE TABLE tariff_groups (
    id TEXT PRIMARY KEY,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    position BIGINT NOT NULL,
    entries TEXT NOT NULL, -- JSON array
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX tariff_groups__external_id ON tariff_groups (external_id) WHERE external_id <> '';

CREATE TABLE attachments (
    group_id TEXT NOT NULL REFERENCES tariff_groups (id),
    ordinal BIGINT NOT NULL,
    scope TEXT NOT NULL,
    place_id TEXT NOT NULL,
    PRIMARY KEY (group_id, ordinal)
);
CREATE UNIQUE INDEX attachments__place_id ON attachments (group_id, scope, place_id);
CREATE INDEX attachments_of_place ON attachments (scope, place_id);
