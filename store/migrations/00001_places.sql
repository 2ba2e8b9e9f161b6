-- +goose Up
CREATE TABLE networks (
    id TEXT PRIMARY KEY,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    precedence TEXT NOT NULL,
    default_tariff TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX networks__external_id ON networks (external_id) WHERE external_id <> '';

CREATE TABLE partners (
    id TEXT PRIMARY KEY,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX partners__external_id ON partners (external_id) WHERE external_id <> '';
CREATE INDEX partners_in_order ON partners (name, id);

CREATE TABLE locations (
    id TEXT PRIMARY KEY,
    external_id TEXT NOT NULL,
    network_id TEXT NOT NULL REFERENCES networks (id),
    partner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    city TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country TEXT NOT NULL,
    region TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    search TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX locations__external_id ON locations (external_id) WHERE external_id <> '';
CREATE INDEX locations_in_order ON locations (name, id);

CREATE TABLE evses (
    id TEXT PRIMARY KEY,
    external_id TEXT NOT NULL,
    location_id TEXT NOT NULL REFERENCES locations (id),
    name TEXT NOT NULL,
    current_kind TEXT NOT NULL,
    max_power BIGINT NOT NULL, -- mW
    access TEXT NOT NULL,
    label TEXT NOT NULL, -- the name, or the EVSE ID where there is none; lists are in its order
    search TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX evses__external_id ON evses (external_id) WHERE external_id <> '';
CREATE INDEX evses_in_order ON evses (label, id);
CREATE INDEX evses_of_location ON evses (location_id, label, id);
