package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"kwote/app/accounts"
	"kwote/app/catalog"
	"kwote/app/charging"
	"kwote/app/insight"
	"kwote/app/places"
	"kwote/clock"
	"kwote/domain/fault"
	"kwote/store"
)

// house is the store with the desks that were introduced to it.
type house struct {
	db       *store.DB
	clock    clock.Clock
	catalog  *catalog.Desk
	charging *charging.Desk
	places   *places.Desk
	accounts *accounts.Desk
	insight  *insight.Desk
}

// open finds or makes the database, migrates it and introduces the desks.
func (s settings) open(ctx context.Context, c clock.Clock) (*house, error) {
	db, err := s.openStore(ctx)
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return introduce(db, c), nil
}

func (s settings) openStore(ctx context.Context) (*store.DB, error) {
	if s.Database != "" {
		return store.Open(ctx, store.Config{URL: s.Database})
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		why := "check its name and rights"
		if errors.Is(err, fs.ErrPermission) {
			why = "this account may not write there; choose another with --data or KWOTE_DATA"
		}
		return nil, fault.At(fault.Unavailable, "folder_unusable", "data", fmt.Sprintf("the folder %s cannot be made: %s", s.Data, why)).Because(err)
	}
	return store.Open(ctx, store.Config{Path: filepath.Join(s.Data, "kwote.db")})
}

func introduce(db *store.DB, c clock.Clock) *house {
	return &house{
		db: db, clock: c,
		catalog:  &catalog.Desk{Store: bind[catalog.Tx]{db, func(tx *store.Tx) catalog.Tx { return tx }}, Clock: c},
		charging: charging.New(bind[charging.Tx]{db, func(tx *store.Tx) charging.Tx { return tx }}, c),
		places:   &places.Desk{Store: bind[places.Tx]{db, func(tx *store.Tx) places.Tx { return tx }}, Clock: c},
		accounts: &accounts.Desk{Store: bind[accounts.Tx]{db, func(tx *store.Tx) accounts.Tx { return tx }}, Clock: c},
		insight:  &insight.Desk{Store: bind[insight.Tx]{db, func(tx *store.Tx) insight.Tx { return tx }}, Clock: c},
	}
}

func (h *house) close() error { return h.db.Close() }

// bind lets a desk use the store through the desk's own small Tx.
type bind[T any] struct {
	db *store.DB
	as func(*store.Tx) T
}

func (b bind[T]) Update(ctx context.Context, do func(T) error) error {
	return b.db.Update(ctx, func(tx *store.Tx) error { return do(b.as(tx)) })
}

func (b bind[T]) View(ctx context.Context, do func(T) error) error {
	return b.db.View(ctx, func(tx *store.Tx) error { return do(b.as(tx)) })
}

// migrateCommand is kwote migrate.
type migrateCommand struct {
	settings
	formatOption
}

func (m migrateCommand) Run(ctx context.Context, s streams) error {
	db, err := m.openStore(ctx)
	if err != nil {
		return err
	}
	err = db.Migrate(ctx)
	if err == nil {
		var n int64
		if n, err = db.SchemaVersion(ctx); err == nil {
			err = m.write(s, func() error {
				_, err := fmt.Fprintf(s.out, "The %s database is at schema version %d.\n", db.Engine(), n)
				return err
			}, map[string]any{"database": db.Engine(), "schemaVersion": n},
				[]string{"database", "schema_version"}, [][]string{{db.Engine(), strconv.FormatInt(n, 10)}})
		}
	}
	return errors.Join(err, db.Close())
}
