-- +goose Up
CREATE TABLE feeds (
    id TEXT PRIMARY KEY,
    network_id TEXT NOT NULL REFERENCES networks (id),
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    slot_length BIGINT NOT NULL, -- seconds
    pushed_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX feeds__name ON feeds (network_id, name);
CREATE INDEX feeds_named ON feeds (name);

-- A price is never changed: one that replaces it has a higher revision, which
-- is the feed's version that brought it.
CREATE TABLE feed_slots (
    feed_id TEXT NOT NULL REFERENCES feeds (id),
    from_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    slot_length BIGINT NOT NULL, -- seconds
    value BIGINT NOT NULL, -- 10^-9 of the currency
    pushed_at BIGINT NOT NULL,
    PRIMARY KEY (feed_id, from_at, revision)
);
