-- +goose Up
-- What a receipt charges a known driver for each local day, under tariffs with
-- a maximum per day.
CREATE TABLE day_amounts (
    receipt_id TEXT NOT NULL,
    local_day TEXT NOT NULL,
    driver TEXT NOT NULL, -- user:id, or token:id where there is no user
    tariff TEXT NOT NULL,
    exact TEXT NOT NULL, -- unrounded, decimal or fraction
    PRIMARY KEY (receipt_id, local_day)
);
CREATE INDEX day_amounts_of_driver ON day_amounts (driver, tariff, local_day);
